/** Tests that jest-leaks.spec.ts runs by a Jest of its own: some leave tasks behind. */
import 'rxtasks/testing/jest';

import { type Task, createTask, resultOf, sleep } from 'rxtasks';

let background: Task<unknown>;

beforeAll(() => {
  background = createTask(sleep(60_000), { name: 'background' });
});

afterAll(() => void background.cancel());

test('leaves nothing', async () => {
  await createTask(sleep(1));
});

let sleeper: Task<unknown>;
const cleanUp: string[] = [];

test('leaves a sleeper', () => {
  const sleeping = function* () {
    try {
      yield* sleep(60_000);
    } finally {
      yield* sleep(0);
      cleanUp.push('clean');
    }
  };
  sleeper = createTask(sleeping, { name: 'sleeper' });
});

test('leaves nothing, and the sleeper of the test before was cancelled', () => {
  expect(sleeper).toBeCancelled();
  expect(cleanUp).toEqual(['clean']);
});

test('leaves nothing, beside the sleeper', async () => {
  const task = createTask(sleep(60_000));
  task.cancel();
  expect(task).toBePending();
});

test('leaves two under fake timers', () => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
  const first = createTask(resultOf(new Promise(() => {})), { name: 'first' });
  createTask(
    function* second() {
      yield* first;
    },
    { name: 'second' },
  );
  jest.useRealTimers();
});

describe('with a hook that cleans up', () => {
  let task: Task<unknown>;
  afterEach(() => void task.cancel());

  test('leaves nothing that the hook does not end', () => {
    task = createTask(sleep(60_000));
  });
});
