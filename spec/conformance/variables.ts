/** The shared integers of a program; what was never set is 0. */
export class Variables {
  readonly #values = new Map<string, number>();

  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  set(name: string, value: number): void {
    this.#values.set(name, value);
  }
}
