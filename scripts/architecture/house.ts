import { importsOf, targetOf, type Import, type Sources } from '../../spec/package/imports.js';

/** Where the folders of a library stand, and the rooms of some of them: each from the ground up. */
export interface Plan {
  readonly floors: readonly (readonly string[])[];
  readonly rooms: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** What each of them is about, rooms as `folder/room`. */
  readonly about: Readonly<Record<string, string>>;
}

/** One folder in the picture. */
interface Cell {
  readonly title: string;
  readonly lines: readonly string[];
}

/** As many characters as GitHub shows of a line. */
const WIDTH = 100;

/**
 * Draws a library as a house, the highest floor first. Behind each arrow stands what is imported, by value; what that stands on
 * in turn goes without saying.
 *
 *     ┌─ c → b ────────────────────┐
 *     │ what c is about            │
 *     ├─ a ───────────┬─ b ────────┤
 *     │ …             │ …          │
 *     └───────────────┴────────────┘
 */
export function drawHouse(sources: Sources, plan: Plan): string {
  const imports = importsOf(sources).filter(({ typeOnly }) => !typeOnly);
  const floors = [...plan.floors].reverse().map((folders) => folders.map((folder) => cellOf(folder, imports, plan)));
  const picture: string[] = [];
  let above: readonly number[] = [];
  for (const cells of floors) {
    const walls = wallsOf(cells);
    picture.push(ceiling(above, walls, cells), ...contents(walls, cells));
    above = walls;
  }
  return [...picture, ceiling(above, [], [])].join('\n');
}

function cellOf(folder: string, imports: readonly Import[], plan: Plan): Cell {
  const folders = plan.floors.flat();
  const arrows = standsOn(imports, (file) => file.slice(0, file.indexOf('/')), folders);
  return {
    title: [folder, arrow(arrows.get(folder))].join(' ').trim(),
    lines: [aboutOf(folder, plan), ...roomsOf(folder, imports, plan)],
  };
}

function roomsOf(folder: string, imports: readonly Import[], plan: Plan): string[] {
  const rooms = [...(plan.rooms[folder] ?? [])].reverse().flat();
  const inside = imports.filter(({ from }) => from.startsWith(`${folder}/`));
  const arrows = standsOn(
    inside,
    (file) => file.split('/').slice(0, -1).join('/'),
    rooms.map((room) => `${folder}/${room}`),
  );
  const rows = rooms.map((room) => [
    room,
    aboutOf(`${folder}/${room}`, plan),
    arrow(arrows.get(`${folder}/${room}`)?.map((each) => each.slice(folder.length + 1))),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function aboutOf(name: string, { about }: Plan): string {
  const text = about[name];
  if (text === undefined) throw new Error(`lib/${name}: say in scripts/architecture/about.ts what it is about`);
  return text;
}

function arrow(names: readonly string[] = []): string {
  return names.length === 0 ? '' : `→ ${names.join(' ')}`;
}

/** What each of `names` imports, without what it stands on anyway because another one of those stands on it. */
function standsOn(
  imports: readonly Import[],
  nameOf: (file: string) => string,
  names: readonly string[],
): Map<string, string[]> {
  const direct = new Map(names.map((name) => [name, new Set<string>()]));
  for (const each of imports) {
    const target = targetOf(each);
    if (target === undefined) continue;
    const [from, to] = [nameOf(each.from), nameOf(target)];
    if (from !== to && direct.has(to)) direct.get(from)?.add(to);
  }
  const reaches = (from: string, to: string): boolean =>
    [...direct.get(from)!].some((next) => next === to || reaches(next, to));
  return new Map(
    [...direct].map(([name, below]) => [
      name,
      [...below].filter((each) => ![...below].some((other) => reaches(other, each))),
    ]),
  );
}

/** Where the walls of a floor stand: each cell as wide as it needs, and the rest of the width spread over them. */
function wallsOf(cells: readonly Cell[]): number[] {
  const needed = cells.map(({ title, lines }) => Math.max(title.length + 2, ...lines.map(({ length }) => length)) + 3);
  const rest = WIDTH - 1 - needed.reduce((sum, each) => sum + each);
  if (rest < 0) throw new Error(`too wide for the picture: ${cells.map(({ title }) => title).join(', ')}`);
  const walls = [0];
  for (const [i, each] of needed.entries()) {
    walls.push(
      walls[i]! + each + Math.floor((rest * (i + 1)) / needed.length) - Math.floor((rest * i) / needed.length),
    );
  }
  return walls;
}

/** The line between two floors, which carries the titles of the lower one. */
function ceiling(above: readonly number[], below: readonly number[], cells: readonly Cell[]): string {
  const line = Array.from({ length: WIDTH }, (_, x) => joint(x, above.includes(x), below.includes(x)));
  for (const [i, { title }] of cells.entries()) {
    const text = ` ${title} `;
    line.splice(below[i]! + 2, text.length, ...text);
  }
  return line.join('');
}

function joint(x: number, up: boolean, down: boolean): string {
  if (!up && !down) return '─';
  const [both, fromAbove, toBelow] = x === 0 ? '├└┌' : x === WIDTH - 1 ? '┤┘┐' : '┼┴┬';
  return (up && down ? both : up ? fromAbove : toBelow)!;
}

function contents(walls: readonly number[], cells: readonly Cell[]): string[] {
  const height = Math.max(...cells.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, row) => {
    const parts = cells.map(({ lines }, i) => `│ ${lines[row] ?? ''}`.padEnd(walls[i + 1]! - walls[i]!));
    return `${parts.join('')}│`;
  });
}
