/** Where a job was submitted, for the stacks of its errors. @internal */
export interface CallSite {
  /** Written only when it is read, which takes long. */
  readonly stack?: string;
}

/** Where the caller of `fn` is. @internal */
export function callSiteOf(fn: unknown): CallSite {
  const site: { stack?: string } = {};
  Error.captureStackTrace?.(site, fn as () => void); // a smaller Error.stackTraceLimit would cost more than it saves
  return site;
}

/** The lines of its stack, or an empty text where there are none. @internal */
export function framesOf({ stack = '' }: CallSite): string {
  return stack.split('\n').slice(1).join('\n');
}
