import { EventLoop, Stop } from './event-loop.js';
import { Frame } from '../tasks/frame.js';
import { RuntimeHost } from '../clock/runtime-host.js';
import { Task } from '../tasks/task.js';

/**
 * V8 forgets how the objects of a class are laid out when a full collection finds none of them alive, and with that the
 * machine code made for them: an application whose tasks come in bursts would start cold after each collection, three to
 * five times slower. So one of each kind is kept alive here, of a loop that never runs.
 */
const kept: unknown[] = [];
let dormant: EventLoop | null = null;
let waiting: ((loop: EventLoop) => unknown)[] = [makeOwn];

/**
 * Keeps what `make` gives, made for the loop that never runs: at once, or when the first loop that does is made. To be called once
 * by the module of a class whose objects are many and live shortly.
 *
 * @internal
 */
export function keepExemplars(make: (loop: EventLoop) => unknown): void {
  if (dormant === null) waiting.push(make);
  else kept.push(make(dormant));
}

/** Makes the exemplars; to be called before a loop is made. @internal */
export function makeExemplars(): void {
  if (dormant !== null) return;
  dormant = new EventLoop();
  const makers = waiting;
  waiting = [];
  for (const make of makers) kept.push(make(dormant));
}

function makeOwn(loop: EventLoop): unknown {
  const future = loop.createFuture();
  const task = new Task(loop, nothing, { name: 'exemplar' }); // the first of the user's is Task-1
  return [task, future, future[Symbol.iterator](), new Frame(nothing()), new Stop(loop), new RuntimeHost(nothing)];
}

function* nothing(): Generator<void, void, never> {}
