/** What a `runVirtual` replaces, and what it needs to be the runtime's own. */
const names = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'queueMicrotask',
  'Date',
];

/** The name of a global that fake timers, or a mock, have replaced already; undefined if none is. @internal */
export function fakedGlobal(): string | undefined {
  const host = globalThis as unknown as Record<string, unknown> & {
    performance?: { now?: unknown };
    process?: { nextTick?: unknown };
  };
  const found: [string, unknown][] = names.map((name) => [name, host[name]]);
  found.push(
    ['Date.now', Date.now],
    ['performance', host.performance],
    ['performance.now', host.performance?.now],
    ['process.nextTick', host.process?.nextTick],
  );
  return found.find(([, value]) => isFaked(value))?.[0];
}

/** Sinon's fake timers, which are Jest's and Vitest's too, mark what they replace by `clock`; mocks by `_isMockFunction`. */
function isFaked(value: unknown): boolean {
  if ((typeof value !== 'function' && typeof value !== 'object') || value === null) return false;
  const marks = value as { clock?: unknown; isFake?: unknown; _isMockFunction?: unknown };
  return marks._isMockFunction === true || marks.isFake === true || typeof marks.clock === 'object';
}
