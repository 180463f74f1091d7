/** Where a task was made: what the message of a leak or a deadlock points to. The stack is formatted when it is asked for. */
const places = new WeakMap<object, { readonly stack?: string | undefined }>();

/** The folder of this library as stacks write it; undefined in a bundle. */
const own = /(?:\(|at )([^()\s]*[\\/])testing[\\/]reports[\\/]places\.[cm]?[jt]s/.exec(new Error().stack ?? '')?.[1];

/** Remembers that `made` was made by the code that runs now. @internal */
export function rememberPlace(made: object): void {
  places.set(made, new Error());
}

/** `spec/cart.spec.ts:12:5`, or undefined if it is not known. @internal */
export function placeOf(made: object): string | undefined {
  const lines = (places.get(made)?.stack ?? '').split('\n').slice(1);
  const line = lines.find((each) => !isOwn(each));
  const place = line && /(?:\(|at )((?:[^()]*?)[^\s()]+:\d+:\d+)\)?$/.exec(line.trim())?.[1];
  return place && shortened(place.replace(/^async /, '').replace(/^file:\/\//, ''));
}

function isOwn(line: string): boolean {
  if (own !== undefined && line.includes(own)) return true;
  return /[\\/]node_modules[\\/]rxjs[\\/]|\bnode:internal\b|<anonymous>\)?$/.test(line);
}

function shortened(place: string): string {
  const host = (globalThis as { process?: { cwd?(): string } }).process;
  const folder = host?.cwd?.();
  return folder !== undefined && place.startsWith(`${folder}/`) ? place.slice(folder.length + 1) : place;
}
