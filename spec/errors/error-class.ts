type ErrorClass = new (message?: string, options?: ErrorOptions) => Error;

/** What holds of every error class of the library: it behaves as the built-in ones do. */
export function itIsAnErrorClass(Class: ErrorClass, name: string, parents: readonly ErrorClass[] = [Error]): void {
  it('has its name, its parents, its message and its cause', () => {
    const cause = new Error('the cause');
    const error = new Class('what happened', { cause });
    expect(error.name).toBe(name);
    expect(Class.name).toBe(name);
    expect(String(error)).toBe(`${name}: what happened`);
    expect(error.message).toBe('what happened');
    expect(error.cause).toBe(cause);
    expect(ancestors(Class)).toEqual([...parents, ...(parents.at(-1) === Error ? [] : [Error])]);
    for (const parent of parents) expect(error).toBeInstanceOf(parent);
  });

  it('needs neither message nor cause', () => {
    const error = new Class();
    expect(error.message).toBe('');
    expect('cause' in error).toBe(false);
    expect(String(error)).toBe(name);
  });

  it('has a stack that begins with its name', () => {
    expect(new Class('what happened').stack).toMatch(new RegExp(`^${name}: what happened\\n`));
  });

  it('has no enumerable property of its own', () => {
    expect(Object.keys(new Class('what happened', { cause: 1 }))).toEqual([]);
  });

  it('can be extended under another name', () => {
    class Special extends Class {
      override readonly name = 'Special';
    }
    expect(String(new Special('x'))).toBe('Special: x');
    expect(new Special('x')).toBeInstanceOf(Class);
  });
}

/** The classes above `Class`, from the nearest one to Error. */
function ancestors(Class: ErrorClass): unknown[] {
  const found: unknown[] = [];
  for (
    let above: unknown = Object.getPrototypeOf(Class);
    above !== Function.prototype;
    above = Object.getPrototypeOf(above)
  ) {
    found.push(above);
  }
  return found;
}
