declare const brand: unique symbol;

/**
 * What the loop sends into a coroutine when it goes on. Only the loop can make one, so `for (const x of task)`,
 * `[...task]` and `yield* promise` do not compile.
 */
export interface Resume {
  readonly [brand]: never;
}

/** @internal */
export const RESUME: Resume = Object.freeze({ toString: () => 'resume' }) as unknown as Resume;
