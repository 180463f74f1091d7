/** What V8 has in browsers too, but only the types of Node tell: for the check without those. */
interface ErrorConstructor {
  stackTraceLimit: number;
  captureStackTrace?(target: object, from?: (...args: never[]) => unknown): void;
}
