/** Numbers and lists for people. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `999 B`, `1.0 kB`, `12 kB`, `3.4 MB`: two digits at least, powers of 1000. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded to 1000 of this unit: that is 1.0 of the next.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // Likewise 9.95, which is 10.
  return `${value.toFixed(unit > 0 && value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}

/** `1 file`, `14,201 files`, `2 copies`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The first of `lines`, and how many more there are. */
export function atMost(limit: number, lines: readonly string[]): string[] {
  if (lines.length <= limit) return [...lines];
  return [...lines.slice(0, limit - 1), `… and ${(lines.length - limit + 1).toLocaleString('en')} more`];
}

/** Long paths lose their middle, so that a line stays a line. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.ceil((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(-end)}`;
}
