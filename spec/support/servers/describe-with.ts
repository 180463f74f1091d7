import { findChromium, findPostgres, findRedis } from './find-program.js';

/** What specs may want besides Node; each is there or not on the machine that runs them. */
const programs = {
  redis: { find: findRedis, name: 'redis-server', install: 'apt-get install redis-server' },
  postgres: { find: findPostgres, name: 'PostgreSQL', install: 'apt-get install postgresql' },
  chromium: { find: findChromium, name: 'Chromium', install: 'apt-get install chromium, or set CHROMIUM' },
};

export type Needs = { readonly [Program in keyof typeof programs]?: boolean };

export interface Missing {
  readonly name: string;
  /** How to get it. */
  readonly install: string;
}

/** What of `needs` is not installed. */
export function missing(needs: Needs): Missing[] {
  return Object.entries(programs)
    .filter(([program, { find }]) => needs[program as keyof Needs] && find() === undefined)
    .map(([, { name, install }]) => ({ name, install }));
}

/**
 * `describe` where everything in `needs` is installed; else its specs are skipped, and the title says what is missing
 * and how to install it.
 */
export function describeWith(needs: Needs, title: string, body: () => void): void {
  const reasons = missing(needs).map(({ name, install }) => `${name} is not installed; ${install}`);
  if (reasons.length === 0) describe(title, body);
  else describe.skip(`${title} (skipped: ${reasons.join('; ')})`, body);
}
