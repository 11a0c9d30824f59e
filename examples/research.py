"""Minutes and features of a research file as DataFrames: `npm run research -- --local --db x.duckdb` makes it. Needs duckdb and pandas."""

import sys

import duckdb
import pandas as pd


def get_intraday_prices(path: str, symbols: list[str], start: str, end: str) -> pd.DataFrame:
    """Minutes that start in [start, end), in UTC, by symbol and time."""
    return _ask(path, "intraday_bars", symbols, start, end)


def get_intraday_features(path: str, symbols: list[str], start: str, end: str) -> pd.DataFrame:
    """The seven features of the same minutes; NaN where one does not exist yet."""
    return _ask(path, "intraday_features", symbols, start, end)


def _ask(path: str, table: str, symbols: list[str], start: str, end: str) -> pd.DataFrame:
    with duckdb.connect(path, read_only=True) as database:
        return database.execute(
            f"SELECT * FROM {table} WHERE list_contains(?, symbol) AND timestamp >= ?::TIMESTAMP AND timestamp < ?::TIMESTAMP "
            "ORDER BY symbol, timestamp",
            [symbols, start, end],
        ).df()


if __name__ == "__main__":
    path, symbols, start, end = sys.argv[1:]
    for get in (get_intraday_prices, get_intraday_features):
        print(get(path, symbols.split(","), start, end).to_csv(index=False), end="")
