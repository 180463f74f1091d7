import { scenarios } from '../../bench/linear/scenarios.js';
import { virtually } from './virtual.js';

/** That each of many takes no longer than each of few is what `npm run bench -- linear` looks at. */
describe('with a thousand', () => {
  it.each(Object.entries(scenarios))('%s', (_title, scenario) => {
    virtually(() => scenario(1000));
  });
});
