import { Event, coroutine, createTask, sleep } from 'rxtasks';

/** Three readers rely on the one that waits first being the first to go on: nobody promises that. */
export const orderDependence = coroutine(function* orderDependence() {
  const ready = new Event();
  let settings: string | undefined;
  const loader = coroutine(function* loader() {
    yield* ready.wait();
    settings = 'loaded';
  });
  const reader = coroutine(function* reader() {
    yield* ready.wait();
    if (settings === undefined) throw new TypeError('the settings are not there yet');
  });
  const load = createTask(loader(), { name: 'loader' });
  const readers = ['x', 'y', 'z'].map((name) => createTask(reader(), { name }));
  yield* sleep(10);
  ready.set();
  yield* load;
  for (const task of readers) yield* task;
});
