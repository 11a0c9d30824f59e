/**
 * The seven features in SQL, for DuckDB: a view over `intraday_bars` by window functions, which shares no code with the functions of the API and
 * agrees with them. It reads `symbol`, `timestamp`, `session_start`, prices, `volume`, `vwap` and `version`, one row a symbol and minute.
 */
export const featuresView = `
CREATE OR REPLACE VIEW intraday_features AS
WITH so_far AS (
  SELECT symbol, timestamp, session_start, vwap, volume::DOUBLE AS volume,
    row_number() OVER session AS bar,
    max(version) OVER session AS version,
    coalesce(first_value(CASE WHEN volume > 0 THEN open END IGNORE NULLS) OVER session, first_value(open) OVER session) AS open,
    coalesce(max(high) FILTER (volume > 0) OVER session, max(high) OVER session) AS high,
    coalesce(min(low) FILTER (volume > 0) OVER session, min(low) OVER session) AS low,
    coalesce(last_value(CASE WHEN volume > 0 THEN close END IGNORE NULLS) OVER session, close) AS price
  FROM intraday_bars
  WINDOW session AS (PARTITION BY symbol, session_start ORDER BY timestamp ROWS UNBOUNDED PRECEDING)
), moves AS (
  SELECT *,
    price - lag(price) OVER bars AS change,
    CASE WHEN price > 0 AND lag(price) OVER bars > 0 THEN ln(price / lag(price) OVER bars) END AS log_return,
    -- Wilder's averages, all but a factor that rises and falls share: each later bar weighs 14/13 of the one before it.
    pow(14 / 13, greatest(bar - 1, 14)) AS weight
  FROM so_far
  WINDOW bars AS (PARTITION BY symbol, session_start ORDER BY timestamp)
), sums AS (
  SELECT *,
    sum(greatest(change, 0) * weight) OVER session AS rises,
    sum(greatest(-change, 0) * weight) OVER session AS falls,
    sum(vwap * volume) FILTER (volume > 0) OVER session AS notional,
    sum(volume) OVER session AS shares,
    count(*) FILTER (volume > 0 AND vwap IS NULL) OVER session AS unpriced,
    lag(price, 20) OVER session AS price_before,
    count(log_return) OVER last_20 AS returns,
    sum(log_return * log_return) OVER last_20 AS variance,
    avg(volume) OVER before AS mean_volume
  FROM moves
  WINDOW session AS (PARTITION BY symbol, session_start ORDER BY timestamp ROWS UNBOUNDED PRECEDING),
    last_20 AS (PARTITION BY symbol, session_start ORDER BY timestamp ROWS 19 PRECEDING),
    before AS (PARTITION BY symbol, session_start ORDER BY timestamp ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING)
)
SELECT symbol, timestamp, session_start,
  CASE WHEN shares > 0 AND unpriced = 0 THEN notional / shares END AS intraday_vwap,
  CASE WHEN bar > 14 THEN CASE WHEN rises + falls = 0 THEN 50 ELSE 100 * rises / (rises + falls) END END AS intraday_rsi_14,
  CASE WHEN price_before > 0 THEN price / price_before - 1 END AS intraday_momentum_20,
  CASE WHEN returns = 20 THEN sqrt(variance) END AS intraday_volatility_20,
  CASE WHEN bar > 20 AND mean_volume > 0 THEN volume / mean_volume END AS intraday_volume_ratio,
  CASE WHEN open > 0 THEN price / open - 1 END AS intraday_price_to_open,
  CASE WHEN high = low THEN 0.5 ELSE (price - low) / (high - low) END AS intraday_range_position,
  version
FROM sums`;
