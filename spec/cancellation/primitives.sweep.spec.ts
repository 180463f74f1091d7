import { cancelledAtEveryStep } from './case.js';
import { primitives } from './cases/primitives.js';

cancelledAtEveryStep(primitives, 10);
