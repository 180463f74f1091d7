/**
 * `npm run record-twins`: runs the asyncio twin of each sample (`samples/<name>.py`) and records what it prints in
 * `samples/<name>.out`, with which the specs compare what the sample prints.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { findPython, folder, pythonEnvironment, sampleNames } from '../spec/samples/twins.js';

const python = findPython();
if (python === null) {
  console.error('record-twins needs CPython 3.11 or later: no python3, python3.14, … python3.11 that is new enough.');
  process.exit(1);
}

for (const name of sampleNames()) {
  const twin = path.join(folder, `${name}.py`);
  const file = path.join(folder, `${name}.out`);
  const output = execFileSync(python, [twin], { env: pythonEnvironment });
  const changed = !existsSync(file) || !readFileSync(file).equals(output);
  if (changed) writeFileSync(file, output);
  console.log(`${changed ? 'recorded' : 'as it was'}  ${name}`);
}
