"""DuckDB: CSV into Parquet (zstd), partitioned by (date, security), sorted by time."""
import sys

import duckdb

from market_tables import TABLES, csv_files

data, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = duckdb.connect()
connection.execute(f"SET threads = {threads}; SET temp_directory = '{out}/tmp'; SET partitioned_write_max_open_files = 400")
rows = 0
for table in TABLES:
    types = {name: kind for name, kind in table.columns}
    count = connection.execute(
        f"COPY (SELECT *, {table.day} AS day, {table.security} AS security FROM "
        f"read_csv(?, header = true, columns = {types}, nullstr = ['', ?]) ORDER BY day, security, {table.time}) "
        f"TO '{out}/{table.name}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day, security))",
        [csv_files(data, table.name), "-9223372036854775808"]).fetchone()[0]
    rows += count
print(rows)
