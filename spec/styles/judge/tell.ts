import { type Place, life } from './place.js';
import type { Program } from './program.js';
import { type StyleSet, styleOf } from './sets.js';
import { block } from './statements.js';
import type { Story } from './story.js';
import type { Start } from './style.js';
import { World } from './world.js';

/** Runs a program in one of the sets; the model as it is to be in `judgedSet`. */
export async function tell(
  program: Program,
  set: StyleSet,
  judgedSet: StyleSet = set,
): Promise<{ story: Story; tied: boolean }> {
  const world = new World();
  const { seed, main } = program;
  const style = styleOf(set, 'main', seed, main);
  const place: Place = {
    world,
    set,
    judgedSet,
    seed,
    body: 'main',
    label: 'main',
    style,
    judged: styleOf(judgedSet, 'main', seed, main),
    parent: null,
    task: null,
    waiter: null,
    group: null,
    handedOn: false,
    shift: 0,
    names: new Map(),
    run: block,
  };
  const start: Start = (task, waiter) => life({ ...place, task, waiter }, main);
  const story = await world.run(style.source(start), judgedSet.asyncContext);
  return { story, tied: world.tied };
}
