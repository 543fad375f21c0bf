"""Run notebooks with parameters, and keep what they leave behind in one canonical form."""

import ast
import contextlib
import json
import os
import re
import shutil
import symtable
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from helpers.base.code import parsed
from helpers.base.errors import InputError, NotOnFile, nearest, under
from helpers.base.paths import DECLARED, read_text, refused, relative, root, write_atomically
from helpers.pipeline import typed_figures, warm_kernels
from helpers.pipeline.canonical import KERNELSPEC, PARAMETERS_HELD, canonical, dumps
from helpers.pipeline.failures import said_of, why_stopped

#: The variable that says how many minutes a cell may take, where a person sets it; else 10.
CELL_MINUTES = "CELL_MINUTES"
#: What a kernel does before its first cell: a command of the shell that fails (!, !!, %sx, %cp) stops its cell as
#: %%bash does, and so does exit(), which would end the kernel and leave the next cell to be blamed.
_AT_START = """
def stopping():
    import subprocess
    from IPython import get_ipython
    from IPython.utils.text import LSString, SList
    shell = get_ipython()

    def said_by(command, depth):
        command = shell.var_expand(command, depth=depth + 2)
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        shell.user_ns["_exit_code"] = done.returncode
        if done.returncode:
            print(done.stdout, end="")
            raise subprocess.CalledProcessError(done.returncode, command)
        return done.stdout

    def getoutput(cmd, split=True, depth=0):
        said = said_by(cmd, depth)
        return SList(said.splitlines()) if split else LSString(said)

    def ask_exit():
        raise SystemExit("exit() ends Python itself, and the notebook with it")

    shell.system, shell.getoutput = lambda cmd: print(said_by(cmd, 0), end=""), getoutput
    shell.ask_exit = ask_exit
stopping()
del stopping
"""
#: What every kernel is started with: no file of the person's own, no record of what was run.
KERNEL_ARGUMENTS = [
    *("--log-level=ERROR", "--IPKernelApp.exec_PYTHONSTARTUP=False", "--HistoryManager.enabled=False"),
    f"--IPKernelApp.exec_lines=exec(compile({_AT_START!r}, 'a start of the kernel', 'exec'), {{}})",
]
#: How many files a process is allowed to have open, where the system lets it, and at least.
OPEN_FILES, LEAST_OPEN_FILES = 1024, 256
#: The bytes that the path of a socket may have (104 on macOS, 108 elsewhere, with the one that ends it).
LONGEST_SOCKET = 103
#: Lines that set names which they do not say.
_SETS_ANYTHING = r"^\s*(%(run|load\w*|store|reset\w*|pylab|macro|recall|rerun|edit)\b|from\s.+\simport\s*\*).*"


class NotebookFailed(InputError):
    """A notebook that stopped half way: which cell, under which heading, with what message."""


def declared_parameters(path: Path) -> dict[str, object]:
    """Names and default values of a notebook's `parameters` cell.

    Raises InputError for a notebook that cannot be read, has no such cell, or holds something there that is not
    a plain assignment of a value.
    """
    for cell in read(path)["cells"]:
        if "parameters" in _tags(cell):
            try:
                return {
                    target.id: ast.literal_eval(statement.value)
                    for statement in parsed("".join(cell["source"])).body
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
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(f"{relative(path)} is no readable notebook: {error}.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(
        isinstance(cell, dict)
        and isinstance(cell.get("source"), str | list)
        and isinstance(cell.get("metadata"), dict)
        and cell.get("cell_type") in ("code", "markdown", "raw")
        for cell in cells
    ):
        raise InputError(f"{relative(path)} is no readable notebook: it has no cells of today's form (nbformat 4).")
    return notebook


def _tags(cell: dict) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def check_parameters(path: Path, parameters: dict[str, object]) -> None:
    """Refuse a parameter that the notebook does not have, whose type is not that of its default, or that a later cell
    sets, so that what is asked would not be what runs.

    Raises InputError with the notebook, the name and the nearest known name, the two types, or the cell.
    """
    declared = declared_parameters(path)
    _refuse_setting_again(path, list(declared))
    for name, value in parameters.items():
        if name not in declared:
            raise InputError(f"{relative(path)} has no parameter {name!r}.{nearest(name, list(declared))}")
        refuse_other_type(relative(path), name, value, declared[name])


def refuse_other_type(where: str, name: str, value: object, default: object) -> None:
    """Refuse a parameter whose type is not that of its default; a whole number is a number too."""
    expected, given = type(default), type(value)
    if default is not None and given is not expected and (expected, given) != (float, int):
        raise InputError(
            f"{where}: the parameter {name} must be {_type_name(expected)}, as in "
            f"{name} = {default!r}; {value!r} is {_type_name(given)}."
        )


def _refuse_setting_again(path: Path, names: list[str]) -> None:
    """Refuse a notebook in which a cell after that of the parameters sets one of them, or may set anything."""
    cells, heading = read(path)["cells"], ""
    first = next(number for number, cell in enumerate(cells, 1) if "parameters" in _tags(cell))
    for number, cell in enumerate(cells, 1):
        heading = heading_in(cell) or heading
        if cell["cell_type"] != "code" or number == first:
            continue
        source, where = "".join(cell["source"]), f"{relative(path)}, cell {number}{under(heading)}"
        if "parameters" in _tags(cell):
            raise InputError(f"{where} is a second one tagged 'parameters'. Keep one: move its lines there.")
        if "injected-parameters" in _tags(cell):
            raise InputError(f"{where} holds the parameters of an earlier run. Delete it: each run adds its own.")
        if number < first:
            continue
        if again := sorted(names_set(source) & set(names)):
            raise InputError(
                f"{where} sets {again[0]!r} again, so that it would not be what was asked. Use another name there."
            )
        if anything := re.search(_SETS_ANYTHING, source, re.MULTILINE):
            raise InputError(
                f"{where} can set any name, the parameters' as well: {anything[0].strip()!r}. Import what it is for by "
                "name."
            )


def names_set(source: str) -> set[str]:
    """The names that a cell's code sets in its notebook: by assignment, loop, import, with, def, del or global.

    What a cell magic (%%time) makes of its cell only the run shows.
    """
    if source.lstrip().startswith("%%"):
        return set()
    code = re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE)
    code = re.sub(r"=\s*[%!].*", "= None", code)
    try:
        table = symtable.symtable(code, "cell", "exec")
    except SyntaxError:  # then it does not run either
        return set()
    tables, found = [table], set()
    while tables:
        inner = tables.pop()
        found |= {
            symbol.get_name()
            for symbol in inner.get_symbols()
            if (symbol.is_assigned() or symbol.is_imported()) and (inner is table or symbol.is_declared_global())
        }
        tables += inner.get_children()
    return found


def _type_name(kind: type) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", bool: "True or False", list: "a list"}
    return names.get(kind, kind.__name__)


def run(
    path: Path,
    parameters: dict[str, object] | None = None,
    output: Path | None = None,
    reads: list[str] | None = None,
) -> Path:
    """Run a notebook from top to bottom and write it, canonical, to output (by default over itself).

    reads: the only data files that it may read, from the project's folder (None: any).

    Raises InputError for parameters that do not fit and for a figure typed into its words (typed_figures), and
    NotebookFailed where a cell fails: then output is not touched, and the run so far is kept beside it as
    <name>.failed.ipynb.
    """
    parameters = parameters or {}
    output = output or path
    check_parameters(path, parameters)
    if not path.resolve().is_relative_to(root().resolve()):
        raise InputError(
            f"{relative(path)} is a link to {path.resolve()}, outside the project, where nothing of it would be found. "
            "Put the folder itself here."
        )
    _refuse_typed_figures(path, read_text(path))
    failed = output.with_suffix(".failed.ipynb")
    notebook, stopped = _execute(path, parameters, reads)
    notebook, left_out = _up_to_what_is_not_on_file(notebook)
    message = None if left_out else _failure(notebook, stopped)
    notebook = canonical(notebook)
    if message:
        write_atomically(failed, dumps(notebook))
        raise NotebookFailed(f"{relative(path)}, {message}\nThe run so far is kept in {relative(failed)}.")
    write_atomically(output, dumps(notebook))
    failed.unlink(missing_ok=True)
    return output


@lru_cache(maxsize=100)
def _refuse_typed_figures(path: Path, content: str) -> None:
    """Refuse them, looking through a notebook that says the same only once."""
    typed_figures.refuse(path, json.loads(content)["cells"])


def _execute(path: Path, parameters: dict[str, object], reads: list[str] | None) -> tuple[dict, Exception | None]:
    """The executed notebook, and what stopped it: None where nothing did; else it holds the cells up to there."""
    _allow_open_files()
    warm_kernels.prepare()
    sys.modules.setdefault("rfc3987_syntax", None)  # jsonschema does without it, and its import takes a second
    import nbformat
    import papermill

    asked = declared_parameters(path) | parameters
    notebook = nbformat.v4.upgrade(nbformat.from_dict(read(path)))
    for cell in notebook.cells:
        if "outputs" in cell:  # papermill copies them a few times, and drops them
            cell.outputs = []
    notebook.cells.append(nbformat.v4.new_code_cell(_HELD.format(asked), id=PARAMETERS_HELD))
    with _folder_of_a_run() as folder:
        for last_attempt in (False, True):
            begun = []
            try:
                executed = papermill.execute_notebook(
                    notebook,
                    None,
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
                    on_cell_start=lambda cell, cell_index, begun=begun: begun.append(cell),
                )
                return executed, None
            except Exception as error:
                # Kernels that start at the same time can take each other's ports; the second start finds others.
                if not begun and not last_attempt and "before replying" in str(error):
                    continue
                if not begun:
                    raise NotebookFailed(f"{relative(path)}: {why_stopped(error, _cell_seconds())}") from error
                return nbformat.v4.new_notebook(cells=begun), error


def _folder_of_a_run() -> tempfile.TemporaryDirectory:
    """A folder in build/ for all that a kernel writes; those that killed builds left there go first."""
    import psutil

    kernels = root() / "build/kernels"
    try:
        kernels.mkdir(parents=True, exist_ok=True)
        for left in kernels.iterdir():
            process = left.name.partition("-")[0]
            if not process.isdecimal() or not psutil.pid_exists(int(process)):
                shutil.rmtree(left, ignore_errors=True)
        return tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=kernels, ignore_cleanup_errors=True)
    except OSError as error:
        raise refused(relative(kernels), error, "written", "Allow writing there.") from error


def _allow_open_files() -> None:
    """Let this process and its kernels open as many files as they need. Raises InputError where the system does not."""
    with contextlib.suppress(ImportError):  # Windows sets no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if resource.RLIM_INFINITY != soft < allowed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < LEAST_OPEN_FILES:
            raise InputError(
                f"Only {allowed} files may be open at once here, and kernels need {LEAST_OPEN_FILES}. Allow more "
                f"(`ulimit -n {OPEN_FILES}` in a new terminal), and run the same again."
            )


def _sockets(folder: str) -> dict[str, str]:
    """Where a kernel listens: through sockets of the system no two kernels can take each other's ports.

    On Linux they have a name and no file, so that it fits however long the folder's own is, and none is left behind;
    where they are files, a folder with a long name leaves ports.
    """
    if sys.platform == "linux":
        return {"transport": "ipc", "ip": f"@kernel-{Path(folder).name}"}
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


def _up_to_what_is_not_on_file(notebook: dict) -> tuple[dict, bool]:
    """A paper that said what its council lacks (briefings.require) ends there; and whether it did."""
    cells = [cell for cell in notebook["cells"] if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])]
    for place, cell in enumerate(cells):
        outputs = cell.get("outputs", [])
        if any(output.get("ename") == NotOnFile.__name__ for output in outputs):
            cell["outputs"] = [output for output in outputs if output["output_type"] != "error"]
            return {**notebook, "cells": cells[: place + 1]}, True
    return notebook, False


#: What is run at the end: whether every parameter is what was asked, however a cell may have set it.
_HELD = """
for _name, _asked in {!r}.items():
    if _name not in globals() or type(globals()[_name]) is not type(_asked) or globals()[_name] != _asked:
        raise ValueError(_name)
""".strip()


def _failure(notebook: dict, stopped: Exception | None) -> str | None:
    """Where and why a notebook stopped: In [n], the heading above it, the message; None where every cell ran."""
    heading, number = "", 0
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell in notebook["cells"]:
        heading = heading_in(cell) or heading
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        number += 1
        errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
        if cell.get("id") == PARAMETERS_HELD and errors:
            return f"the parameter {errors[0]['evalue']!r} was set to something else by a cell. Use another name there."
        if errors:
            return f"In [{number}]{under(heading)}: {said_of(errors[0], cell, code)}"
        if (stopped and cell is notebook["cells"][-1]) or cell["execution_count"] is None:
            # What IPython refuses before it runs anything is in no error, and stands last among its warnings.
            told = "".join("".join(o["text"]) for o in cell["outputs"] if o.get("name") == "stderr").strip()
            tags = f"it was not run (tags: {', '.join(_tags(cell))})"
            reason = told.splitlines()[-1] if told else stopped or tags
            if isinstance(stopped, TimeoutError | RuntimeError):
                reason = why_stopped(stopped, _cell_seconds())
            return f"In [{number}]{under(heading)}: {reason}"
    return str(stopped) if stopped else None


def heading_in(cell: dict) -> str:
    """The first heading in a cell of prose, or nothing."""
    lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else []
    return next((line.lstrip("# ") for line in lines if line.startswith("#")), "")


def _cell_seconds() -> int:
    """How long a cell may take. Raises InputError where what a person set for it is no number of minutes."""
    minutes = os.environ.get(CELL_MINUTES, "10")
    if not re.fullmatch(r"[1-9]\d{0,3}", minutes):
        raise InputError(f"{CELL_MINUTES} is {minutes!r}; it must be whole minutes, as in {CELL_MINUTES}=30.")
    return 60 * int(minutes)
