"""DuckDB in one process: questions as a JSON list on standard input; per question the count of rows, or the best time of several in ms, on standard output."""
import json
import sys
import time

import duckdb

connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute(f"SET threads = {int(sys.argv[3])}")
answers = []
for question in json.load(sys.stdin):
    best, runs, spent = None, 0, 0.0
    while runs < 3 or (sys.argv[2] == "time" and spent < 0.5):
        start = time.perf_counter()
        # As Arrow columns: making Python objects of every value is no part of answering.
        rows = connection.execute(question).fetch_arrow_table().num_rows
        taken = time.perf_counter() - start
        best, runs, spent = min(best or taken, taken), runs + 1, spent + taken
        if sys.argv[2] == "count":
            break
    answers.append(rows if sys.argv[2] == "count" else best * 1e3)
print(json.dumps(answers))
