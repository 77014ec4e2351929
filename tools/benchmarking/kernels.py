"""The kernels one by one: a package of their own, which prints its table itself."""
import subprocess

from .machine import ROOT

PACKAGE = f"{ROOT}/tools/Benchmarks"


def build():
    """The program that measures kernels and questions in one process."""
    flags = ["-c", "release", "--package-path", PACKAGE]
    subprocess.run(["swift", "build", "--quiet", *flags], check=True)
    path = subprocess.run(["swift", "build", *flags, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{path}/Benchmarks"


def run(bench):
    subprocess.run([build(), "kernels"], check=True)
