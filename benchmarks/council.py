"""How long a council's four papers take by its name, and which part what takes: python benchmarks/council.py [derby]

Each part is also said as a share of the first run, so that runs on machines of other speeds, or busy ones, compare.
"""

import shutil
import sys
import time
from collections.abc import Callable

from helpers.base import without_entry
from helpers.base.authorities import authority_named
from helpers.base.paths import root
from helpers.pipeline import any_council
from helpers.pipeline.publishing import document_in, pages_beside, published, reports_of

#: What the first run may take, on two cores that do nothing else.
MOST_SECONDS = 12


def seconds(work: Callable[[], object]) -> float:
    """The seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def publish(council_id: str) -> None:
    """Publish the papers again from their notebooks as they ran."""
    council, folder = authority_named(council_id), root() / without_entry.TABLES / council_id
    for paper in council["briefings"]:
        beside = pages_beside(council_id, council, paper)
        published(document_in(folder / f"{paper}.ipynb"), reports_of(council_id, paper), beside)


def parts(council_id: str) -> dict[str, float]:
    """Seconds by part: the first council of a process, another, one notebook at a time, and publishing alone."""
    shutil.rmtree(root() / without_entry.TABLES / council_id, ignore_errors=True)
    return {
        "the first council of a process, two notebooks at a time": seconds(
            lambda: any_council.make_council(council_id)
        ),
        "another in the same process": seconds(lambda: any_council.make_council(council_id)),
        "the same, one notebook at a time": seconds(lambda: any_council.make_council(council_id, at_once=1)),
        "of that, publishing": seconds(lambda: publish(council_id)),
    }


if __name__ == "__main__":
    found = parts(*(sys.argv[1:] or ["derby"]))
    first = next(iter(found.values()))
    for part, took in found.items():
        print(f"{part}: {took:.1f} s ({took / first:.2f} of the first)")
    print(f"The first takes {'no more' if first <= MOST_SECONDS else 'more'} than {MOST_SECONDS} s.")
