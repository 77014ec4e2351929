"""Runs commands in turn, so that a machine that slows down slows all of them, and prints what they took."""
import statistics
import sys

from .machine import Failed, size_of, timed


def compare(bench, commands, prepare=lambda out: None):
    """`commands`: by name, what makes a command from a folder for its results. The first is the measure of the others. Returns medians by name."""
    runs, sizes, errors = {name: [] for name in commands}, {}, {}
    for _ in range(bench.options.runs):
        for name, command in commands.items():
            out = bench.result_folder()
            prepare(out)
            before = size_of(out)
            try:
                measured = timed(command(out))
                runs[name].append(measured)
                sizes[name] = size_of(out) - before
                print(f"{name}: {measured.wall:.2f} s, {measured.cpu:.1f} s of processors, {sizes[name] / 1e6:.0f} MB", file=sys.stderr, flush=True)
            except Failed as error:
                errors[name] = str(error)
    bench.remove_results()
    medians = {name: statistics.median(run.wall for run in items) for name, items in runs.items() if items}
    base = medians.get(next(iter(commands)))
    print("| | ratio of medians | best s | median s | CPU s | peak MB | result MB |\n|---|---|---|---|---|---|---|")
    for name, items in runs.items():
        if name in errors or not items:
            print(f"| {name} | failed: {errors.get(name, '')} | | | | | |")
            continue
        print(f"| {name} | {medians[name] / base:.2f} | {min(run.wall for run in items):.2f} | {medians[name]:.2f} | "
              f"{min(run.cpu for run in items):.1f} | {max(run.peak for run in items) / 1e6:.0f} | {sizes[name] / 1e6:.0f} |", flush=True)
    return medians
