"""Stores of the market, ours and the peers', made once for the benchmarks that ask them."""
import os
import subprocess

from .convert import SCRIPTS, command, peer


def own(bench, data):
    """The folder of a store of ours."""
    return _made(bench, data, "tapedeck", command(bench, data)) + "/store"


def of_peer(bench, python, data, name):
    return _made(bench, data, SCRIPTS[name].removesuffix(".py"), peer(bench, python, SCRIPTS[name], data))


def _made(bench, data, name, command):
    folder = os.path.join(bench.options.directory, f"{os.path.basename(data)}-{name}")
    if not os.path.exists(folder):
        os.makedirs(folder + ".new")
        subprocess.run(command(folder + ".new"), check=True, stdout=subprocess.DEVNULL)
        os.rename(folder + ".new", folder)
    return folder
