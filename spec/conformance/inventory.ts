/** What CPython's tests say, by the name of the test. */
export interface Inventory {
  /** Must hold. */
  readonly core: ReadonlySet<string>;
  /** Holds if the feature is offered at all. */
  readonly optional: ReadonlySet<string>;
}

/**
 * Reads the inventory: a list item that starts with a name is a behaviour, optional below a heading `Optional…` or `Interop…`; what
 * stands
 * below `Not portable` is none. A name that occurs twice is an error.
 */
export function parseInventory(markdown: string): Inventory {
  const core = new Set<string>();
  const optional = new Set<string>();
  let heading = '';
  for (const line of markdown.split('\n')) {
    heading = /^#+ +(.*)/.exec(line)?.[1] ?? heading;
    const id = /^- `((?:\w+\.)?test\w+)`:/.exec(line)?.[1];
    if (id === undefined || heading.startsWith('Not portable')) continue;
    if (core.has(id) || optional.has(id)) throw new Error(`the inventory has ${id} twice`);
    (/^(Optional|Interop)\b/.test(heading) ? optional : core).add(id);
  }
  return { core, optional };
}

/** The names in the page of deviations. */
export interface Deviations {
  /** What holds differently, and has a spec of what holds instead. */
  readonly different: readonly string[];
  /** What is not offered at all. */
  readonly notOffered: readonly string[];
}

/** Reads the first column of the tables below the names of CPython's files of tests; those below `Not offered` are what is not. */
export function parseDeviations(markdown: string): Deviations {
  const different: string[] = [];
  const notOffered: string[] = [];
  let list: string[] | null = null;
  for (const line of markdown.split('\n')) {
    const heading = /^## +(.*)/.exec(line)?.[1];
    if (heading?.startsWith('Not offered')) list = notOffered;
    else if (heading !== undefined) list = heading.startsWith('test_') ? different : null;
    const column = /^\|([^|]*)\|/.exec(line)?.[1] ?? '';
    for (const [, id] of column.matchAll(/`([^`]+)`/g)) list?.push(id as string);
  }
  return { different, notOffered };
}

/** The names that a title of a spec carries in brackets. */
export function idsIn(title: string): string[] {
  return [...title.matchAll(/\[((?:\w+\.)?test\w+)\]/g)].map(([, id]) => id as string);
}
