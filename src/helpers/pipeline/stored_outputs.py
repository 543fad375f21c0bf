"""The outputs that notebooks are kept with, beside what the build made of the same notebook and parameters."""

import ast
import json
from pathlib import Path

from helpers.base.paths import root
from helpers.pipeline import notebooks


def as_built(notebook: str) -> Path | None:
    """The run in build/ of a notebook with the parameters that it declares; None where no task runs it so."""
    path = root() / notebook
    parameters = notebooks.declared_parameters(path)
    first = "".join(notebooks.read(path)["cells"][0]["source"])
    title = json.dumps(first.splitlines()[0], ensure_ascii=False)[1:-1]
    build = root() / "build"
    for run in sorted([*build.glob("*.ipynb"), *build.glob("*/*.ipynb")]):
        if run.name.endswith(".failed.ipynb") or title not in run.read_text(encoding="utf-8"):
            continue
        cells = notebooks.read(run)["cells"]
        if "".join(cells[0]["source"]) == first and _injected(cells).items() <= parameters.items():
            return run
    return None


def outputs(path: Path) -> list[list[dict]]:
    """What each cell of code of a notebook shows, but for the cell of parameters that a task put in, and all counts."""
    code = [cell for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code" and not _is_injected(cell)]
    return [[{**output, "execution_count": None} for output in cell["outputs"]] for cell in code]


def _is_injected(cell: dict) -> bool:
    return "injected-parameters" in cell["metadata"].get("tags", [])


def _injected(cells: list[dict]) -> dict[str, object]:
    """The parameters that a task ran a notebook with."""
    lines = [line for cell in cells if _is_injected(cell) for line in ast.parse("".join(cell["source"])).body]
    return {line.targets[0].id: ast.literal_eval(line.value) for line in lines}
