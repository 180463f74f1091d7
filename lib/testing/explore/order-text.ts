import { laneOf, numberOf } from './step-names.js';

/** What a text of two orders is made of. */
export interface Orders {
  readonly usual: readonly string[];
  readonly found: readonly string[];
  /** The steps that were moved. */
  readonly moved: ReadonlySet<string>;
  /** What the tasks run, by their names. */
  readonly recipes: ReadonlyMap<string, string>;
}

/** How many steps stand side by side. */
const WIDTH = 30;

/**
 * Two orders, one lane for each task, one column for each step; the steps that were moved are marked below:
 *
 *     usually   main  1 . . . . . 2
 *               a     . 1 . 2 3 . .
 *               b     . . 1 . . 2 .
 *     here      main  1 . . . . . 2
 *               a     . 1 . 2 . 3 .
 *               b     . . 1 . 2 . .
 *                               ^
 *
 * Of long ones what surrounds the first difference; of two that are the same, one.
 *
 * @internal
 */
export function ordersText({ usual, found, moved, recipes }: Orders): string[] {
  const first = usual.findIndex((step, i) => step !== found[i]);
  const from = first > WIDTH / 2 ? Math.max(0, first - 8) : 0;
  const blocks = [usual, found].map((order) => order.slice(from, from + WIDTH));
  const lanes = [...new Set(blocks.flat().map(laneOf))].sort((a, b) => rank(a) - rank(b));
  const titles = lanes.map((lane) => {
    const recipe = /^Task-\d+$/.test(lane) ? recipes.get(lane) : undefined;
    return recipe === undefined ? lane : `${lane} ${recipe}`;
  });
  const column = Math.max(...blocks.flat().map((step) => numberOf(step).length));
  const title = Math.max(...titles.map((each) => each.length));
  const draw = (order: readonly string[], whole: readonly string[], name: string): string[] =>
    lanes.map((lane, i) => {
      const cells = order.map((step) => (laneOf(step) === lane ? numberOf(step) : '.').padStart(column));
      const [before, after] = [from > 0 ? '… ' : '', whole.length > from + WIDTH ? ' …' : ''];
      return `${(i === 0 ? name : '').padEnd(9)} ${(titles[i] as string).padEnd(title)}  ${before}${cells.join(' ')}${after}`;
    });
  const [usually, here] = blocks as [string[], string[]];
  if (first < 0 && usual.length === found.length) return draw(usually, usual, 'usually');
  const marks = here.map((step) => (moved.has(step) ? '^' : '').padStart(column)).join(' ');
  const indent = ' '.repeat(9 + 1 + title + 2 + (from > 0 ? 2 : 0));
  return [...draw(usually, usual, 'usually'), ...draw(here, found, 'here'), (indent + marks).trimEnd()];
}

/** Tasks as they come, then timers and callbacks. */
function rank(lane: string): number {
  return lane === 'callback' ? 2 : lane === 'timer' ? 1 : 0;
}
