import { contendForPermits } from '../permits.js';

export default contendForPermits('A semaphore of 10 permits, taken in turn by many tasks', 10, 'semaphore');
