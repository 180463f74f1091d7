import { NEVER, interval } from 'rxjs';
import { allTasks, createTask, currentTask, run, sleep } from 'rxtasks';

describe('#5289, cartant/rxjs-spy #51, #53: nobody can list what runs', () => {
  it('RxJS: a subscription has no name, no text, and is on no list', () => {
    const subscription = interval(1000).subscribe();
    expect(String(subscription)).toBe('[object Object]');
    expect('name' in subscription).toBe(false);
    subscription.unsubscribe();
  });

  it('rxtasks: everything that runs is on a list, with its name and what it waits for', () =>
    run(async () => {
      createTask(sleep(60_000), { name: 'poll' });
      createTask(NEVER, { name: 'socket' });
      await sleep(1);
      const others = [...allTasks()].filter((task) => task !== currentTask());
      expect(others.map(String)).toEqual([
        "<Task pending name='poll' running sleep() awaiting <Future pending>>",
        "<Task pending name='socket' running an Observable awaiting <Future pending>>",
      ]);
      expect(JSON.stringify(others)).toBe('[{"name":"poll","state":"pending"},{"name":"socket","state":"pending"}]');
    }));
});
