"""What every benchmark needs: the program, the machine's name, the peers, and processes that are timed."""
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, "tools/benchmarking/peers")
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "tapedeck-benchmark")
# duckdb-cli is the command as a binary: a Python that imports a library would start ten times slower.
PACKAGES = ["duckdb==1.5.6", "duckdb-cli==1.5.6", "polars", "chdb", "pyarrow"]


@dataclass
class Measured:
    """One run of a process."""
    wall: float
    cpu: float
    peak: int


class Failed(Exception):
    """A process that did not end well, with its last words."""


class Bench:
    """The options, and what is made of them once."""

    def __init__(self, options):
        self.options = options
        self.results = []
        os.makedirs(options.directory, exist_ok=True)
        self.binary = options.binary or subprocess.run(
            [f"{ROOT}/tools/build"], check=True, capture_output=True, text=True).stdout.split()[-1]
        self.print_machine()

    def print_machine(self):
        with open("/proc/cpuinfo") as file:
            cpu = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.processor())
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") / 1e9
        commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
        print(f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB; Linux {platform.release()}; commit {commit}\n", flush=True)

    def python(self):
        """The Python of a virtual environment that has the peers."""
        python = os.path.join(self.options.environment, "bin/python")
        if not os.path.exists(python):
            subprocess.run([sys.executable, "-m", "venv", self.options.environment], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        names = [package.split("=")[0] for package in PACKAGES]
        versions = subprocess.run(
            [python, "-c", f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names}))"],
            check=True, capture_output=True, text=True)
        print(f"Peers: {versions.stdout.strip()}\n", flush=True)
        return python

    def wants(self, name):
        return self.options.only in ("", name.split(",")[0].split()[0].lower())

    def result_folder(self):
        """A new folder for what a run leaves. It stays until all runs are done: for minutes, a file system is slow to give out what was deleted."""
        self.results.append(os.path.join(self.options.directory, f"result-{len(self.results)}"))
        shutil.rmtree(self.results[-1], ignore_errors=True)
        os.makedirs(self.results[-1])
        return self.results[-1]

    def remove_results(self):
        for folder in self.results:
            shutil.rmtree(folder)
        self.results = []


def timed(command):
    """Runs a process whose output nobody reads."""
    os.makedirs(CACHE, exist_ok=True)
    errors = os.path.join(CACHE, "last.log")
    with open(errors, "wb") as log:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    if status != 0:
        with open(errors, errors="replace") as file:
            raise Failed((file.read().strip().splitlines() or ["no message"])[-1])
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def size_of(path):
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)
