import { ThreadPoolExecutor } from 'rxtasks/executors';

describe('a thread that answers before its control port is known here', () => {
  it('is understood: the answer waits for the port', async () => {
    for (let round = 0; round < 8; round++) {
      await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      // an object comes through the control port
      const jobs = [1, 2].map((n) => pool.submit((each: number) => [each], n));
      // so busy that the offer of the port and the answer are both there when this thread looks
      const busy = setInterval(() => {
        const end = performance.now() + 60;
        while (performance.now() < end);
      }, 1);
      const answers = await Promise.all(jobs.map((job) => job.catch(String)));
      clearInterval(busy);
      expect(answers).toEqual([[1], [2]]);
    }
  });
});
