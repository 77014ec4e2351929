"""The data: generated markets, in order, shuffled and packed."""
import glob
import gzip
import os
import random
import shutil
import subprocess

from .machine import size_of

TABLES = ("orders", "trades")


def market(bench, dates=None):
    """A generated market of so many dates; made once."""
    options = bench.options
    if options.market and dates is None:
        return options.market
    dates = dates or options.dates
    data = os.path.join(options.directory, f"market-{options.securities}-{dates}-{options.orders}")
    if not os.path.exists(data):
        subprocess.run(
            [bench.binary, "generate", "--out", data + ".new", "--securities", str(options.securities), "--dates", str(dates),
             "--orders", str(options.orders), "--quiet"], check=True)
        os.rename(data + ".new", data)
    return data


def csv_size(data):
    return sum(size_of(f"{data}/{table}") for table in TABLES)


def warm(data):
    """Reads the input once, so that no run pays for a cold disk."""
    for path in glob.glob(f"{data}/*/*"):
        with open(path, "rb") as file:
            while file.read(1 << 22):
                pass


def shuffled(bench, data):
    """One file per table with all rows in random order: dealt out to buckets that fit memory, each shuffled."""
    target = os.path.join(bench.options.directory, os.path.basename(data) + "-shuffled")
    if os.path.exists(target):
        return target
    for table in TABLES:
        os.makedirs(f"{target}.new/{table}")
        dice = random.Random(7)
        buckets = [open(f"{target}.new/bucket-{number}", "wb") for number in range(32)]
        header = b""
        for path in sorted(glob.glob(f"{data}/{table}/*.csv")):
            with open(path, "rb") as file:
                header = file.readline()
                for line in file:
                    buckets[dice.getrandbits(5)].write(line)
        with open(f"{target}.new/{table}/{table}.csv", "wb") as output:
            output.write(header)
            for bucket in buckets:
                bucket.close()
                with open(bucket.name, "rb") as file:
                    lines = file.readlines()
                dice.shuffle(lines)
                output.writelines(lines)
                os.remove(bucket.name)
    os.rename(target + ".new", target)
    return target


def packed(bench, data):
    """The same files as .csv.gz."""
    target = os.path.join(bench.options.directory, os.path.basename(data) + "-gzip")
    if os.path.exists(target):
        return target
    for table in TABLES:
        os.makedirs(f"{target}.new/{table}")
        for path in sorted(glob.glob(f"{data}/{table}/*.csv")):
            with open(path, "rb") as source, gzip.open(f"{target}.new/{table}/{os.path.basename(path)}.gz", "wb", 1) as output:
                shutil.copyfileobj(source, output, 1 << 22)
    os.rename(target + ".new", target)
    return target
