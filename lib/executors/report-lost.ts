import { type LostMessage, thrownValue } from '../jobs/index.js';
import { getEventLoop } from '../kernel/index.js';

/** An error that nobody caught ended a worker in which nothing ran: there is no task to tell. @internal */
export function reportLost({ thrown, by }: LostMessage['lost']): void {
  getEventLoop().callExceptionHandler({
    kind: 'late-failure',
    message: `an error that nobody caught, of the job '${by?.name ?? 'unknown'}' that had ended, ended its worker`,
    exception: thrownValue(thrown),
  });
}
