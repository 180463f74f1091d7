/** Is it an AbortSignal, of this realm or another, or one that is made like it? @internal */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}
