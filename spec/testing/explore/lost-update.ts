import { coroutine, gather, sleep } from 'rxtasks';

/** Two deposits, of which the second takes long enough to start that the first is through, usually. */
export const lostUpdate = coroutine(function* lostUpdate() {
  let balance = 0;
  const deposit = coroutine(function* deposit(amount: number, checks: number) {
    for (let i = 0; i < checks; i++) yield* sleep(0);
    const before = balance;
    yield* sleep(0);
    balance = before + amount;
  });
  yield* gather([deposit(1, 0), deposit(2, 2)]);
  if (balance !== 3) throw new Error(`a deposit was lost: ${balance}`);
});
