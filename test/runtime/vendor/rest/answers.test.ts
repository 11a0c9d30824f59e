/** What the vendor's REST may answer with status 200, and whether it proves anything. */
import { describe, expect, test } from '@jest/globals';
import { provenPage } from '../../../../runtime/vendor/rest/answers.ts';
import { type Lie, lies } from '../../../support/hostile-rest.ts';

const rows = [{ t: 1 }, { t: 2 }];
const truth = { status: 'OK', ticker: 'AAPL', resultsCount: 2, results: rows };
const claim = { ticker: 'AAPL', mayBeDelayed: false };
const named = { ticker: 'ESZ5', isNamedByRows: true, mayBeDelayed: false };

describe('an answer', () => {
  test('of the ticker that was asked for, with as many rows as it counts, is one', () => {
    expect(provenPage(truth, claim)).toEqual({ rows, next: undefined });
    expect(provenPage({ ...truth, next_url: 'https://next' }, claim).next).toBe('https://next');
  });

  test('that says that there are no rows is one', () => {
    expect(provenPage({ status: 'OK', ticker: 'AAPL', resultsCount: 0 }, claim).rows).toEqual([]);
    expect(provenPage({ status: 'OK', ticker: 'AAPL', results: [] }, claim).rows).toEqual([]);
    expect(provenPage({ status: 'OK', results: [] }, named).rows).toEqual([]);
  });

  test.each(Object.keys(lies) as Lie[])('proves nothing when it is %s', lie => {
    expect(() => provenPage(lies[lie](truth), claim)).toThrow();
    const futures = { status: 'OK', results: [{ ticker: 'ESZ5' }], resultsCount: 1 };
    expect(() => provenPage(lies[lie](futures), named)).toThrow();
  });

  test('that is delayed proves nothing where the plan does not explain it', () => {
    const delayed = { ...truth, status: 'DELAYED' };
    expect(() => provenPage(delayed, claim)).toThrow('status is DELAYED: it ends before what was asked for');
    expect(provenPage(delayed, { ...claim, mayBeDelayed: true }).rows).toEqual(rows);
  });

  test('says what is wrong with it', () => {
    const fault =
      (body: unknown, of: typeof claim = claim) =>
      () =>
        provenPage(body, of);
    expect(fault([])).toThrow('status: Invalid key: Expected "status" but received undefined');
    expect(fault({ status: 'ERROR' })).toThrow('status is ERROR: use OK or DELAYED');
    expect(fault({ ...truth, resultsCount: 3 })).toThrow('it has 2 rows and counts 3');
    expect(fault({ ...truth, ticker: 'AAPl' })).toThrow('it is of AAPl, not of AAPL');
    expect(fault({ status: 'OK', results: rows }, named)).toThrow('it is of no ticker, not of ESZ5');
  });
});
