"""How long the papers of many councils take on a cluster here, and in how much memory: python benchmarks/cluster.py

python benchmarks/cluster.py 1 10 50 150 --workers 1 2: so many councils on so many workers, each from nothing. A line
for each: wall seconds; seconds of work, summed over the councils as their workers took them; efficiency, the work as a
share of wall seconds times workers, and the speed-up on one worker; most memory, shared pages counted once; bytes sent.
"""

import argparse
import statistics
import threading
import time

import psutil

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


def measured(councils: list[str], workers: int) -> tuple[float, cluster.Run, float]:
    """Wall seconds, what the run came to, and the most memory in MB."""
    state, memory = f"{len(councils)} councils on {workers} workers at {time.time()}", Memory()
    memory.start()
    start = time.perf_counter()
    done = cluster.run(councils, any_council.papers_of, lambda: state, workers=workers, say=lambda line: None)
    seconds = time.perf_counter() - start
    memory.ended.set()
    memory.join()
    return seconds, done, memory.most


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("councils", nargs="*", type=int, default=[1, 10], help="how many councils (without: 1 10)")
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2], help="how many workers (without: 1 2)")
    asked = parser.parse_args()
    names = list(any_council.names())
    print("councils  workers  wall s  work s  median s  efficiency  speed-up  MB at most  MB sent  failed")
    for number in asked.councils:
        on_one = None
        for workers in asked.workers:
            chosen = names[:: max(1, len(names) // number)][:number]
            wall, done, most = measured(chosen, workers)
            on_one = on_one or wall * asked.workers[0]
            work, median = sum(done.made.values()), statistics.median(done.made.values())
            print(
                f"{len(chosen):8}  {workers:7}  {wall:6.1f}  {work:6.1f}  {median:8.1f}  "
                f"{work / wall / workers:10.0%}  {on_one / wall:8.2f}  {most:10,.0f}  {done.moved / 1e6:7.1f}  "
                f"{', '.join(done.failed) or len(done.left)}",
                flush=True,
            )
