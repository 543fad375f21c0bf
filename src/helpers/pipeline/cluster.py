"""The papers of all councils in England, council by council on a Dask cluster: `make england`.

A worker makes one council's papers whole and sends the files; they are written here, all of a council or none. So
whatever happens to a worker, to the scheduler or to this process, the councils that were finished stay whole, and the
same command makes the rest.
"""

import contextlib
import json
import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field

from helpers.base.errors import InputError
from helpers.base.paths import refused, root, write_atomically, write_together
from helpers.pipeline.remembered import fingerprints_of

#: Gives the files of one council by their names from the project's folder.
Maker = Callable[[str], dict[str, bytes]]
#: What is noted of each council whose papers are made: a file a council.
NOTED = "build/england"
#: One council at a time on a worker, or another that waits there would be lost with it; and none given at once to the
#: next worker where one ended over it, as a worker that ends while it starts is not started again.
SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 0,
    "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",  # of these the run speaks itself
}
#: How long an address may take to answer, and where the dashboard of a cluster of one's own is.
PATIENCE, DASHBOARD = "10s", ":8787"
#: How often a run on which nothing ends looks whether it still has workers.
WORKERS_LOOKED_AFTER = "60s"


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


def is_made(council: str, now: str) -> bool:
    """Whether a council's files are there as they were made from what is on hand now. now: what that is, as a text."""
    try:
        noted = json.loads((root() / NOTED / f"{council}.json").read_text(encoding="utf-8"))
        return noted["state"] == now and fingerprints_of(list(noted["made"])) == noted["made"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def in_worker(council: str, make: Maker, state: Callable[[], str], now: str) -> tuple[dict[str, bytes], str, float]:
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
    except Exception as error:  # a fault of this project, which may not stop the other councils
        return {}, f"{type(error).__name__}: {error}", time.monotonic() - began


def run(
    councils: list[str],
    make: Maker,
    state: Callable[[], str],
    scheduler: str = "",
    workers: int = 2,
    say: Callable[[str], None] = print,
) -> Run:
    """Make the papers of these councils, those that are made already left as they are, on a cluster.

    make: gives the files of one council, by their names from the project's folder; it is carried out in the workers.
    state: a text that changes with anything that these files rest on; a worker where it is another makes none.
    scheduler: the address of a cluster; without, one of so many workers is started here and ended with the run.
    say: is told of each council as it is done. Raises InputError where no cluster answers.
    """
    now, done = state(), Run()
    job = (make, state, now)
    waiting = [council for council in councils if not is_made(council, now)]
    if len(waiting) < len(councils):
        say(f"{len(councils) - len(waiting)} of {len(councils)} councils are up to date.")
    try:
        with _client(scheduler, workers) if waiting else contextlib.nullcontext() as client:
            if waiting:
                say(f"{counted(len(waiting))} to make; watch them at {client.dashboard_link}")
                over = _gather(client, waiting, job, done, say)
                for council in over:  # once more, by itself: what ended the worker may have been another's doing
                    if _gather(client, [council], job, done, say):
                        done.failed[council] = "Workers end over it, again and again: killed, or out of memory."
    except KeyboardInterrupt:
        done.stopped = "Interrupted."
    except CancelledError:
        done.stopped = "The scheduler is gone."
    except TimeoutError:
        done.stopped = "No worker is left."
    done.left = [council for council in waiting if council not in done.made and council not in done.failed]
    return done


def see_that_it_answers(scheduler: str) -> None:
    """Raises InputError where no Dask scheduler answers at this address."""
    with _client(scheduler, 0):
        return


@contextlib.contextmanager
def _client(scheduler: str, workers: int) -> Iterator:
    """A client of the cluster at an address, or of one that is started here and ended with it."""
    import dask
    from distributed import Client, LocalCluster

    # Of lost workers and lost connections this module speaks itself.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set(SETTINGS)
    with contextlib.ExitStack() as stack:
        if not scheduler:
            # Another port than 8787, where that is taken, is no matter.
            with warnings.catch_warnings(action="ignore"), _ctrl_c_for_this_process_alone():
                scheduler = stack.enter_context(
                    LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=DASHBOARD)
                )
        try:
            client = stack.enter_context(Client(scheduler, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            raise InputError(
                f"No Dask scheduler answers at {scheduler} ({error}). Start one (`dask scheduler`, then `dask worker` "
                "with its address in a copy of this project), mend the address, or leave --scheduler out."
            ) from None
        yield client


@contextlib.contextmanager
def _ctrl_c_for_this_process_alone() -> Iterator[None]:
    """Processes that start meanwhile do not hear Ctrl-C: this one ends them, where they would end in tracebacks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def counted(councils: int) -> str:
    """A number of councils in words: "1 council", "151 councils"."""
    return f"{councils} council{'' if councils == 1 else 's'}"


def _gather(client, waiting: list[str], job: tuple, done: Run, say: Callable[[str], None]) -> list[str]:
    """Write the files of each council as its worker sends them; returns those whose workers ended."""
    from distributed import KilledWorker
    from tqdm import tqdm

    futures = {client.submit(in_worker, council, *job, pure=False): council for council in waiting}
    over = []
    bar = tqdm(_as_they_end(client, list(futures)), total=len(futures), unit=" councils", leave=False, disable=None)
    for seen, future in enumerate(bar, 1):
        council, seconds = futures.pop(future), 0.0
        try:
            files, why, seconds = future.result()
            if not why:
                _write(council, files, job[-1])
                done.made[council], done.moved = seconds, done.moved + sum(map(len, files.values()))
        except InputError as error:
            why = str(error)
        except KilledWorker:
            over.append(council)
            continue
        if why:
            done.failed[council] = why
        with bar.external_write_mode():
            say(f"[{seen}/{len(waiting)}] {council}  {seconds:.1f} s{'  failed' if why else ''}")
    return over


def _as_they_end(client, futures: list) -> Iterator:
    """Each of these as it ends. Raises CancelledError where the scheduler is gone, TimeoutError without workers."""
    from distributed import wait

    while futures:
        try:
            ended = wait(futures, timeout=WORKERS_LOOKED_AFTER, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            if not client.nthreads():
                raise
            continue
        futures = [future for future in futures if future not in ended]
        yield from ended


def _write(council: str, files: dict[str, bytes], now: str) -> None:
    """Write a council's files, all or none, and note then what they rest on."""
    write_together({root() / name: content for name, content in files.items()})
    note = {"state": now, "made": fingerprints_of(list(files))}
    write_atomically(root() / NOTED / f"{council}.json", json.dumps(note).encode())
