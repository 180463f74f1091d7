import type { OutgoingHttpHeaders } from 'node:http';

import { type OpenedPage, openPage } from '../../support/servers/index.js';
import { libraryListener } from './serve.js';

/** The library as a page has it. */
export type Library = typeof import('rxtasks') &
  typeof import('../../../lib/executors/browser.js') & {
    readonly executors: typeof import('../../../lib/executors/browser.js');
    readonly globalsOf: typeof import('../../../lib/jobs/sending/worker-globals.js').globalsOf;
  };

/** What specs use in the page besides. */
export interface Tools {
  /** The URL of a work module of the specs, spec/work/<name>.ts. */
  workUrl(name: string): URL;
  sleep(ms: number): Promise<void>;
  /** What was thrown, as plain data; null if nothing was. */
  thrown(fn: () => unknown): Promise<Thrown | null>;
}

export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly stack: string;
  readonly cause: Thrown | null;
}

/** A page that has loaded the library. */
export class LibraryPage implements AsyncDisposable {
  readonly opened: OpenedPage;

  private constructor(opened: OpenedPage) {
    this.opened = opened;
  }

  static async open(headers?: OutgoingHttpHeaders): Promise<LibraryPage> {
    const opened = await openPage(libraryListener(headers));
    await opened.page.evaluate(`(${prepare.toString()})(import('/page.js'))`);
    return new LibraryPage(opened);
  }

  /** Calls `fn` in the page. It is sent by its text: no name from around it is there. */
  run<R>(fn: (library: Library, tools: Tools) => R): Promise<Awaited<R>> {
    return this.runText(fn.toString());
  }

  /** The same for the text of a function. */
  runText<R>(fn: string): Promise<R> {
    return this.opened.page.evaluate(`(${fn})(library, tools)`);
  }

  /** How many Web Workers there are. */
  get workers(): number {
    return this.opened.page.workers().length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened.close();
  }
}

async function prepare(loading: Promise<object>): Promise<void> {
  const tools: Tools = {
    workUrl: (name) => new URL(`/spec/work/${name}.js`, location.href),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async thrown(fn) {
      const plain = (error: unknown): Thrown => {
        const { name, message, stack, cause, constructor } = error as Error;
        const properties = { ...(error as object) };
        return {
          name,
          message,
          type: constructor.name,
          properties,
          stack: stack ?? '',
          cause: cause === undefined ? null : plain(cause),
        };
      };
      try {
        await fn();
        return null;
      } catch (error) {
        return plain(error);
      }
    },
  };
  Object.assign(globalThis, { library: await loading, tools });
}
