import * as rxjs from 'rxjs';
import * as rxtasks from 'rxtasks';

describe('the names of rxtasks', () => {
  it('can be imported beside those of RxJS: only the error that both have is called the same', () => {
    const both = Object.keys(rxtasks).filter((name) => name in rxjs);
    expect(both).toEqual(['TimeoutError']);
  });
});
