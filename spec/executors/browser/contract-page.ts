// What the page of browser/contract.all.spec.ts loads: the contract of executors, for Web Workers. Runs one case after the other.
import { type JobOptions, ThreadPoolExecutor } from 'rxtasks/executors';
import { expect } from 'expect';
import { contract } from '../contract.js';
import { contractName, kind } from './kind.js';

type Hook = () => unknown;

/** A `describe`. */
interface Group {
  readonly title: string;
  readonly outer: Group | null;
  readonly hooks: Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', Hook[]>;
  begun: boolean;
}

const cases = new Map<string, { readonly group: Group; readonly fn: Hook }>();
const groups: Group[] = [];
let current = group('', null);

function group(title: string, outer: Group | null): Group {
  const made = { title, outer, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }, begun: false };
  groups.push(made);
  return made;
}

/** From the outermost. */
function around(inner: Group): Group[] {
  return inner.outer === null ? [inner] : [...around(inner.outer), inner];
}

async function runAll(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}

const hook = (kind: keyof Group['hooks']) => (fn: Hook) => void current.hooks[kind].push(fn);

class Bytes extends Uint8Array {
  override toString(): string {
    return new TextDecoder().decode(this);
  }
}

/** What the contract uses of Node, as far as it uses it. */
const Buffer = {
  from: (value: string | ArrayLike<number>) =>
    new Bytes(typeof value === 'string' ? new TextEncoder().encode(value) : value),
};

Object.assign(globalThis, {
  Buffer,
  expect,
  describe(title: string, body: () => void) {
    const outer = current;
    current = group(title, outer);
    body();
    current = outer;
  },
  it(title: string, fn: Hook) {
    const titles = [...around(current).map((each) => each.title), title];
    cases.set(titles.join(' ').trim(), { group: current, fn });
  },
  beforeAll: hook('beforeAll'),
  beforeEach: hook('beforeEach'),
  afterEach: hook('afterEach'),
  afterAll: hook('afterAll'),
});

const made: ThreadPoolExecutor[] = [];

function make(options: JobOptions): ThreadPoolExecutor {
  const executor = new ThreadPoolExecutor({ ...options, maxWorkers: kind.workers });
  made.push(executor);
  return executor;
}

contract(contractName, make, { ...kind, jobs: new URL('/spec/work/jobs.js', location.href) });

/** The titles of all cases. */
export const titles = [...cases.keys()];

export async function runCase(title: string): Promise<void> {
  const { group: inner, fn } = cases.get(title)!;
  const outwards = around(inner);
  for (const each of outwards) {
    if (each.begun) continue;
    each.begun = true;
    await runAll(each.hooks.beforeAll);
  }
  await runAll(outwards.flatMap(({ hooks }) => hooks.beforeEach));
  try {
    await fn();
  } finally {
    await runAll(outwards.reverse().flatMap(({ hooks }) => hooks.afterEach));
  }
}

export async function end(): Promise<void> {
  for (const each of groups.reverse()) if (each.begun) await runAll(each.hooks.afterAll);
  await Promise.all(made.map((executor) => executor.shutdown())); // those of cases that failed too
}
