/** What makes an answer of the vendor's REST one: whatever does not prove what it says is no answer, and never "no trades". */
import * as v from 'valibot';

/** What came proves nothing: nobody knows more than before. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
}

/** What an answer has to be about. */
export interface Claim {
  /** The ticker that was asked for, as REST spells it. @default it is a list of many */
  readonly ticker?: string;
  /** Whether each row names the ticker, instead of the answer. @default false */
  readonly isNamedByRows?: boolean;
  /** Whether an answer that lags by the plan's delay holds all that was asked for. */
  readonly mayBeDelayed: boolean;
}

/** One page of an answer. */
export interface Page<Row = unknown> {
  readonly rows: readonly Row[];
  /** Address of the next one; undefined on the last. */
  readonly next: string | undefined;
}

const count = v.nullish(v.pipe(v.number(), v.safeInteger()));
const page = v.object({
  status: v.string(),
  ticker: v.nullish(v.string()),
  results: v.nullish(v.array(v.unknown())),
  /** Of bars, and of lists. */
  ...{ resultsCount: count, count },
  next_url: v.nullish(v.string()),
});

/** @param where it was found, such as `results.0`. @default it is the answer. @throws Unproven that names the first fault */
export function checked<const Schema extends v.GenericSchema>(
  found: unknown,
  schema: Schema,
  where?: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, found);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = [where, issue && v.getDotPath(issue)].filter(part => part != null).join('.');
  throw new Unproven(`${place || 'the answer'}: ${issue?.message ?? 'unknown'}`);
}

/** @throws Unproven that says what is wrong with it */
export function provenPage(body: unknown, claim: Claim): Page {
  const { status, ticker, results, resultsCount, count, next_url: next } = checked(body, page);
  expectStatus(status, claim);
  const rows = results ?? [];
  for (const said of [resultsCount, count])
    if (typeof said === 'number' && said !== rows.length)
      throw new Unproven(`it has ${rows.length} rows and counts ${said}`);
  // An answer without rows is left out as a whole by some, so it has to say that there are none.
  if (!results && resultsCount !== 0 && count !== 0)
    throw new Unproven('it has no rows and does not say that there are none');
  expectTicker(ticker ?? undefined, rows, claim);
  return { rows, next: next || undefined };
}

function expectStatus(status: string, { mayBeDelayed }: Claim): void {
  if (status === 'OK' || (status === 'DELAYED' && mayBeDelayed)) return;
  if (status === 'DELAYED') throw new Unproven('status is DELAYED: it ends before what was asked for');
  throw new Unproven(`status is ${status}: use OK or DELAYED`);
}

function expectTicker(ticker: string | undefined, rows: readonly unknown[], claim: Claim): void {
  if (claim.ticker === undefined) return;
  const named = claim.isNamedByRows
    ? rows.map(row => {
        const { ticker: of }: { ticker?: unknown } = Object(row);
        return of;
      })
    : [ticker];
  for (const of of named)
    if (of !== claim.ticker) throw new Unproven(`it is of ${textOf(of)}, not of ${claim.ticker}`);
}

function textOf(ticker: unknown): string {
  return typeof ticker === 'string' ? ticker : 'no ticker';
}
