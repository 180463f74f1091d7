import { cancelledAtEveryStep } from './case.js';
import { combinators } from './cases/combinators.js';

cancelledAtEveryStep(combinators);
