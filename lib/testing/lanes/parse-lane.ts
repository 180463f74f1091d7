import { got } from '../../kernel/index.js';
import { type ExpectedLane, type LaneEvent, type LaneWait, isEnd, isLetter } from './lane.js';

/** What the marks of a lane mean, in one line. */
const ALPHABET =
  '`-` 1 ms of waiting, `s` start, another letter or digit: a report, `|` finished, `(r|)` finished with the result r, ' +
  '`#` failed, `!` asked to cancel, `~` 1 ms of clean-up, `x` cancelled, `(  )` or `+` in the same ms, ` 10ms ` time passes';

/** The values behind letters, as in marble diagrams. */
export type LaneValues = Readonly<Record<string, unknown>>;

/**
 * Reads a lane: one character a millisecond, groups and spaces as in marble diagrams.
 *
 * **Errors:** SyntaxError with the position of what does not fit, and a line that points to it.
 *
 * @internal
 */
export function parseLane(call: string, lane: string, values?: LaneValues, error: unknown = 'error'): ExpectedLane {
  if (typeof lane !== 'string') throw new TypeError(`${call}: expected a diagram, a string, got ${got(lane)}`);
  return new LaneParser(call, lane, values, error).parse();
}

class LaneParser {
  readonly #call: string;
  readonly #lane: string;
  readonly #characters: readonly string[];
  readonly #values: LaneValues | undefined;
  readonly #error: unknown;
  readonly #events: LaneEvent[] = [];
  readonly #marks = new Map<LaneEvent, string>();
  readonly #waits: LaneWait[] = [];
  readonly #claims: LaneWait[] = [];
  #position = 0;
  #frame = 0;
  /** Where the group that is open begins. */
  #group: { readonly position: number; readonly frame: number; readonly events: number } | undefined;
  /** The frame of the mark right before, which a `+` adds to; undefined if there is none. */
  #previous: number | undefined;
  /** Where the `+` stands that waits for its mark. */
  #plus: number | undefined;
  #zero = false;

  constructor(call: string, lane: string, values: LaneValues | undefined, error: unknown) {
    this.#call = call;
    this.#lane = lane;
    this.#characters = [...lane];
    this.#values = values;
    this.#error = error;
  }

  parse(): ExpectedLane {
    while (this.#position < this.#characters.length) this.#read(this.#characters[this.#position] as string);
    if (this.#group !== undefined) this.#refuse("this group is not closed: a ')' is missing", this.#group.position);
    if (this.#plus !== undefined) this.#refuse("'+' adds a mark to the one before it: none follows", this.#plus);
    return { events: this.#events, marks: this.#marks, waits: this.#waits, claims: this.#claims };
  }

  #read(character: string): void {
    if (character === ' ') {
      this.#position++;
      return;
    }
    if (this.#hasEnded && character !== ')') this.#refuse(`'${character}' comes after the end of the task`);
    const passes = this.#timeHere();
    if (this.#plus !== undefined && (passes !== undefined || '-~()^+'.includes(character))) {
      this.#refuse("'+' adds a mark to the one before it: no mark follows", this.#plus);
    }
    if (passes !== undefined) this.#time(passes.ms, passes.length);
    else if (character === '-' || character === '~') this.#wait(character);
    else if (character === '(') this.#open();
    else if (character === ')') this.#close();
    else if (character === '+') this.#join();
    else if (character === '^') this.#zeroHere();
    else this.#mark(character);
  }

  get #hasEnded(): boolean {
    const last = this.#events.at(-1);
    return last !== undefined && isEnd(last);
  }

  /** Time that passes, ` 10ms `, is told from marks by the space before it, as in marble diagrams. */
  #timeHere(): { ms: number; length: number } | undefined {
    if (this.#position > 0 && this.#characters[this.#position - 1] !== ' ') return undefined;
    const rest = this.#characters.slice(this.#position).join('');
    const [all, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)(?= |$)/.exec(rest) ?? [];
    if (all === undefined) return undefined;
    const factor = unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000;
    return { ms: Number(count) * factor, length: all.length };
  }

  #time(ms: number, length: number): void {
    this.#refuseInGroup('time cannot pass in a group, which is one moment');
    this.#pass(ms, length);
  }

  #pass(ms: number, length: number): void {
    this.#frame += ms;
    this.#position += length;
    this.#previous = undefined;
  }

  #wait(character: '-' | '~'): void {
    this.#refuseInGroup(`'${character}' cannot stand in a group, which is one moment`);
    const kind = character === '~' ? 'cleaning up' : 'waiting';
    if (this.#has('cancel requested')) {
      const wait: LaneWait = { frame: this.#frame, kind };
      this.#claims.push(wait);
      if (this.#waits.at(-1)?.kind !== kind) this.#waits.push(wait);
    } else if (kind === 'cleaning up') {
      this.#refuse("'~' is clean-up after a request to cancel: a '!' before it is missing");
    }
    this.#pass(1, 1);
  }

  /** In marble diagrams each character of a group takes its time too. */
  #open(): void {
    this.#refuseInGroup('a group cannot stand in another');
    this.#group = { position: this.#position, frame: this.#frame, events: this.#events.length };
    this.#pass(1, 1);
  }

  #close(): void {
    const group = this.#group;
    if (group === undefined) this.#refuse("this ')' closes no group");
    if (group.events === this.#events.length) this.#refuse('this group is empty', group.position);
    this.#group = undefined;
    this.#pass(1, 1);
  }

  #join(): void {
    this.#refuseInGroup("'+' cannot stand in a group, whose marks belong together anyway");
    if (this.#previous === undefined) this.#refuse("'+' adds a mark to the one before it: there is none");
    this.#plus = this.#position++;
  }

  #zeroHere(): void {
    this.#refuseInGroup("'^' cannot stand in a group");
    if (this.#zero) this.#refuse("a second '^': the clock starts once");
    if (this.#events.length > 0) this.#refuse("'^' is where the clock starts: no mark can stand before it");
    this.#zero = true;
    this.#frame = 0;
    this.#pass(1, 1);
  }

  #mark(character: string): void {
    const joined = this.#plus !== undefined;
    const frame = this.#group?.frame ?? (joined ? this.#previous : undefined) ?? this.#frame;
    this.#add(character, frame);
    if (!joined) this.#frame++;
    this.#plus = undefined;
    this.#position++;
    this.#previous = this.#group === undefined ? frame : undefined;
  }

  #add(character: string, frame: number): void {
    switch (character) {
      case 's':
        if (this.#has('started')) this.#refuse("a second 's': a task starts once");
        this.#events.push({ frame, kind: 'started' });
        break;
      case '!':
        this.#events.push({ frame, kind: 'cancel requested' });
        this.#waits.push({ frame, kind: 'cleaning up' });
        break;
      case 'x':
        this.#events.push({ frame, kind: 'cancelled' });
        break;
      case '#':
        this.#refuseUnstarted();
        this.#events.push({ frame, kind: 'failed', value: this.#error });
        break;
      case '|':
        this.#refuseUnstarted();
        this.#finish(frame);
        break;
      default:
        this.#report(character, frame);
    }
  }

  #report(character: string, frame: number): void {
    if (!isLetter(character)) this.#refuse(`unknown mark '${character}'`, this.#position, `\n\n  ${ALPHABET}`);
    const values = this.#values;
    if (values != null && !Object.hasOwn(values, character)) {
      this.#refuse(`there is no '${character}' among the values that were given`);
    }
    const event: LaneEvent = { frame, kind: 'reported', value: values == null ? character : values[character] };
    this.#events.push(event);
    this.#marks.set(event, character);
  }

  /** A letter of the same moment, right before, is the result. */
  #finish(frame: number): void {
    const last = this.#events.at(-1);
    if (last?.kind !== 'reported' || last.frame !== frame) {
      this.#events.push({ frame, kind: 'finished', value: undefined });
      return;
    }
    const event: LaneEvent = { frame, kind: 'finished', value: last.value };
    this.#events.splice(-1, 1, event);
    this.#marks.set(event, this.#marks.get(last) as string);
    this.#marks.delete(last);
  }

  #has(kind: LaneEvent['kind']): boolean {
    return this.#events.some((event) => event.kind === kind);
  }

  #refuseUnstarted(): void {
    if (!this.#has('started')) this.#refuse("a task ends like that only after its start: an 's' before is missing");
  }

  #refuseInGroup(message: string): void {
    if (this.#group !== undefined) this.#refuse(message);
  }

  #refuse(message: string, position = this.#position, more = ''): never {
    const loose = /[^\s\d.]\d+(ms|s|m)\b|\d(ms|s|m)(?=[^\s\w])/.test(this.#lane);
    const hint = loose ? '\n  time that passes is written between spaces: ` 10ms `' : '';
    throw new SyntaxError(
      `${this.#call}: ${message}, at position ${position}\n\n  ${this.#lane}\n  ${' '.repeat(position)}^${hint}${more}`,
    );
  }
}
