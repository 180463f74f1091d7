/**
 * `npm run soak [MINUTES [SEED]]`: storms of tasks, ten minutes of them by default, then a verdict on whether anything has grown. Exit
 * status: 0 nothing has grown, 1 something has. Ctrl-C ends it early, with the verdict on what was until then.
 *
 * Every other round is a `run()` of its own, the others are on the default loop, which is never closed.
 */
import { createTask, getEventLoop, getRunningLoop, run } from 'rxtasks';
import { type Reading, read, settle } from './reading.js';
import { Random } from './random.js';
import { isExpected, storm } from './storm.js';
import { Things } from './things.js';
import { verdict } from './verdict.js';

/** How long a round is, in ms. */
const ROUND = 5000;
/** The part of the time before the first reading: code is compiled meanwhile, which takes its place on the heap. */
const WARM_UP = 0.2;

const [minutes = 10, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
if (!(minutes > 0) || !Number.isInteger(seed)) throw new RangeError('npm run soak [MINUTES [SEED]]: expected numbers');
console.log(`storms for ${minutes} min, seed ${seed}`);

let interrupted = false;
process.on('SIGINT', () => {
  if (interrupted) process.exit(130);
  interrupted = true;
});
const random = new Random(seed);
const faults: string[] = [];
const readings: Reading[] = [];
const started = performance.now();
const minutesGone = () => (performance.now() - started) / 60_000;
let [tasks, told, nextLine] = [0, 0, 1];

const loop = getEventLoop();
watch(loop);
const things = await createTask(function* () {
  return { shared: new Things() };
}).then(({ shared }) => shared);

for (let round = 0; !interrupted && minutesGone() < minutes; round++) {
  if (round % 2 === 0) tasks += await createTask(weather(things));
  else tasks += await run(ownRun);
  await settle();
  faults.push(...things.differences());
  if (minutesGone() > WARM_UP * minutes) readings.push(read(things));
  if (minutesGone() >= nextLine) tell();
}

things.close();
faults.push(...verdict(readings));
for (const fault of faults.slice(0, 20)) console.log(fault);
console.log(faults.length === 0 ? 'nothing has grown' : `${faults.length} faults; seed ${seed}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** A storm that abates after the time of a round. */
function weather(shared: Things) {
  const end = performance.now() + ROUND;
  const calm = () => interrupted || performance.now() > end;
  return storm({ random, things: shared, asyncFunctions: true, gusts: Infinity, calm });
}

function* ownRun() {
  watch(getRunningLoop());
  const own = new Things();
  const count = yield* weather(own);
  faults.push(...own.differences());
  own.close();
  return count;
}

/** Errors that no storm brings about are faults. */
function watch(watched: typeof loop): void {
  watched.setExceptionHandler((_, context) => {
    told++;
    if (!isExpected(context))
      faults.push(`told to the exception handler: ${context.kind}: ${context.message}, ${context.exception}`);
  });
}

function tell(): void {
  nextLine = Math.floor(minutesGone()) + 1;
  const { heapUsed } = process.memoryUsage();
  console.log(
    `${minutesGone().toFixed(1).padStart(5)} min  ${tasks.toLocaleString('en').padStart(11)} tasks  heap ${(heapUsed / 2 ** 20).toFixed(2)} MB  ` +
      `${told} failures told that nobody was left to hear  ${faults.length} faults`,
  );
}
