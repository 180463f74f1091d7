import { type ExceptionContext, createTask, gather, sleep } from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

it('failures that were to be values of a gather are reported when it is cancelled instead', async () => {
  const reported: ExceptionContext[] = [];
  await runVirtual(
    function* () {
      const early = createTask(function* () {
        throw new Error('early');
      });
      const cleaning = createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- a clean-up that fails is what this is about
          throw new Error('clean-up');
        }
      });
      const gathering = gather([early, cleaning, cleaning, sleep(1000)], { returnExceptions: true });
      yield* sleep(1);
      gathering.cancel();
      yield* gather([gathering], { returnExceptions: true });
      expect(gathering.exception()).toMatchObject({ name: 'CancelledError' });
    },
    { onContext: (context) => reported.push(context) },
  );
  expect(reported.map(({ kind, exception }) => `${kind} ${String(exception)}`)).toEqual([
    'late-failure Error: early',
    'late-failure Error: clean-up',
  ]);
});
