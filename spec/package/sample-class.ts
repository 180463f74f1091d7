/** For the spec of the public face: members of every visibility. */
export class SampleBase {
  inherited(): void {}
}

export class Sample extends SampleBase {
  declare readonly field: string;
  private readonly secret = 1;
  protected reserved = 2;
  /** @internal */
  inner = 3;
  readonly #hash = 4;
  static count = 5;

  shown(): number {
    return this.secret + this.#hash;
  }

  /** @internal */
  hiddenHelper(): void {}
}
