/**
 * Several failures at once: the children of a task group, and its body, that failed. `errors` lists them, those of
 * children in the order in which they were noticed, that of the body last.
 *
 * asyncio: the built-in `ExceptionGroup`.
 */
export class ExceptionGroup extends AggregateError {
  declare readonly errors: unknown[];

  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    const list = [...errors];
    super(list, `${message} (${list.length} ${list.length === 1 ? 'error' : 'errors'})`, options);
  }
}

Object.defineProperty(ExceptionGroup.prototype, 'name', {
  value: 'ExceptionGroup',
  configurable: true,
  writable: true,
});
