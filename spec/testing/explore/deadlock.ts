import { Lock, coroutine, createTask, sleep } from 'rxtasks';

/** Two accounts are locked in the order of the transfer; usually one transfer is over when the other begins. */
export const deadlock = coroutine(function* deadlock() {
  const accounts = { a: new Lock(), b: new Lock() };
  const transfer = coroutine(function* transfer(from: Lock, to: Lock, checks: number) {
    for (let i = 0; i < checks; i++) yield* sleep(0);
    using _from = yield* from.acquire();
    yield* sleep(0);
    using _to = yield* to.acquire();
    yield* sleep(0);
  });
  const there = createTask(transfer(accounts.a, accounts.b, 0), { name: 'there' });
  const back = createTask(transfer(accounts.b, accounts.a, 3), { name: 'back' });
  yield* there;
  yield* back;
});
