import { constants } from 'node:fs';

/** What was a file a moment ago may be a link or a FIFO by now: neither is followed, and opening never waits. */
export const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
