import { cancelledAtEveryStep } from './case.js';
import { operators } from './cases/operators.js';

cancelledAtEveryStep(operators);
