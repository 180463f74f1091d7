import { expectSameStory } from './expect-same-story.js';
import { sets } from './sets.js';

describe('a program tells the same story as by coroutines alone', () => {
  const ambient = sets.filter(({ asyncContext }) => asyncContext);
  it.each(ambient.map((set) => [set.name, set] as const))('in the set %s', (_, set) => expectSameStory(set), 120_000);
});
