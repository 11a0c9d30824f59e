/** The features of flat files by the SQL view, which shares no code with the functions: one row a symbol and minute. */
import { featuresView } from '../../local/research/features-view.ts';
import { featureNames } from '../../runtime/fold/features/names.ts';
import { askInSql, type SqlMarket } from './sql-fold.ts';

export interface FeatureRow {
  readonly symbol: string;
  /** Epoch ms. */
  readonly start: number;
  readonly sessionStart: number;
  readonly version: number;
  /** In the order of their names; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
}

/** Flat files have no VWAPs and no versions: a minute gets its typical price, and now and then none; versions go up and down. */
export const madeUp = {
  vwap: 'CASE WHEN epoch_ms(ts) // 60000 % 641 <> 0 THEN (high + low + close) / 3 END',
  version: 'epoch_ms(ts) + epoch_ms(ts) // 60000 % 7 * 600000',
  vwapOf: (start: number, { high, low, close }: { high: number; low: number; close: number }) =>
    (start / 60_000) % 641 === 0 ? undefined : (high + low + close) / 3,
  versionOf: (start: number) => start + ((start / 60_000) % 7) * 600_000,
};

const barsSql = `
  CREATE VIEW intraday_bars AS
    SELECT ticker AS symbol, ts AS timestamp, spans.starts AS session_start, open, high, low, close, volume,
      ${madeUp.vwap} AS vwap, ${madeUp.version} AS version
    FROM minutes ASOF JOIN spans ON ts >= spans.starts`;

export function featuresInSql(files: readonly string[], market: SqlMarket): Promise<FeatureRow[]> {
  return askInSql(files, market, async connection => {
    await connection.run(barsSql);
    await connection.run(featuresView);
    const reader = await connection.runAndReadAll(
      `SELECT symbol, epoch_ms(timestamp)::DOUBLE, epoch_ms(session_start)::DOUBLE, version::DOUBLE, ${featureNames.join(', ')}
       FROM intraday_features ORDER BY symbol, timestamp`,
    );
    return reader.getRowsJson().map(([symbol, start, sessionStart, version, ...values]) => ({
      symbol: String(symbol),
      start: Number(start),
      sessionStart: Number(sessionStart),
      version: Number(version),
      values: values.map(value => (value === null ? undefined : Number(value))),
    }));
  });
}
