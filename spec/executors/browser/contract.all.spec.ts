import { InlineExecutor } from 'rxtasks/executors';

import { describeWith } from '../../support/servers/index.js';
import { contract } from '../contract.js';
import { LibraryPage } from './in-page.js';
import { contractName, kind } from './kind.js';

/** Its pages may share memory with their workers. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** What does not hold in browsers. */
const otherwise: Record<string, string> = {
  'of its own properties those arrive that can be read and copied': 'memory that is shared arrives too',
  'after an await too, and jobs that run at the same time do not mix theirs':
    'there is no ambient context, so after an await the variables have their defaults',
  'a lost worker is an error of its job alone; those that wait run': 'workers that close themselves have no exit code',
};

jest.setTimeout(60_000);

describeWith({ chromium: true }, 'In a browser', () => {
  let page: LibraryPage;
  const titles: string[] = [];

  beforeAll(async () => {
    page = await LibraryPage.open(isolated);
    await page.runText("async () => { globalThis.contract = await import('/spec/executors/contract.ts'); }");
  });

  afterAll(async () => {
    await page.runText('() => contract.end()');
    for (let tries = 0; page.workers > 0 && tries < 1000; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const left = page.workers;
    await page[Symbol.asyncDispose]();
    expect(left).toBe(0);
  });

  async function runCase(name: string): Promise<void> {
    titles.push(name);
    await page.runText(`() => contract.runCase(${JSON.stringify(name)})`);
  }

  // The cases are told here and run there.
  const { it, beforeAll: before, afterAll: after, afterEach: each } = globalThis;
  const nothing = () => {};
  Object.assign(globalThis, {
    it(title: string) {
      const name = () => expect.getState().currentTestName!.replace(/^In a browser | \(not here: .*\)$/g, '');
      const reason = otherwise[title];
      if (reason === undefined) it(title, () => runCase(name()));
      else it(`${title} (not here: ${reason})`, () => expect(runCase(name())).rejects.toThrow());
    },
    beforeAll: nothing,
    afterAll: nothing,
    afterEach: nothing,
  });
  try {
    contract(contractName, () => new InlineExecutor(), kind);
  } finally {
    Object.assign(globalThis, { it, beforeAll: before, afterAll: after, afterEach: each });
  }

  it('the cases are those of the contract', async () => {
    expect(await page.runText('() => contract.titles')).toEqual(titles);
    expect(page.opened.errors).toEqual([]);
  });
});
