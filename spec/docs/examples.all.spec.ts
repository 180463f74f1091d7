import { missing } from '../support/servers/index.js';
import { documented } from './documented.js';
import { type Example, titleOf } from './example.js';
import { needsOf, needsServer } from './example-servers.js';
import { type Verdicts, tryExamples } from './try-examples.js';

const examples = [...documented.values()].flat().filter(needsServer);
const canRun = (example: Example) => missing(needsOf(example)).length === 0;

let verdicts: Verdicts;

beforeAll(async () => {
  verdicts = await tryExamples(examples, canRun);
}, 120_000);

describe('The examples that need a server', () => {
  for (const example of examples) {
    const reasons = missing(needsOf(example)).map(({ name, install }) => `${name} is not installed; ${install}`);
    const title = `${example.file}, ${titleOf(example)}`;
    (canRun(example) ? it : it.skip)(canRun(example) ? title : `${title} (skipped: ${reasons.join('; ')})`, () => {
      expect(verdicts.faults.get(example)?.join('\n')).toBe('');
    });
  }

  it('leave nothing behind that is told when the process ends', () => {
    expect(verdicts.afterwards).toEqual({ printed: [], thrown: [] });
  });
});
