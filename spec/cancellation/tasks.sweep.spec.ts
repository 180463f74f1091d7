import { cancelledAtEveryStep } from './case.js';
import { tasks } from './cases/tasks.js';

cancelledAtEveryStep(tasks);
