"""Polars: CSV into Parquet (zstd), partitioned by (date, security), sorted by time."""
import sys

import polars as pl

from market_tables import TABLES, csv_files

data, out, _ = sys.argv[1], sys.argv[2], sys.argv[3]
kinds = {"BIGINT": pl.Int64, "INTEGER": pl.Int32, "SMALLINT": pl.Int16, "TINYINT": pl.Int8, "VARCHAR": pl.String, "DATE": pl.Date}
rows = 0
for table in TABLES:
    frame = pl.scan_csv(
        csv_files(data, table.name), schema={name: kinds[kind] for name, kind in table.columns}, null_values=["-9223372036854775808"])
    day = pl.from_epoch(pl.col(table.time) // 1_000_000_000, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone("Australia/Sydney")
    frame = frame.with_columns(day.dt.date().alias("day"), pl.col(table.security).alias("security")).sort("day", "security", table.time)
    frame.sink_parquet(
        pl.PartitionBy(f"{out}/{table.name}", key=["day", "security"], include_key=False), compression="zstd", mkdir=True)
    rows += pl.scan_parquet(f"{out}/{table.name}/**/*.parquet").select(pl.len()).collect().item()
print(rows)
