/** What the specs of Web Workers run in them. */
import { ContextVar, coroutine, sleep } from '../../lib/index.js';

const user = new ContextVar<string>('user');

const whoIsIt = coroutine(function* () {
  yield* sleep(1);
  return user.get();
});

export const whoIsUser = () => whoIsIt();

export const half = (n: number): number => n / 2;

/** Fails outside of its own course. */
export async function failAside(): Promise<void> {
  setTimeout(() => {
    throw new Error('aside');
  });
  await new Promise(() => {});
}

export async function rejectAside(): Promise<void> {
  void Promise.reject(new Error('aside'));
  await new Promise(() => {});
}
