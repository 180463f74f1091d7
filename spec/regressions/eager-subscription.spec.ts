import { mergeMap, of, toArray } from 'rxjs';
import { coroutine, createTask, eagerTaskFactory, getRunningLoop } from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

it('a subscribed coroutine that ends in its eager first step is delivered', async () => {
  const double = coroutine(function* (n: number) {
    return 2 * n;
  });
  const results = await runVirtual(function* () {
    getRunningLoop().setTaskFactory(eagerTaskFactory);
    return yield* createTask(of(1, 2).pipe(mergeMap(double), toArray()));
  });
  expect(results).toEqual([2, 4]);
});
