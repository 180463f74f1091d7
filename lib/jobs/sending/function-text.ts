/** A function as it was given. @internal */
export interface FunctionText {
  readonly name: string;
  readonly text: string;
}

/** Why a function is not sent. @internal */
export class Refusal extends Error {}

/** @internal */
export function the({ name }: FunctionText): string {
  return name === '' ? 'the function' : `the function '${name}'`;
}

/** The way that is open to every function. @internal */
export function remoteWay({ name }: FunctionText): string {
  const exported = isWord(name) ? name : 'work';
  return `put the function into a module: remote<typeof import('./work.js')>(new URL('./work.js', import.meta.url)).${exported}`;
}

function isWord(name: string): boolean {
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(name);
}

/** Where in the function something stands: `line 3: "const data = fs.readFileSync(file)"`. @internal */
export function place({ text }: FunctionText, at: number): string {
  const before = text.slice(0, at).split(LINE_END);
  const left = before[before.length - 1] ?? '';
  const right = text.slice(at).split(LINE_END, 1)[0] ?? '';
  // of a minified line, what is around it
  const from = left.length > 60 ? `…${left.slice(-50)}` : left;
  const to = right.length > 80 ? `${right.slice(0, 70)}…` : right;
  return `line ${before.length}: "${(from + to).trim()}"`;
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;
