export { asCompletedAll } from './as-completed-all.js';
export { cancelOn } from './cancel-on.js';
export { gatherAll } from './gather-all.js';
export { ignoreCancelled } from './ignore-cancelled.js';
export { type MapTaskOptions, mapTask } from './map-task.js';
export { shielded } from './shielded.js';
export { toTask } from './to-task.js';
export { waitAll } from './wait-all.js';
