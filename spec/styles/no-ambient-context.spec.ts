import { expectSameStory } from './expect-same-story.js';
import { sets } from './sets.js';

// In a file of its own: once an async function has run as a task with ambient context, that stays in use.
describe('a program tells the same story as by coroutines alone', () => {
  const explicit = sets.filter(({ asyncContext }) => !asyncContext);
  it.each(explicit.map((set) => [set.name, set] as const))(
    'without ambient context, in the set %s',
    (_, set) => expectSameStory(set),
    120_000,
  );
});
