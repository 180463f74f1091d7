import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { GuardedFolder } from './guarded-folder.js';
import { childrenOf, isAlive, signal } from './processes.js';

/** A server on this machine, with its data in a temporary folder, for as long as a spec wants it. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where its data are; gone once it is disposed of. */
  readonly folder: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** Stops it, if it runs, and starts it: on the same port, with the data that it kept. */
  restart(): Promise<void>;
  /** Has it end as its operator would: it closes its connections and keeps what it keeps. */
  stop(): Promise<void>;
  /** Stops all its processes where they are (SIGSTOP): connections stay open, nothing answers. */
  pause(): Promise<void>;
  /** Lets them go on (SIGCONT). */
  resume(): Promise<void>;
  /** Kills all its processes (SIGKILL). */
  kill(): Promise<void>;
  /** Kills it and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How one kind of server is started and stopped. */
export interface ServerKind {
  readonly name: string;
  readonly command: string;
  readonly args: (port: number, folder: string) => readonly string[];
  readonly url: (port: number) => string;
  /** What it prints once it takes connections. */
  readonly ready: string;
  readonly stopSignal: NodeJS.Signals;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

const LIMIT = 30_000;
const ATTEMPTS = 5;

/** Starts a server of this kind in `folder`, which belongs to it from now on. */
export async function startServer(kind: ServerKind, folder: GuardedFolder): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = new ServerProcess(kind, folder, await freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      // Somebody else may have taken the port between the look and the start.
      if (attempt < ATTEMPTS && /address already in use/i.test(String(error))) continue;
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  }
}

class ServerProcess implements Server {
  readonly port: number;
  readonly #kind: ServerKind;
  readonly #folder: GuardedFolder;
  #child: ChildProcess | undefined;
  #paused: readonly number[] = [];
  #output = '';
  #disposed = false;

  constructor(kind: ServerKind, folder: GuardedFolder, port: number) {
    this.#kind = kind;
    this.#folder = folder;
    this.port = port;
  }

  get url(): string {
    return this.#kind.url(this.port);
  }

  get folder(): string {
    return this.#folder.path;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async restart(): Promise<void> {
    if (this.#disposed) throw new Error(`${this.#kind.name}: restart() after it was disposed of`);
    await this.stop();
    const { name, command, args, ready, user } = this.#kind;
    this.#output = '';
    const child = spawn(command, args(this.port, this.folder), {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    this.#child = child;
    if (child.pid !== undefined) this.#folder.watch([child.pid]);
    child.once('exit', () => {
      this.#child = undefined;
      this.#folder.watch([]);
    });
    await this.#within(`${name} did not start`, (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => reject(this.#error(`${name} ended with ${signal ?? code}`)));
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          this.#output = (this.#output + text).slice(-4000);
          if (this.#output.includes(ready)) resolve();
        });
        // What a spec forgot to stop must not keep its process alive.
        (stream as unknown as { unref(): void }).unref();
      }
      child.unref();
    });
  }

  async stop(): Promise<void> {
    await this.resume();
    await this.#end((pid) => signal([pid], this.#kind.stopSignal), 'did not stop');
  }

  async pause(): Promise<void> {
    const { pid } = this;
    if (pid === undefined) throw new Error(`${this.#kind.name}: pause() while it does not run`);
    // The parent first, so that there are no new children.
    signal([pid], 'SIGSTOP');
    this.#paused = [pid, ...childrenOf(pid)];
    signal(this.#paused, 'SIGSTOP');
    this.#folder.watch(this.#paused);
  }

  async resume(): Promise<void> {
    const paused = this.#paused;
    this.#paused = [];
    signal([...paused].reverse(), 'SIGCONT');
    if (this.pid !== undefined && paused.length > 0) this.#folder.watch([this.pid]);
  }

  async kill(): Promise<void> {
    let killed: readonly number[] = [];
    await this.#end((pid) => {
      signal([pid], 'SIGSTOP');
      killed = [pid, ...childrenOf(pid)];
      signal(killed, 'SIGKILL');
    }, 'survived SIGKILL');
    this.#paused = [];
    while (killed.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #end(signalling: (pid: number) => void, failure: string): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const { pid } = child;
    await this.#within(`${this.#kind.name} ${failure}`, (resolve) => {
      child.once('exit', resolve);
      signalling(pid);
    });
  }

  /** The timer keeps this process alive, as the child, which is waited for, does not. */
  async #within(failure: string, wait: (resolve: () => void, reject: (error: unknown) => void) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => reject(this.#error(`${failure} within ${LIMIT / 1000} s`)), LIMIT);
        wait(resolve, reject);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #error(message: string): Error {
    return new Error(`${message}. It printed:\n${this.#output}`);
  }
}

/**
 * A port that nobody listens on, from below those that systems give to outgoing connections: a client that tries to
 * reconnect while the server is down could otherwise be given the server's port, even be connected to itself, and
 * the server could not come back.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
