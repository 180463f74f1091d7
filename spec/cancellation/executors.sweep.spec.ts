import { cancelledAtEveryStep } from './case.js';
import { executors } from './cases/executors.js';

cancelledAtEveryStep(executors);
