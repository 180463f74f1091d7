import { catchError } from 'rxjs';
import { isCancelled } from 'rxtasks';
import { scripted } from './coroutines.js';
import { pipelineOf } from './pipelines.js';
import { type Place, note } from './place.js';
import type { Body, StatementOf } from './program.js';
import type { Script } from './style.js';
import { errorText } from './world.js';

type Try = StatementOf<'try'>;

/** A `try` as the style of the body has it. */
export function guard(place: Place, statement: Try): Script<void> {
  if (!place.style.catches) return pipelineGuard(place, statement);
  return guarded(place, statement, (body) => place.run(place, body));
}

function* guarded(place: Place, statement: Try, run: (body: Body) => Script<unknown>): Script<void> {
  const { handles, handler, body } = statement;
  try {
    yield* run(body);
  } catch (error) {
    if (handles === undefined || isCancelled(error) !== (handles === 'cancellation')) throw error;
    note(place, `caught ${errorText(error)}`);
    yield* run(handler ?? []);
  } finally {
    if (statement.finally !== undefined) {
      note(place, 'cleans');
      yield* run(statement.finally);
      note(place, 'is clean');
    }
  }
}

/** In a pipeline a failure is caught by `catchError`; for a clean-up that waits there is a coroutine around the pipeline. */
function* pipelineGuard(place: Place, statement: Try): Script<void> {
  const piped = (body: Body) => pipelineOf(() => place.run(place, body));
  const { body, handles, handler, finally: cleanUp } = statement;
  const caught =
    handles === undefined
      ? piped(body)
      : piped(body).pipe(
          catchError((error: unknown) => {
            if (isCancelled(error)) throw error;
            note(place, `caught ${errorText(error)}`);
            return piped(handler ?? []);
          }),
        );
  if (cleanUp === undefined) {
    yield caught;
    return;
  }
  yield scripted(() =>
    guarded(place, { op: 'try', body, finally: cleanUp }, function* (part) {
      return yield part === body ? caught : piped(part);
    }),
  );
}
