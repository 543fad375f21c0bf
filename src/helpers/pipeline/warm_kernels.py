"""Notebook kernels that start warm: forked from one process that has imported what notebooks import.

That process, the zygote, is this file run as a program. It is started once for each process that runs notebooks, and
ends with it, and with it all its kernels. While nobody asks for a kernel it imports the helpers and reads the tables of
all councils. A kernel imports the helpers anew where one was edited since, and reads a file anew that says something
else. Where the zygote does not answer, a kernel starts as it always did, only slower.
"""

import atexit
import builtins
import contextlib
import gc
import importlib.util
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Iterator
from functools import cache

#: What a kernel imports before its first cell, and what notebooks import besides the helpers.
IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "fastjsonschema",
    "yaml",
    "pandas.io.formats.csvs",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "scipy.optimize",
    "scipy.stats",
    "matplotlib.backends.backend_svg",
)
#: What imports the helpers, and reads the tables of all councils, a little at a time.
PRELOADING = "helpers.paper.preloaded"
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
#: This file as a program, with no folder of its own before the standard library's.
PROGRAM = "import sys; sys.path = [*filter(None, sys.path)]; import runpy; runpy.run_path({!r}, run_name='__main__')"
COMMAND = [sys.executable, "-c", PROGRAM.format(__file__)]
PATIENCE_SECONDS = 60
_STARTING = threading.Lock()
#: The helpers that the zygote has imported, each with the state of its file then.
_IMPORTED: dict[str, object] = {}


class ForkedKernel:
    """What jupyter_client asks of a subprocess.Popen, for a process that the zygote has forked."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self.descriptor, self.returncode = pid, descriptor, None

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end: 0 once it has ended (how it did, only the zygote knows), None where it lives on."""
        if self.returncode is None:
            end = select.poll()
            end.register(self.descriptor, select.POLLIN)
            if end.poll(None if timeout is None else 1000 * timeout):
                os.close(self.descriptor)
                self.returncode = 0
        return self.returncode

    def poll(self) -> int | None:
        """As wait, without waiting."""
        return self.wait(0)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self.descriptor, number)


class Zygote:
    """The process that forks kernels, as seen by the process that asks it to."""

    def __init__(self) -> None:
        self.read_at_start = _read_at_start(os.environ)
        self.requests, its_stdin = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests.settimeout(PATIENCE_SECONDS)
        with its_stdin:
            self.process = subprocess.Popen(
                COMMAND,
                stdin=its_stdin,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the process that asks, whose end ends this one
            )
        self.answers = True
        atexit.register(self.end)

    def end(self) -> None:
        """End it and all its kernels."""
        self.requests.close()
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()  # it is still at its imports, and has no kernel yet

    def fork(self, command: list[str], folder: str, environment: dict[str, str]) -> ForkedKernel | None:
        """A kernel whose sockets are bound, or None where none comes of it: then nothing of it is left."""
        if not self.answers or command[:3] != LAUNCHER or _read_at_start(environment) != self.read_at_start:
            return None
        kernel = None
        channel, its_channel = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with channel, contextlib.suppress(OSError, ValueError, TypeError):
            channel.settimeout(PATIENCE_SECONDS)
            with its_channel:
                # One message, so that requests from several threads cannot mix.
                request = json.dumps([command, folder, environment]).encode()
                socket.send_fds(self.requests, [request], [its_channel.fileno(), 1, 2])
            pid, descriptors, *_ = socket.recv_fds(channel, 20, 1)
            kernel = ForkedKernel(int(pid), *descriptors)
            channel.send(b"start")  # a fork that nobody waits for any more does not hear this, and ends
            if channel.recv(20) == b"ready":
                return kernel
        self.answers = False
        if kernel:
            kernel.send_signal(signal.SIGKILL)
            kernel.wait(PATIENCE_SECONDS)
        return None


def _read_at_start(environment: dict[str, str]) -> dict[str, str]:
    """The variables that Python and matplotlib read once: those of the zygote are those of its kernels."""
    return {name: value for name, value in environment.items() if name.startswith(("PYTHON", "MPL"))}


def prepare() -> Zygote | None:
    """Start this process's zygote, where it has none: it gets ready while the caller imports what it needs itself."""
    with _STARTING:
        return _zygote_of(os.getpid())


@cache
def _zygote_of(process: int) -> Zygote | None:
    # On macOS a fork after numpy or matplotlib was imported can crash (Accelerate, Objective-C); Windows has no fork.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Zygote()
    return None


@cache
def kernel_manager_class() -> type:
    """A kernel manager whose kernels start warm where they can, and that waits for nothing that does not come."""
    from queue import Empty
    from time import monotonic

    from jupyter_client.asynchronous import AsyncKernelClient
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import LocalProvisioner

    class WarmProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **settings: object) -> dict:
            folder, zygote = os.path.abspath(settings.get("cwd") or "."), prepare()
            self.process = zygote and zygote.fork(cmd, folder, settings["env"])
            if self.process is None:
                return await super().launch_kernel(cmd, **settings)
            self.pid, self.pgid, self.cwd = self.process.pid, self.process.pid, folder
            return self.connection_info

        async def kill(self, restart: bool = False) -> None:
            await super().kill(restart)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)  # its manager would look again after 0.1 s only

    class PromptClient(AsyncKernelClient):
        async def wait_for_ready(self, timeout: float | None = None) -> None:
            """Wait for an answer on both channels, and not for 0.2 s of silence after it as the stock client does.

            What else comes there answers no cell, and nbclient passes over that.
            """
            deadline = monotonic() + (timeout or PATIENCE_SECONDS)
            while monotonic() < deadline:
                self.kernel_info()
                try:
                    await self.get_shell_msg(timeout=1)
                    await self.get_iopub_msg(timeout=0.2)
                    return
                except Empty:
                    if not await self.is_alive():
                        break
            raise RuntimeError("Kernel died or went silent before replying to kernel_info")

    class WarmKernelManager(AsyncKernelManager):
        def __init__(self, **settings: object) -> None:
            super().__init__(client_factory=PromptClient, **settings)
            # This Python, and not what a person may have installed for themselves under its name.
            self._kernel_spec = KernelSpec(argv=[*LAUNCHER, "-f", "{connection_file}"], language="python")
            self.provisioner = WarmProvisioner(parent=self, kernel_spec=self.kernel_spec)

    return WarmKernelManager


def _import_everything() -> dict[str, str]:
    """Import what kernels need, and no thread, socket or event loop with it. Returns the variables that this sets."""
    gc.disable()
    before = dict(os.environ)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel does
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel whose zygote is no more ends by itself
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=None)  # pandas asks, and shows 20 columns in a notebook
    for name in IMPORTS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    del builtins.get_ipython
    from jupyter_client.localinterfaces import localhost
    from matplotlib.figure import Figure

    localhost()  # what a kernel asks for, and finds once

    figure = Figure()
    figure.add_subplot().set_title("Drawn once, for its fonts")
    figure.savefig(io.BytesIO(), format="svg")
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def _while_idle() -> Iterator[None]:
    """Import the helpers, and read, a little at each step."""
    # A helper that cannot be imported, or a table that cannot be read, says so in the kernel that asks for it.
    with contextlib.suppress(Exception):
        for _ in importlib.import_module(PRELOADING).preload():
            for name in [*sys.modules]:
                if name.partition(".")[0] == "helpers" and name not in _IMPORTED:
                    _IMPORTED[name] = _state_of(name)
            yield


def _state_of(module: str) -> object:
    """What is another once the file of a module was edited."""
    with contextlib.suppress(OSError):
        found = os.stat(sys.modules[module].__file__)
        return found.st_mtime_ns, found.st_size


def _forget_edited_helpers() -> None:
    """Leave all helpers to be imported anew where one was edited: they hold what they import from each other."""
    if any(_state_of(name) != state for name, state in _IMPORTED.items()):
        for name in [name for name in sys.modules if name.partition(".")[0] == "helpers"]:
            del sys.modules[name]


def _serve() -> tuple[bytes, list[int]]:
    """Fork at every request, and return it, in the fork only. Ends, with all forks, once nobody can ask any more."""
    requests, kernels, events, idle = socket.socket(fileno=0), {}, select.poll(), _while_idle()
    events.register(requests, select.POLLIN)
    while True:
        if not (asked := events.poll(0)) and next(idle, "all is read"):
            asked = events.poll()
        for descriptor, _ in asked:
            if descriptor in kernels:
                events.unregister(descriptor)
                os.close(descriptor)
                os.waitpid(kernels.pop(descriptor), 0)
                continue
            request, files, *_ = socket.recv_fds(requests, 1 << 20, 3)
            if not request:
                for pid in kernels.values():
                    for kill in (os.killpg, os.kill):  # it may have no session of its own yet
                        with contextlib.suppress(ProcessLookupError):
                            kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                atexit._run_exitfuncs()  # what imports made in the temporary directory, as where HOME is read-only
                os._exit(0)
            with contextlib.suppress(OSError):  # who asked hears of it, as the channel ends
                gc.freeze()
                if (pid := os.fork()) == 0:
                    gc.enable()
                    requests.detach()
                    return request, files
                kernels[descriptor := os.pidfd_open(pid)] = pid
                events.register(descriptor, select.POLLIN)
            for file in files:
                os.close(file)


def _become_kernel(variables: dict[str, str], request: bytes, files: list[int]) -> None:
    """Be the kernel that this command, in this folder and with this environment, would have started."""
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    command, folder, environment = json.loads(request)
    channel = socket.socket(fileno=files[0])
    socket.send_fds(channel, [str(os.getpid()).encode()], [os.pidfd_open(os.getpid())])
    if not channel.recv(20):
        return
    for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), *files[1:]]):
        os.dup2(file, number)
        os.close(file)
    # Python reads relative entries of PYTHONPATH from the folder that it starts in.
    entries = environment["PYTHONPATH"].split(os.pathsep) if environment.get("PYTHONPATH") else []
    there = [os.path.abspath(entry) for entry in entries]
    os.chdir(folder)
    here = dict(zip(there, map(os.path.abspath, entries), strict=True))
    sys.path = [here.get(entry, entry) for entry in sys.path]
    importlib.invalidate_caches()
    os.environ.clear()
    os.environ.update(environment | variables)
    _forget_edited_helpers()
    numpy.random.seed()
    tempfile.tempdir = None  # looked up before the fork, it would be the zygote's
    sys.argv = [importlib.util.find_spec(LAUNCHER[-1]).origin, *command[3:]]
    application = IPKernelApp.instance()
    application.initialize()
    if messages := sys.modules.get("helpers.paper.messages"):
        messages.register()  # it was imported before there was a shell to bring %%say to
    if paths := sys.modules.get("helpers.base.paths"):
        paths.forget_what_was_read()  # a file may have been made anew since
    try:
        channel.send(b"ready")
    except BrokenPipeError:  # who asked was killed meanwhile
        os._exit(0)
    channel.close()
    application.start()


if __name__ == "__main__":
    _become_kernel(_import_everything(), *_serve())
