"""Run notebooks with parameters, and bring what they leave behind into one canonical form."""

import ast
import atexit
import builtins
import difflib
import json
import os
import re
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from helpers import warm_kernels
from helpers.errors import InputError, nearest
from helpers.paths import DECLARED, read_text, refused, relative, root, write_atomically

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
#: The variable that says how many minutes a cell may take, where a person sets it; else 10.
CELL_MINUTES = "CELL_MINUTES"
#: What every kernel is started with: no file of the person's own, no record of what was run.
KERNEL_ARGUMENTS = [
    *("--log-level=ERROR", "--IPKernelApp.exec_PYTHONSTARTUP=False", "--HistoryManager.enabled=False"),
]
#: The bytes that the path of a socket may have (104 on macOS, 108 elsewhere, with the one that ends it).
LONGEST_SOCKET = 103


class NotebookFailed(InputError):
    """A notebook that stopped half way: which cell, under which heading, with what message."""


def declared_parameters(path: Path) -> dict[str, object]:
    """Names and default values of a notebook's `parameters` cell.

    Raises InputError for a notebook that cannot be read, has no such cell, or holds something there that is not
    a plain assignment of a value.
    """
    for cell in read(path)["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            try:
                return {
                    target.id: ast.literal_eval(statement.value)
                    for statement in ast.parse("".join(cell["source"])).body
                    for target in getattr(statement, "targets", [getattr(statement, "target", None)])
                }
            except (SyntaxError, ValueError, AttributeError) as error:
                raise InputError(
                    f"{relative(path)}: the parameters cell must hold plain assignments, as in horizon = 2037 ({error})"
                ) from error
    raise InputError(f"{relative(path)} has no cell tagged 'parameters'. Tag the cell that sets them.")


def read(path: Path) -> dict:
    """A notebook's JSON. Raises InputError where there is none, or it is damaged."""
    try:
        notebook = json.loads(read_text(path))
        if not isinstance(notebook, dict) or not all("source" in cell for cell in notebook.get("cells", [{}])):
            raise InputError(f"{relative(path)} is no readable notebook: it has no cells.")
        return notebook
    except InputError:
        if os.path.lexists(path):
            raise
        raise InputError(f"There is no notebook {relative(path)}.") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{relative(path)} is no readable notebook: {error}.") from error


def check_parameters(path: Path, parameters: dict[str, object]) -> None:
    """Refuse a parameter that the notebook does not have, or whose type is not that of its default.

    Raises InputError with the notebook, the name and the nearest known name, or the two types.
    """
    declared = declared_parameters(path)
    for name, value in parameters.items():
        if name not in declared:
            raise InputError(f"{relative(path)} has no parameter {name!r}.{nearest(name, list(declared))}")
        expected, given = type(declared[name]), type(value)
        if declared[name] is not None and given is not expected and (expected, given) != (float, int):
            raise InputError(
                f"{relative(path)}: the parameter {name} must be {_type_name(expected)}, as in "
                f"{name} = {declared[name]!r}; {value!r} is {_type_name(given)}."
            )


def _type_name(kind: type) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", bool: "True or False", list: "a list"}
    return names.get(kind, kind.__name__)


def run(
    path: Path, parameters: dict[str, object] | None = None, output: Path | None = None, reads: list[str] | None = None
) -> Path:
    """Run a notebook from top to bottom and write it, canonical, to output (by default over itself).

    reads: the only data files that it may read, from the project's folder (None: any).

    Raises InputError for parameters that do not fit, and NotebookFailed where a cell fails: then output is not
    touched, and the run so far is kept beside it as <name>.failed.ipynb.
    """
    parameters = parameters or {}
    output = output or path
    if not path.resolve().is_relative_to(root().resolve()):
        raise InputError(
            f"{relative(path)} is a link to {path.resolve()}, outside the project, where nothing of it would be found. "
            "Put the folder itself here."
        )
    check_parameters(path, parameters)
    failed = output.with_suffix(".failed.ipynb")
    notebook = canonical(_execute(path, parameters, reads))
    if message := _failure(notebook):
        write_atomically(failed, dumps(notebook))
        raise NotebookFailed(f"{relative(path)}, {message}\nThe run so far is kept in {relative(failed)}.")
    write_atomically(output, dumps(notebook))
    failed.unlink(missing_ok=True)
    return output


def _execute(path: Path, parameters: dict[str, object], reads: list[str] | None) -> dict:
    """The executed notebook, also where a cell failed: then with the outputs up to that cell."""
    warm_kernels.prepare()
    sys.modules.setdefault("rfc3987_syntax", None)  # jsonschema does without it, and its import takes a second
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory(prefix="run-", dir=_folder_of(os.getpid(), root())) as folder:
        executed = Path(folder) / "executed.ipynb"
        for last_attempt in (False, True):
            try:
                return papermill.execute_notebook(
                    str(path),
                    str(executed),
                    parameters=parameters,
                    kernel_name=KERNELSPEC["name"],
                    language=KERNELSPEC["language"],
                    request_save_on_cell_execute=False,
                    autosave_cell_every=0,
                    progress_bar=False,
                    record_timing=False,
                    shutdown_kernel="immediate",
                    extra_arguments=KERNEL_ARGUMENTS,
                    execution_timeout=_cell_seconds(),
                    resources={"metadata": {"path": str(path.parent)}},
                    kernel_manager_class=_kernel_manager_class(folder, reads),
                )
            except PapermillExecutionError:
                return nbformat.read(executed, as_version=4)
            except (RuntimeError, TimeoutError) as error:
                # Kernels that start at the same time can take each other's ports; the second start finds others.
                if last_attempt or "before replying" not in str(error):
                    raise NotebookFailed(f"{relative(path)}: {_why_stopped(error)}") from error


@cache
def _folder_of(process: int, project: Path) -> Path:
    """A folder in build/ for all that this process's kernels leave behind; what killed builds left there goes first."""
    import psutil

    kernels = project / "build/kernels"
    try:
        kernels.mkdir(parents=True, exist_ok=True)
        for left in kernels.iterdir():
            if not psutil.pid_exists(int(left.name.partition("-")[0])):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{process}-", dir=kernels))
    except OSError as error:
        raise refused(relative(kernels), error, "written", "Allow writing there.") from error
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _sockets(folder: str) -> dict[str, str]:
    """Where a kernel listens: through sockets of the system no two kernels can take each other's ports.

    On Linux they have a name and no file, so that it fits however long the folder's own is, and none is left behind;
    where they are files, a folder with a long name leaves ports.
    """
    if sys.platform == "linux":
        return {"transport": "ipc", "ip": f"@{Path(folder).parent.name}-{Path(folder).name}"}
    too_long = len(os.fsencode(f"{folder}/kernel-ipc-5")) > LONGEST_SOCKET
    return {} if sys.platform == "win32" or too_long else {"transport": "ipc"}


def _kernel_manager_class(folder: str, reads: list[str] | None) -> type:
    """A kernel manager whose kernels keep what they write in this folder, and know what their task may read."""
    sockets = {"connection_file": f"{folder}/kernel.json", **_sockets(folder)}
    # A person's own start-up files could change every figure (decimal.getcontext().prec = 5), and are not read.
    own = {"IPYTHONDIR": f"{folder}/ipython", "TMPDIR": folder}
    declared = own if reads is None else own | {DECLARED: "\n".join(reads)}

    class TaskKernelManager(warm_kernels.kernel_manager_class()):
        def __init__(self, **settings: object) -> None:
            super().__init__(**sockets, **settings)

        async def start_kernel(self, **settings: object) -> None:
            await super().start_kernel(**settings | {"env": os.environ | declared})

    return TaskKernelManager


def _failure(notebook: dict) -> str | None:
    """Where and why a notebook stopped: In [n], the heading above it, the message; None where it did not."""
    heading = ""
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "markdown":
            heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), heading)
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                return f"In [{cell['execution_count']}], under {heading!r}: {_said_of(output, cell, notebook)}"
    return None


#: What an error of Python means to who wrote the line, beside Python's own words.
_MEANS = {
    "NameError": "Nothing above gives that name.",
    "KeyError": "No row, column or key there is called so.",
    "IndexError": "There are fewer of them than the line asks for.",
    "StopIteration": "Nothing there is what the line looks for.",
    "ModuleNotFoundError": "That package is not installed with this project.",
    "MemoryError": "The machine has not memory enough for it.",
    "ZeroDivisionError": "What it divides by is 0.",
    "EOFError": "A compiled file (.pyc) is cut off, as by a full disk: delete the folders called __pycache__.",
}


def _said_of(error: dict, cell: dict, notebook: dict) -> str:
    """What to say of an error that a cell ended in: an analyst's own as it is; Python's with its meaning and line."""
    kind, message = error["ename"], error["evalue"]
    if kind in ("InputError", "PublishError"):
        return message
    missing = "None stands where the line needs something: what it looked up is not there." * ("'NoneType'" in message)
    message = re.sub(r" \(\d+\.py, line \d+\)", "", message)  # a number that Jupyter gives the cell
    said = [f"{kind}: {message}".rstrip(": ") + ".", _MEANS.get(kind, missing), _near(message, kind, notebook)]
    lines = "".join(cell["source"]).splitlines()
    places = re.findall(r"Cell In\[\d+\], line (\d+)", re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"])))
    if places and int(places[-1]) <= len(lines) and not lines[0].startswith("%%"):
        said.append(f"It stands in line {places[-1]}: {lines[int(places[-1]) - 1].strip()[:100]}")
    return " ".join(filter(None, said))


def _near(message: str, kind: str, notebook: dict) -> str:
    """The name nearest to one that is not there: of the notebook's words, its tables' columns, or a helper's own."""
    wrong = re.search(r"'(\w+)'", message if kind in ("NameError", "KeyError") else message.partition(" attribute ")[2])
    if not wrong or kind not in ("NameError", "KeyError", "AttributeError"):
        return ""
    from helpers.processed import COLUMNS

    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    if helper := re.search(r"'helpers\.(\w+)'", message):
        text = read_text(root() / f"src/helpers/{helper[1]}.py")
        code = " ".join(re.findall(r"^(?:def |class )?(\w+)(?= =|\()", text, re.MULTILINE))
    known = {*re.findall(r"[^\W\d]\w*", code), *(COLUMNS if kind == "KeyError" else dir(builtins))} - {wrong[1]}
    near = difflib.get_close_matches(wrong[1], sorted(known), n=1, cutoff=0.7)
    return f"Did you mean {near[0]!r}?" if near else ""


def _cell_seconds() -> int:
    """How long a cell may take. Raises InputError where what a person set for it is no number of minutes."""
    minutes = os.environ.get(CELL_MINUTES, "10")
    if not re.fullmatch(r"[1-9]\d{0,3}", minutes):
        raise InputError(f"{CELL_MINUTES} is {minutes!r}; it must be whole minutes, as in {CELL_MINUTES}=30.")
    return 60 * int(minutes)


def _why_stopped(error: Exception) -> str:
    """Why a run ended without its cell's saying so: it took too long, or its kernel is no more."""
    if isinstance(error, TimeoutError):
        minutes = _cell_seconds() // 60
        return (
            f"it took longer than a cell may, {minutes} minutes. Make it quicker; or where it must take so long, give "
            f"it more: `make briefings {CELL_MINUTES}={3 * minutes}`."
        )
    if "Kernel died" in str(error):
        return (
            "its kernel died, most often because the machine's memory was full (Kernel died). Close other programs, or "
            "run one notebook at a time (`doit -n 1`), and run it again."
        )
    return f"its kernel stopped ({error}). Run it again."


def canonical(notebook: dict) -> dict:
    """A notebook as it is stored: the same bytes from every run, machine and folder."""
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
    notebook["metadata"] = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return notebook


def dumps(notebook: dict) -> bytes:
    """A notebook as the bytes of its file."""
    import nbformat

    text = nbformat.writes(nbformat.from_dict(notebook), version=nbformat.NO_CONVERT)
    return (text.rstrip("\n") + "\n").encode()
