"""query: eleven questions, each as a whole process (start to exit, files in the cache), and warm in one process, against DuckDB's native file."""
import json
import math
import os
import statistics
import subprocess

from . import kernels, stores
from .machine import PEERS, timed
from .markets import market
from .questions import ask, questions, row_count


def run(bench):
    data = market(bench)
    store = stores.own(bench, data)
    asked = questions(bench.binary, store)
    python = duckdb = database = None
    if bench.wants("DuckDB"):
        python = bench.python()
        # The program itself: the script of that name in bin starts a Python first.
        duckdb = subprocess.run(
            [python, "-c", "import duckdb_cli, os; print(os.path.join(os.path.dirname(duckdb_cli.__file__), 'duckdb'))"],
            check=True, capture_output=True, text=True).stdout.strip()
        database = stores.of_peer(bench, python, data, "DuckDB, native file") + "/market.duckdb"
        check(bench, store, asked, python, database)
    whole_processes(bench, store, asked, duckdb, database)
    warm(bench, store, asked, python, database)
    scan_rate(bench, store)


def check(bench, store, asked, python, database):
    """Both must say the same, or the times mean nothing: at least as many rows."""
    counts = json.loads(subprocess.run(
        [python, os.path.join(PEERS, "ask_duckdb.py"), database, "count", str(bench.options.workers)], input=json.dumps([q.duckdb for q in asked]),
        check=True, capture_output=True, text=True).stdout)
    for question, count in zip(asked, counts):
        own = row_count(bench.binary, store, question.own)
        assert own == count, f"{question.name}: {own} rows, DuckDB {count}"


def milliseconds(command, runs):
    """Wall times of some runs, and the most memory."""
    measured = [timed(command) for _ in range(runs)]
    return statistics.median(run.wall for run in measured) * 1e3, max(run.peak for run in measured) / 1e6


def whole_processes(bench, store, asked, duckdb, database):
    runs = max(7, bench.options.runs)
    print(f"Whole processes, files in the system's cache, median of {runs}: ms\n")
    print("| | DuckDB ÷ tapedeck | tapedeck ms | peak MB | DuckDB ms | peak MB |\n|---|---|---|---|---|---|")
    rows = [("bare start", [bench.binary, "--version"], [duckdb, "-version"] if duckdb else None)]
    for question in asked:
        own = [bench.binary, "query", question.own, "--store", store, "--format", "csv", "--workers", str(bench.options.workers)]
        rows.append((question.name, own, [duckdb, "-readonly", "-csv", database, question.duckdb] if duckdb else None))
    ratios = []
    for name, own, peer in rows:
        mine, peak = milliseconds(own, runs)
        if not peer:
            print(f"| {name} | | {mine:.1f} | {peak:.0f} | | |", flush=True)
            continue
        theirs, their_peak = milliseconds(peer, runs)
        if name != "bare start":
            ratios.append(theirs / mine)
        print(f"| {name} | {theirs / mine:.1f} | {mine:.1f} | {peak:.0f} | {theirs:.1f} | {their_peak:.0f} |", flush=True)
    if ratios:
        print(f"| smallest, geometric mean | {min(ratios):.1f}, {geometric_mean(ratios):.1f} | | | | |")


def own_times(store, texts, workers):
    """The best time of each question in one process of ours, in ms."""
    return json.loads(subprocess.run(
        [kernels.build(), "questions", store, str(workers)], input="\n".join(texts), check=True, capture_output=True, text=True).stdout)


def scan_rate(bench, store):
    """Rows per second of one thread over three columns: two to group by, one to sum."""
    rows = int(ask(bench.binary, store, "SELECT count(*) FROM orders")[0][0])
    time, = own_times(store, ["SELECT participant_id, side, sum(quantity) FROM orders GROUP BY 1, 2"], 1)
    print(f"\nThree columns of {rows} rows, one thread, grouped by two: {rows / time / 1e3:.0f} million rows per second")


def warm(bench, store, asked, python, database):
    workers = str(bench.options.workers)
    own = own_times(store, [question.own for question in asked], workers)
    print("\nIn one process, warm, best of several: ms\n")
    print("| | DuckDB ÷ tapedeck | tapedeck ms | DuckDB ms |\n|---|---|---|---|")
    if not python:
        for question, time in zip(asked, own):
            print(f"| {question.name} | | {time:.2f} | |")
        return
    theirs = json.loads(subprocess.run(
        [python, os.path.join(PEERS, "ask_duckdb.py"), database, "time", workers], input=json.dumps([q.duckdb for q in asked]),
        check=True, capture_output=True, text=True).stdout)
    for question, mine, other in zip(asked, own, theirs):
        print(f"| {question.name} | {other / mine:.1f} | {mine:.2f} | {other:.2f} |")
    ratios = [other / mine for mine, other in zip(own, theirs)]
    print(f"| smallest, geometric mean | {min(ratios):.1f}, {geometric_mean(ratios):.1f} | | |")


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))
