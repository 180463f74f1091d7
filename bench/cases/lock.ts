import { contendForPermits } from '../permits.js';

export default contendForPermits('A lock, taken in turn by many tasks', 1, 'lock');
