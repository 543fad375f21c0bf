"""How long the papers of many councils take on a cluster here, and in how much memory: python benchmarks/cluster.py

python benchmarks/cluster.py 1 10 50 150 --workers 1 2: the most of these councils, from nothing, on so many workers; a
line for each number, as it stood when so many were done (the last councils of a run by themselves wait for each other,
the others do not). Wall seconds; seconds of work, summed over the councils as their workers took them; the median
council's; efficiency, the work as a share of wall seconds times workers; most memory, shared pages counted once; bytes
of the papers that workers sent.
"""

import argparse
import re
import statistics
import threading
import time

import psutil

from helpers.base.paths import root
from helpers.pipeline import any_council, cluster

cluster.NOTED = "build/benchmark"  # what is noted of real runs stays


class Memory(threading.Thread):
    """The most memory that this process and all below it take, by their own share of pages, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.ended = 0.0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(1):
            taken = 0
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                try:
                    taken += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most = max(self.most, taken / 1e6)


def measure(councils: list[str], workers: int, numbers: list[int]) -> None:
    """Make these councils' papers, and print a line whenever one of the numbers of councils is done."""
    state, memory = f"{len(councils)} councils on {workers} workers at {time.time()}", Memory()
    start, took = time.perf_counter(), {}

    def say(line: str) -> None:
        if not (made := re.match(r"\[\d+/\d+\] (\w+)  ([\d.]+) s(  failed)?$", line)):
            return
        if made[3]:
            print(f"{made[1]} failed", flush=True)
        took[made[1]] = float(made[2])
        if len(took) in numbers:
            wall, work = time.perf_counter() - start, sum(took.values())
            print(
                f"{workers:7}  {len(took):8}  {wall:6.1f}  {work:6.1f}  {statistics.median(took.values()):8.1f}  "
                f"{work / wall / workers:10.0%}  {memory.most:10,.0f}  {sum(map(sent, took)) / 1e6:7.1f}",
                flush=True,
            )

    memory.start()
    done = cluster.run(councils, any_council.papers_of, lambda: state, workers=workers, say=say)
    memory.ended.set()
    print(*(f"{council}: {why}" for council, why in done.failed.items()), sep="\n")


def sent(council: str) -> int:
    """How many bytes the papers of a council are."""
    folder = root() / "reports" / council
    return sum(file.stat().st_size for file in folder.iterdir()) if folder.is_dir() else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("councils", nargs="*", type=int, default=[1, 10], help="how many councils (without: 1 10)")
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2], help="how many workers (without: 1 2)")
    asked = parser.parse_args()
    names = list(any_council.names())
    print("workers  councils  wall s  work s  median s  efficiency  MB at most  MB sent")
    for workers in asked.workers:
        measure(names[: max(asked.councils)], workers, asked.councils)
