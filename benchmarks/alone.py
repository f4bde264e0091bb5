"""One piece of work in a process of its own, so that its time and memory are its own.

`alone("load_product", "/data", "/tmp/store.sqlite")` runs `benchmarks.work.load_product` in a fresh
interpreter and gives seconds and the peak of resident memory. The work makes ready what it needs (imports,
an empty store) and returns what is to be done, so that starting up and doing it are told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """What one piece of work took."""

    starting: float
    """Seconds until it was ready: its imports, its empty store."""
    seconds: float
    peak_mb: float


def alone(work: str, *arguments: str) -> Cost:
    """Run the function `work` of `benchmarks.work` in a fresh process; raises when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.alone", work, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _main(work: str, *arguments: str) -> None:
    from benchmarks import work as works

    function = getattr(works, work)
    started = time.perf_counter()
    do = function(*arguments)
    ready = time.perf_counter()
    do()
    done = time.perf_counter()
    print(json.dumps({"starting": ready - started, "seconds": done - ready, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """The process's peak resident memory in MB: Linux counts in kB, macOS in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


if __name__ == "__main__":
    _main(*sys.argv[1:])
