import { QueueExecutor, type QueueOptions, QueueWorker, type QueueWorkerOptions } from 'rxtasks/queue';

const redis = 'redis://127.0.0.1:1';

describe('the options of executors and workers', () => {
  const wrong: [title: string, options: object, message: RegExp][] = [
    ['no queue', { redis }, /expected queue to be the name of a queue, without colons, got undefined/],
    ['a queue with a colon', { queue: 'a:b', redis }, /expected queue to be the name .* got "a:b"/],
    ['no server', { queue: 'q' }, /expected either redis or postgres, to say where the queue is, got neither/],
    ['two servers', { queue: 'q', redis, postgres: 'postgres://h/d' }, /expected either redis or postgres.* got both/],
    [
      'another URL',
      { queue: 'q', redis: 'http://secret@h' },
      /expected redis to be a URL \(redis:\/\/…\) or .* got another string$/,
    ],
    ['a number for a server', { queue: 'q', postgres: 5432 }, /expected postgres to be a URL .* got 5432/],
    [
      'a prefix for PostgreSQL',
      { queue: 'q', postgres: 'postgres://h/d', prefix: 'p' },
      /prefix is for Redis; .* schema: 'p'/,
    ],
    ['a schema that is no name', { queue: 'q', postgres: { schema: 'a b' } }, /expected schema to be a simple name/],
  ];

  it.each(wrong)('are refused: %s', (_title, options, message) => {
    expect(() => new QueueExecutor(options as QueueOptions)).toThrow(message);
    expect(() => new QueueExecutor(options as QueueOptions)).toThrow(/^new QueueExecutor\(options\): /);
    expect(() => new QueueWorker(options as QueueOptions)).toThrow(message);
  });

  it.each([
    [{ connectTimeout: 0 }, RangeError, /connectTimeout to be a time in ms/],
    [{ connectTimeout: '1' }, TypeError, /connectTimeout to be a number, got "1"/],
    [{ progress: 'some' }, TypeError, /progress to be 'latest' or 'all', got "some"/],
    [{ maxRestarts: -1 }, RangeError, /maxRestarts to be a whole number from 0, got -1/],
    [{ grace: 'long' }, TypeError, /grace/],
  ])('of an executor are refused: %j', (options, type, message) => {
    const make = () => new QueueExecutor({ queue: 'q', redis, ...options } as QueueOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });

  it.each([
    [{ modules: 'a.js' }, /modules to be a list of URLs, got "a.js"/],
    [{ modules: ['a.js'] }, /modules to be a list of URLs, got "a.js" .* in it/],
    [{ concurrency: 0 }, /concurrency to be a whole number from 1, got 0/],
    [{ executor: 'fiber' }, /executor to be 'thread' or 'process', got "fiber"/],
    [{ acceptSource: 'no' }, /acceptSource to be true or false, got "no"/],
    [{ onError: 1 }, /onError to be a function, got 1/],
    [{ lockDuration: -5 }, /lockDuration to be a time in ms/],
    [{ stalledInterval: NaN }, /stalledInterval to be a time in ms/],
  ])('of a worker are refused: %j', (options, message) => {
    expect(() => new QueueWorker({ queue: 'q', redis, ...options } as unknown as QueueWorkerOptions)).toThrow(message);
  });
});
