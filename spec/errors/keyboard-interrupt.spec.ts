import { KeyboardInterrupt, isCancelled } from 'rxtasks';
import { itIsAnErrorClass } from './error-class.js';

describe('KeyboardInterrupt', () => {
  itIsAnErrorClass(KeyboardInterrupt, 'KeyboardInterrupt');

  it('is no cancellation: whoever lets those pass sees it', () => {
    expect(isCancelled(new KeyboardInterrupt())).toBe(false);
  });
});
