"""Run notebooks with parameters, and bring what they leave behind into one canonical form."""

import ast
import json
import os
import sys
import tempfile
from pathlib import Path

from helpers import typed_figures, warm_kernels
from helpers.errors import InputError, NotOnFile, nearest
from helpers.paths import DECLARED, relative, write_atomically

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


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
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook, dict) or not all("source" in cell for cell in notebook.get("cells", [{}])):
            raise InputError(f"{relative(path)} is no readable notebook: it has no cells.")
        return notebook
    except FileNotFoundError:
        raise InputError(f"There is no notebook {relative(path)}.") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
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

    Raises InputError for parameters that do not fit and for a figure typed into its words (typed_figures), and
    NotebookFailed where a cell fails: then output is not touched, and the run so far is kept beside it as
    <name>.failed.ipynb.
    """
    parameters = parameters or {}
    output = output or path
    check_parameters(path, parameters)
    typed_figures.refuse(path, read(path)["cells"])
    failed = output.with_suffix(".failed.ipynb")
    notebook = _up_to_what_is_not_on_file(canonical(_execute(path, parameters, reads)))
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

    with tempfile.TemporaryDirectory(prefix="nb") as folder:
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
                    extra_arguments=["--log-level=ERROR"],
                    resources={"metadata": {"path": str(path.parent)}},
                    kernel_manager_class=_kernel_manager_class(folder, reads),
                )
            except PapermillExecutionError:
                return nbformat.read(executed, as_version=4)
            except RuntimeError as error:
                # Kernels that start at the same time can take each other's ports; the second start finds others.
                if last_attempt or "before replying" not in str(error):
                    raise NotebookFailed(f"{relative(path)}: its kernel stopped ({error}). Run it again.") from error


def _kernel_manager_class(folder: str, reads: list[str] | None) -> type:
    """A kernel manager whose sockets are files in this folder, where the system has such, and else ports."""
    # Through files no two kernels can take each other's ports.
    sockets = {} if sys.platform == "win32" else {"transport": "ipc", "connection_file": f"{folder}/kernel.json"}
    declared = {} if reads is None else {DECLARED: "\n".join(reads)}

    class TaskKernelManager(warm_kernels.kernel_manager_class()):
        """Starts a kernel that knows what its task may read."""

        def __init__(self, **settings: object) -> None:
            super().__init__(**sockets, **settings)

        async def start_kernel(self, **settings: object) -> None:
            await super().start_kernel(**settings | {"env": os.environ | declared})

    return TaskKernelManager


def _up_to_what_is_not_on_file(notebook: dict) -> dict:
    """A paper that said what its council lacks (briefings.require) ends there; any other notebook is as it was."""
    cells = [cell for cell in notebook["cells"] if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])]
    for place, cell in enumerate(cells):
        outputs = cell.get("outputs", [])
        if any(output.get("ename") == NotOnFile.__name__ for output in outputs):
            cell["outputs"] = [output for output in outputs if output["output_type"] != "error"]
            return {**notebook, "cells": cells[: place + 1]}
    return notebook


def _failure(notebook: dict) -> str | None:
    """Where and why a notebook stopped: In [n], the heading above it, the message; None where it did not."""
    heading = ""
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "markdown":
            heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), heading)
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                kind = "" if output["ename"] in ("InputError", "PublishError") else f"{output['ename']}: "
                return f"In [{cell['execution_count']}], under {heading!r}: {kind}{output['evalue']}"
    return None


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
