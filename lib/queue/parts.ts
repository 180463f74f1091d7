/** PostgreSQL takes notifications of less than 8000 bytes. */
const LARGEST = 7900;

/** A text as PostgreSQL can carry it: in parts, each of which says whether it is the last. @internal */
export function inParts(text: string): string[] {
  // Most are plain ASCII; of others, no character needs more than three bytes (two of UTF-16's need four).
  const size = Buffer.byteLength(text) === text.length ? LARGEST : LARGEST / 3 - 2;
  const parts: string[] = [];
  for (let start = 0; start === 0 || start < text.length;) {
    let end = start + Math.floor(size);
    // never between the two halves of one character
    if (/[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end++;
    parts.push((end < text.length ? '+' : '.') + text.slice(start, end));
    start = end;
  }
  return parts;
}

/** Puts the parts together again. Those of one text come one after the other. @internal */
export class Parts {
  readonly #whole: (text: string) => void;
  #text = '';

  constructor(whole: (text: string) => void) {
    this.#whole = whole;
  }

  add(part: string): void {
    this.#text += part.slice(1);
    if (part.startsWith('+')) return;
    const text = this.#text;
    this.#text = '';
    this.#whole(text);
  }
}
