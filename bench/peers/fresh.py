"""What a piece of work costs in a process of its own: time, processor time and the most memory it ever held.

`ru_maxrss` would not do: a child begins with its parent's high-water mark, through `exec` too. `VmHWM` belongs to the address space, which is new.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLED_EVERY = 0.05  # seconds
PREAMBLE = """
import json, os, re, sys, time
from pathlib import Path
source, into = Path(sys.argv[1]), Path(sys.argv[2])

def high_water():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

def begin():
    global libraries, spent, started
    libraries, spent, started = high_water(), sum(os.times()[:4]), time.perf_counter()
"""
REPORT = """
figures = {"seconds": time.perf_counter() - started, "processor": sum(os.times()[:4]) - spent}
print(json.dumps(figures | {"megabytes": high_water(), "libraries": libraries, "rows": rows}))
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of work, imports not counted; MB at most, and how many of them the imports had taken before it began."""

    seconds: float
    processor: float
    megabytes: float
    libraries: float
    rows: int


def cost_of(program: str, source: Path) -> Cost:
    """Run `program` over `source`. Where it forks, memory is that of all its processes, shared pages counted once."""
    with tempfile.TemporaryDirectory(dir=source.parent) as into:
        command = [sys.executable, "-c", PREAMBLE + program + REPORT, str(source), into]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            of_several = most_of_several(process)
            answer, complaint = process.communicate()
    if process.returncode:
        raise RuntimeError(complaint[-2000:])
    cost = json.loads(answer)
    return Cost(**cost | {"megabytes": max(cost["megabytes"], of_several)})


def most_of_several(process: subprocess.Popen[str]) -> float:
    """The most MB that the process and its children held together, 0 while it has none; returns when it ends."""
    root, most = psutil.Process(process.pid), 0.0
    while process.poll() is None:
        try:
            if children := root.children(recursive=True):
                most = max(most, sum(each.memory_full_info().pss for each in (root, *children)) / 2**20)
        except psutil.Error:
            pass  # one of them has just ended
        time.sleep(SAMPLED_EVERY)
    return most
