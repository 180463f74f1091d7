import { EventLoop, Stop } from './event-loop.js';
import { Frame } from '../tasks/frame.js';
import { RuntimeHost } from '../clock/runtime-host.js';
import { Task } from '../tasks/task.js';

/**
 * V8 forgets how the objects of a class are laid out when a full collection finds none of them alive, and with that the
 * machine code made for them: an application whose tasks come in bursts would start cold after each collection, three to
 * five times slower. So one of each kind is kept alive here, of a loop that never runs.
 */
const kept: object[] = [];
let dormant: EventLoop | null = null;

/** The loop of what is kept; made on first use. @internal */
export function dormantLoop(): EventLoop {
  if (dormant === null) {
    dormant = new EventLoop();
    const future = dormant.createFuture();
    const task = new Task(dormant, nothing, { name: 'exemplar' }); // the first of the user's is Task-1
    kept.push(
      task,
      future,
      future[Symbol.iterator](),
      new Frame(nothing()),
      new Stop(dormant),
      new RuntimeHost(nothing),
    );
  }
  return dormant;
}

function* nothing(): Generator<void, void, never> {}
