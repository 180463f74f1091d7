// The file of a worker that brings a module along, as a user of a bundler writes it.
import { provide } from '../../../lib/jobs/worker/web.js';
import * as work from '../../work/browser.js';

provide('app:work', work);
provide(new URL('https://work.invalid/'), work);
