/** What was put in the place of properties of globals, and how to take it back. @internal */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces the value of a property; how it can be listed and changed stays as it was. */
  set(target: object, key: PropertyKey, value: unknown): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const found = own ?? inherited(target, key);
    if (own?.configurable === false) {
      const before: unknown = Reflect.get(target, key);
      Reflect.set(target, key, value);
      this.#undo.push(() => Reflect.set(target, key, before));
      return;
    }
    Object.defineProperty(target, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: found?.enumerable ?? false,
    });
    this.#undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, own);
    });
  }

  /** Everything is as it was. May be repeated. */
  restore(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }
}

function inherited(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let object: unknown = Object.getPrototypeOf(target); object; object = Object.getPrototypeOf(object)) {
    const found = Object.getOwnPropertyDescriptor(object, key);
    if (found) return found;
  }
  return undefined;
}
