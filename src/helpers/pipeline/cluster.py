"""The papers of all councils in England, council by council on a Dask cluster: `make england`.

A worker makes one council's papers whole, in a folder of its own, and sends the files; they are written here, all or
none. So whatever happens to a worker, to the scheduler or to this process, the councils that were finished stay whole,
and the same command makes the rest.
"""

import contextlib
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field

from helpers.base.errors import InputError
from helpers.base.paths import refused, root, write_atomically, write_together
from helpers.pipeline.remembered import fingerprints_of, one_text

#: What is noted of each council whose papers are made: a file a council.
NOTED = "build/england"
#: What the papers of any council are made from, beside official tables: all files in these, and these.
FOLDERS = ("data/raw", "data/processed/england", "data/assumptions", "notebooks", "src/helpers")
FILES = ("authorities.toml", "requirements.lock")
#: How many workers may end over one council before it is given up.
WORKERS_LOST = 2
PATIENCE, DASHBOARD = "10s", ":8787"


@dataclass
class Run:
    """What a run came to.

    made: the seconds that each council took in its worker; failed: why a council could not be made, in the analyst's
    words; left: councils that were not begun, or not ended; stopped: why the run ended before all were seen to; moved:
    the bytes of the files that workers sent.
    """

    made: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    stopped: str = ""
    moved: int = 0


def state() -> str:
    """A text that changes with anything that the papers of a council rest on: data, notebooks, code, versions."""
    found = [path for folder in FOLDERS for path in sorted((root() / folder).rglob("*")) if path.is_file()]
    names = [path.relative_to(root()).as_posix() for path in found if "__pycache__" not in path.parts]
    return one_text(fingerprints_of([*FILES, *names]))


def is_made(council: str, now: str) -> bool:
    """Whether a council's papers are on file as the files on hand would make them. now: as from state."""
    try:
        noted = json.loads((root() / NOTED / f"{council}.json").read_text(encoding="utf-8"))
        return noted["state"] == now and fingerprints_of(list(noted["made"])) == noted["made"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def in_worker(make: Callable[[str], dict[str, bytes]], council: str, now: str) -> tuple[dict[str, bytes], str, float]:
    """One council's files by name, or why there are none, and the seconds it took; carried out in a worker."""
    began = time.monotonic()
    try:
        if state() != now:
            raise InputError(
                f"The worker in {os.getcwd()} has other files than the folder where the run was started. Bring both "
                "to the same commit, with the same edits."
            )
        return make(council), "", time.monotonic() - began
    except InputError as error:
        return {}, str(error), time.monotonic() - began
    except OSError as error:
        said = refused(str(error.filename or "A file"), error, "read or written", "Allow both, or make room.")
        return {}, str(said), time.monotonic() - began


def run(
    councils: list[str],
    make: Callable[[str], dict[str, bytes]],
    scheduler: str = "",
    workers: int = 2,
    say: Callable[[str], None] = print,
) -> Run:
    """Make the papers of these councils, those that are made already left as they are, on a cluster.

    make: gives the files of one council, by their names from the project's folder; it is carried out in the workers.
    scheduler: the address of a cluster; without, one of so many workers is started here and ended with the run.
    say: is told of each council as it is done. Raises InputError where no cluster answers.
    """
    now, done = state(), Run()
    waiting = [council for council in councils if not is_made(council, now)]
    if len(waiting) < len(councils):
        say(f"{len(councils) - len(waiting)} of {len(councils)} councils are up to date.")
    try:
        with _client(scheduler, workers) if waiting else contextlib.nullcontext() as client:
            if client:
                say(f"{len(waiting)} councils to make; watch them at {client.dashboard_link}")
                _gather(client, waiting, make, now, done, say)
    except KeyboardInterrupt:
        done.stopped = "Interrupted."
    done.left = [council for council in waiting if council not in done.made and council not in done.failed]
    return done


@contextlib.contextmanager
def _client(scheduler: str, workers: int) -> Iterator:
    """A client of the cluster at an address, or of one that is started here and ended with it."""
    import dask
    from distributed import Client, LocalCluster

    # Each council takes seconds: what distributed says of such pauses is no news. A free port where 8787 is taken.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set({"distributed.scheduler.allowed-failures": WORKERS_LOST - 1})
    with contextlib.ExitStack() as stack:
        if not scheduler:
            with warnings.catch_warnings(action="ignore"):
                own = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=DASHBOARD)
            scheduler = stack.enter_context(own)
        try:
            yield stack.enter_context(Client(scheduler, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            raise InputError(
                f"No Dask scheduler answers at {scheduler} ({error}). Start one (`dask scheduler`, then `dask worker` "
                "with its address in a copy of this project), mend the address, or leave --scheduler out."
            ) from None


def _gather(client, waiting: list[str], make: Callable, now: str, done: Run, say: Callable[[str], None]) -> None:
    """Write the files of each council as its worker sends them, and let go of them."""
    from distributed import KilledWorker, as_completed

    futures = {client.submit(in_worker, make, council, now, pure=False): council for council in waiting}
    began = time.monotonic()
    for future in as_completed(list(futures)):
        council = futures.pop(future)
        try:
            files, why, seconds = future.result()
            if not why:
                write_together({root() / name: content for name, content in files.items()})
                note = {"state": now, "made": fingerprints_of(list(files))}
                write_atomically(root() / NOTED / f"{council}.json", json.dumps(note).encode())
                done.moved += sum(map(len, files.values()))
        except InputError as error:
            why = str(error)
        except KilledWorker:
            why = f"{WORKERS_LOST} workers ended over it, killed or out of memory."
        except CancelledError:
            done.stopped = "The scheduler is gone."
            return
        if why:
            done.failed[council] = why
        else:
            done.made[council] = seconds
        seen = len(done.made) + len(done.failed)
        left = (time.monotonic() - began) / seen * (len(waiting) - seen)
        failed = "  failed" if why else ""
        say(f"[{seen}/{len(waiting)}] {council}  {seconds:.1f} s{failed}, some {left / 60:.0f} min left")
