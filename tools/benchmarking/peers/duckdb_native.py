"""DuckDB: CSV into a native database file, typed, sorted by (date, security, time)."""
import sys

import duckdb

from market_tables import TABLES, csv_files

data, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = duckdb.connect(out + "/market.duckdb")
connection.execute(f"SET threads = {threads}; SET preserve_insertion_order = false")
rows = 0
for table in TABLES:
    names = [name for name, _ in table.columns]
    types = {name: kind for name, kind in table.columns}
    connection.execute(
        f"CREATE TABLE {table.name} AS SELECT *, {table.day} AS day FROM read_csv(?, header = true, columns = {types}, nullstr = ['', ?]) "
        f"ORDER BY day, {table.security}, {table.time}",
        [csv_files(data, table.name), "-9223372036854775808"])
    rows += connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
connection.execute("CHECKPOINT")
print(rows)
