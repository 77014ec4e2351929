"""ClickHouse (chdb): CSV into a MergeTree, ORDER BY (date, security, time), merged."""
import glob
import os
import sys

from chdb import session

from market_tables import TABLES

data, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
kinds = {"BIGINT": "Int64", "INTEGER": "Int32", "SMALLINT": "Int16", "TINYINT": "Int8", "VARCHAR": "LowCardinality(String)", "DATE": "Date"}
connection = session.Session(out + "/clickhouse")
connection.query("CREATE DATABASE market ENGINE = Atomic")
rows = 0
for table in TABLES:
    structure = ", ".join(f"`{name}` {kinds[kind] if name in table.keys else 'Nullable(' + kinds[kind] + ')' if kind != 'VARCHAR' else 'LowCardinality(Nullable(String))'}"
                          for name, kind in table.columns)
    day = f"toDate({table.time} / 1000000000, 'Australia/Sydney')"
    connection.query(
        f"CREATE TABLE market.{table.name} ({structure}, day Date MATERIALIZED {day}) "
        f"ENGINE = MergeTree ORDER BY (day, {table.security}, {table.time})")
    pattern = os.path.abspath(f"{data}/{table.name}/*.csv")
    connection.query(
        f"INSERT INTO market.{table.name} SELECT * FROM file('{pattern}', 'CSVWithNames', '{structure}') "
        f"SETTINGS max_threads = {threads}, max_insert_threads = {threads}, input_format_null_as_default = 0, "
        "input_format_csv_empty_as_default = 1")
    rows += int(str(connection.query(f"SELECT count() FROM market.{table.name}", "TSV")).strip())
connection.close()
print(rows)
