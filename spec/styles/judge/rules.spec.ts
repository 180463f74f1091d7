import { readFileSync } from 'node:fs';
import { rules } from './rules.js';

describe('the rules by which styles differ on purpose', () => {
  const page = readFileSync('docs/deviations.md', 'utf8');

  it.each(rules.map(({ id }) => id))('say what the page of deviations says: %s', (id) => {
    expect(page).toContain(`| ${id} `);
  });
});
