import { EventLoop, InvalidStateError } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { itIsAnErrorClass } from './error-class.js';

describe('InvalidStateError', () => {
  itIsAnErrorClass(InvalidStateError, 'InvalidStateError');

  it('is what a future throws that is asked too early, or completed twice', () => {
    const future = new EventLoop().createFuture<number>();
    expect(thrownBy(() => future.result())).toBeInstanceOf(InvalidStateError);
    expect(thrownBy(() => future.exception())).toBeInstanceOf(InvalidStateError);
    future.setResult(1);
    expect(thrownBy(() => future.setResult(2))).toBeInstanceOf(InvalidStateError);
    expect(thrownBy(() => future.setException(new Error()))).toBeInstanceOf(InvalidStateError);
  });
});
