"""analyze: the whole analysis against what the peers need for its first questions alone, as one SQL: the final state of every order, counts by
participant and date, and the VWAP of every order. Peers read their own stores; nothing is written but what the analysis stores."""
import os
import shutil

from . import stores
from .machine import PEERS
from .markets import market
from .tables import compare


def run(bench):
    data = market(bench)
    store = stores.own(bench, data)

    def analyze(scenarios, workers):
        return lambda out: [bench.binary, "analyze", "--store", f"{out}/store", "--scenarios", scenarios, "--workers", str(workers), "--quiet"]

    workers = bench.options.workers
    commands = {
        "tapedeck, scenarios A to C": analyze("A,B,C", workers),
        "tapedeck, scenarios A to D": analyze("A,B,C,D", workers),
        "tapedeck, A to C, one worker": analyze("A,B,C", 1),
    }
    names = {"DuckDB, native file": "duckdb", "ClickHouse, MergeTree": "clickhouse", "Polars, Parquet by partition": "polars"}
    if any(bench.wants(name) for name in names):
        python = bench.python()
        for name, script in names.items():
            if not bench.wants(name):
                continue
            made = stores.of_peer(bench, python, data, name)
            commands[f"{name}: one SQL"] = lambda out, script=script, made=made: [
                python, os.path.join(PEERS, f"states_{script}.py"), made, str(workers)]
    medians = compare(bench, commands, prepare=lambda out: shutil.copytree(store, f"{out}/store"))
    if workers > 1 and "tapedeck, A to C, one worker" in medians:
        print(f"\nFrom one worker to {workers}: {medians['tapedeck, A to C, one worker'] / medians['tapedeck, scenarios A to C']:.2f} times")
