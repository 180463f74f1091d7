import { cancelledAtEveryStep } from './case.js';
import { modified } from './cases/modifiers.js';

cancelledAtEveryStep(modified);
