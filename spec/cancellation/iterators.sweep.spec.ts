import { cancelledAtEveryStep } from './case.js';
import { iterators } from './cases/iterators.js';

cancelledAtEveryStep(iterators);
