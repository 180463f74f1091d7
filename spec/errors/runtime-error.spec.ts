import { RuntimeError, getRunningLoop } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('RuntimeError', () => {
  itIsAnErrorClass(RuntimeError, 'RuntimeError');

  it('is what a call throws at a moment that cannot work, with what to do instead', () => {
    const error = thrownBy(() => getRunningLoop());
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as Error).message).toContain('getEventLoop()');
  });
});
