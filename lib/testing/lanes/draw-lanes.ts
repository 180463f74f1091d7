import { type DrawableLane, charactersOf, isEnd, waitAt } from './lane.js';

/** Lanes one below the other: what happens in the same ms stands in the same column. @internal */
export interface Drawing {
  readonly lines: readonly string[];
  /** The column of a frame in which something happens. */
  columnOf(frame: number): number;
}

/** From how many ms on a time in which nothing happens is written as ` 30ms `. */
const LONG = 24;

/**
 * Draws lanes, each as the notation wants it, so that every line can be read back as what it shows.
 *
 * @param besides frames that get a column of their own although nothing happens in them
 *
 * @internal
 */
export function drawLanes(lanes: readonly DrawableLane[], besides: readonly number[] = []): Drawing {
  const tracks = lanes.map((lane) => new Track(lane));
  const frames = new Set([0, ...besides.map(Math.floor), ...tracks.flatMap((track) => track.frames)]);
  const columns = new Map<number, number>();
  const lines = tracks.map(() => '');
  const write = (texts: string[]) => {
    const width = Math.max(...texts.map((text) => text.length));
    for (const [i, text] of texts.entries()) lines[i] += text.padEnd(width);
  };
  let next = 0;
  for (const frame of [...frames].sort((a, b) => a - b)) {
    const quiet = frame - next;
    if (quiet >= LONG) write(tracks.map((track) => (track.hasEndedBy(next) ? '' : ` ${quiet}ms `)));
    else if (quiet > 0) write(tracks.map((track) => track.textAt(next).repeat(quiet)));
    columns.set(frame, lines[0]?.length ?? 0);
    write(tracks.map((track) => track.textAt(frame)));
    next = frame + 1;
  }
  return {
    lines: lines.map((line) => line.trimEnd()),
    columnOf: (frame) => columns.get(Math.floor(frame)) ?? 0,
  };
}

/** The columns of one lane in which something stands. */
class Track {
  readonly #lane: DrawableLane;
  readonly #texts = new Map<number, string>();
  readonly #end: number;

  constructor(lane: DrawableLane) {
    this.#lane = lane;
    const moments = momentsOf(lane);
    for (const [i, { frame, characters }] of moments.entries()) {
      // a group takes as many ms as it has characters; what happens before that is over is joined by `+`
      const next = moments[i + 1]?.frame ?? Infinity;
      const group = characters.length === 1 ? characters : ['(', ...characters, ')'];
      if (frame + group.length <= next) {
        for (const [offset, character] of group.entries()) this.#texts.set(frame + offset, character);
      } else {
        this.#texts.set(frame, characters.join('+'));
      }
    }
    this.#end = lane.events.some(isEnd) ? Math.max(...this.#texts.keys()) : Infinity;
  }

  /** Time that passes does not tell how it is spent, so the first frame after a change is written out. */
  get frames(): number[] {
    const changes = this.#lane.waits.map(({ frame }) => {
      let quiet = Math.floor(frame);
      while (this.#texts.has(quiet)) quiet++;
      return quiet;
    });
    return [...this.#texts.keys(), ...changes.filter((frame) => !this.hasEndedBy(frame))];
  }

  hasEndedBy(frame: number): boolean {
    return frame > this.#end;
  }

  textAt(frame: number): string {
    if (this.hasEndedBy(frame)) return ' ';
    return this.#texts.get(frame) ?? (waitAt(this.#lane, frame) === 'waiting' ? '-' : '~');
  }
}

function momentsOf(lane: DrawableLane): { readonly frame: number; readonly characters: string[] }[] {
  const moments: { frame: number; characters: string[] }[] = [];
  for (const event of lane.events) {
    const frame = Math.floor(event.frame);
    const characters = charactersOf(event, lane.marks.get(event));
    const last = moments.at(-1);
    if (last?.frame === frame) last.characters.push(...characters);
    else moments.push({ frame, characters });
  }
  return moments;
}
