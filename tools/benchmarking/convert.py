"""convert: CSV into sorted, partitioned, compressed columns."""
import glob
import os

from .machine import PEERS, timed
from .markets import csv_size, market, packed, shuffled, warm
from .tables import compare

SCRIPTS = {
    "DuckDB, native file": "duckdb_native.py",
    "DuckDB, Parquet by partition": "duckdb_parquet.py",
    "ClickHouse, MergeTree": "clickhouse.py",
    "Polars, Parquet by partition": "polars_parquet.py",
}


def command(bench, data, *more):
    """Ours, by calendar days, which are the days of the peers."""
    return lambda out: [bench.binary, "convert", f"{data}/orders", f"{data}/trades", "--store", f"{out}/store", "--quiet",
                        "--trading-day", "calendar", "--workers", str(bench.options.workers), *more]


def peer(bench, python, script, data):
    return lambda out: [python, os.path.join(PEERS, script), data, out, str(bench.options.workers)]


def run(bench):
    if bench.options.sizes:
        return run_sizes(bench)
    data = market(bench)
    commands = {"tapedeck": command(bench, data)}
    if bench.options.shuffle:
        data = [data, shuffled(bench, data)]
        commands = {"in order": command(bench, data[0]), "shuffled": command(bench, data[1])}
    elif bench.options.gzip:
        files = packed(bench, data)
        names = " ".join(sorted(glob.glob(f"{files}/*/*.gz")))
        commands = {
            "gzip -dc, one file after the other": lambda out: ["sh", "-c", f"gzip -dc {names} > /dev/null"],
            "tapedeck, gzip input": command(bench, files),
            "tapedeck, gzip input, one worker": command(bench, files, "--workers", "1"),
            "tapedeck, plain input": command(bench, data),
        }
        data = [data, files]
    else:
        commands["tapedeck, --memory 512MiB"] = command(bench, data, "--memory", "512MiB")
        peers = {name: script for name, script in SCRIPTS.items() if bench.wants(name)}
        if peers:
            python = bench.python()
            commands |= {name: peer(bench, python, script, data) for name, script in peers.items()}
    folders = data if isinstance(data, list) else [data]
    print(f"{csv_size(folders[0]) / 1e9:.2f} GB of CSV, {bench.options.runs} runs in turn, {bench.options.workers} threads\n")
    compare(bench, commands, prepare=lambda out: [warm(folder) for folder in folders])


def run_sizes(bench):
    """Time per GB from 0.26 to 20 GB, within 512 MiB."""
    print("| dates | GB of CSV | s | s per GB | CPU s per GB | peak MB |\n|---|---|---|---|---|---|")
    for dates in (2, 6, 20, 156):
        data = market(bench, dates)
        size = csv_size(data) / 1e9
        best = None
        for _ in range(bench.options.runs if dates < 100 else 1):
            out = bench.result_folder()
            warm(data)
            measured = timed(command(bench, data, "--memory", "512MiB")(out))
            best = measured if best is None or measured.wall < best.wall else best
        print(f"| {dates} | {size:.2f} | {best.wall:.2f} | {best.wall / size:.2f} | {best.cpu / size:.2f} | {best.peak / 1e6:.0f} |", flush=True)
    bench.remove_results()
