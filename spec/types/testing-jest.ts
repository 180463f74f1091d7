import 'rxtasks/testing/jest';

import { afterEach as after, beforeEach as before, expect as imported } from '@jest/globals';
import { expect as alone } from 'expect';
import type { EventLoop, Future, Task } from 'rxtasks';
import { checkLeaks, extendExpect } from 'rxtasks/testing/jest';
import { expectTypeOf } from './expect-type.js';

declare const task: Task<string, boolean>;
declare const future: Future<number>;
declare const loop: EventLoop;

// the global expect, typed by @types/jest ------------------------------------------------------------

expectTypeOf(expect(task).toBePending()).is<void>();
expectTypeOf(expect(future).not.toHaveResult(5)).is<void>();
expectTypeOf(expect(task).toHaveFailedWith(TypeError)).is<void>();
expectTypeOf(expect(task).toHaveFailedWith()).is<void>();
expectTypeOf(expect(task).toBeCancelled('enough')).is<void>();
expectTypeOf(expect(loop).toHaveNoRunningTasks()).is<void>();
expect(undefined).toHaveNoRunningTasks();
expect({ task }).toEqual({ task: expect.toHaveResult(5) });
expect([task]).toEqual([expect.not.toBePending()]);
expect([task]).toEqual([expect.toHaveFailedWith(/x/), expect.toBeCancelled(), expect.toBePending()]);
// @ts-expect-error the result is to be named
expect(task).toHaveResult();
// @ts-expect-error it takes no argument
expect(task).toBePending(true);
// @ts-expect-error there is no such matcher
expect(task).toBeFinished();

// those of @jest/globals and of expect ---------------------------------------------------------------

expectTypeOf(imported(task).toBePending()).is<void>();
expectTypeOf(imported(future).not.toHaveResult(5)).is<void>();
expectTypeOf(imported(Promise.resolve(task)).resolves.toBePending()).is<Promise<void>>();
imported({ task }).toEqual({ task: imported.toHaveResult(5) });
imported([task]).toEqual([imported.not.toBePending()]);
alone(loop).toHaveNoRunningTasks();
alone(task).toBeCancelled(/x/);
// @ts-expect-error the result is to be named
imported(task).toHaveResult();
// @ts-expect-error there is no such matcher
imported(task).toBeFinished();
// @ts-expect-error it takes no argument
alone(task).toBePending(true);

extendExpect(expect);
extendExpect(imported);
extendExpect(alone);
checkLeaks();
checkLeaks({ beforeEach, afterEach });
checkLeaks({ beforeEach: before, afterEach: after });
// @ts-expect-error both hooks
checkLeaks({ afterEach });
