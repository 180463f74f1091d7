import { checkLeaks } from 'rxtasks/testing/jest';

checkLeaks();
