"""Run a briefing's cells in this process, on processed tables that a test has altered: what does the paper then say?"""

import contextlib
import functools
import io
import json
from collections.abc import Callable
from pathlib import Path

import IPython.display
import pandas as pd
import pytest
from conftest import PROJECT
from matplotlib.figure import Figure

from helpers.base.mime import FIGURE, SENTENCE, TABLE
from helpers.council import checks, latest
from helpers.paper import messages
from helpers.pipeline import typed_figures
from helpers.projection import demand
from helpers.published import processed

BRIEFINGS = PROJECT / "notebooks/briefings"
Edit = Callable[[pd.DataFrame], pd.DataFrame | None]


def put(value: float | str, text: str | None = None, **where: str) -> Edit:
    """An edit: in the rows where these columns read so, another figure, exact, printed as this text."""

    def edit(frame: pd.DataFrame) -> None:
        rows = pd.Series(True, frame.index)
        for column, wanted in where.items():
            rows &= frame[column] == wanted
        assert rows.any(), f"no row has {where}"
        for column in ("value", "lower", "upper"):
            frame.loc[rows, column] = str(value)
        frame.loc[rows, "as_published"] = f"{value:,}" if text is None else text

    return edit


_CELLS: dict[str, pd.DataFrame] = {}
_base_cells = demand.base_cells


def base_cells(figures: pd.DataFrame) -> pd.DataFrame:
    """What demand.base_cells gives, worked out once for the same figures: it takes a third of a paper's time."""
    key = figures.to_csv()
    if key not in _CELLS:
        _CELLS[key] = _base_cells(figures)
    return _CELLS[key].copy()


#: What is worked out of official tables, which no test alters: once for all papers.
OF_OFFICIAL_TABLES = {name: functools.cache(getattr(latest, name)) for name in ("populations", "_official")}


class Papers:
    """Runs briefings on the project's processed tables, of which some are altered."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.altered = folder, {}
        of_project = processed.processed_path
        monkeypatch.setattr(processed, "processed_path", lambda name: self.altered.get(name) or of_project(name))
        monkeypatch.setattr(IPython.display, "display", lambda data, raw: self.shown.append(data))
        monkeypatch.setattr(demand, "base_cells", base_cells)
        for name, worked_out_once in OF_OFFICIAL_TABLES.items():
            monkeypatch.setattr(latest, name, worked_out_once)
        monkeypatch.setattr(Figure, "savefig", lambda self, file, **about: file.write("<svg></svg>"))

    def alter(self, table: str, *edits: Edit, of: str | None = None) -> None:
        """Alter a processed table by these edits. of: take another table's rows for it."""
        frame = pd.read_csv(processed.processed_path(of or table), dtype=str, keep_default_na=False)
        for edit in edits:
            edited = edit(frame)
            frame = frame if edited is None else edited
        self.altered[table] = self.folder / f"{table}.csv"
        self.altered[table].parent.mkdir(exist_ok=True)
        frame.to_csv(self.altered[table], index=False)

    def check_again(self, authority_id: str) -> None:
        """Work the council's checks out anew, of the altered figures."""
        results = checks.checks_of(authority_id, checks.figure_book(authority_id)).astype(str)
        self.altered[f"checks_{authority_id}"] = self.folder / f"checks_{authority_id}.csv"
        results.to_csv(self.altered[f"checks_{authority_id}"], index=False)

    def read(self, briefing: str, **parameters: object) -> str:
        """All that a briefing says: its prose, its sentences, and the words of its charts and tables, a line each."""
        lines = []
        for cell in self.run(briefing, **parameters)["cells"]:
            if cell["cell_type"] == "markdown":
                lines.append("".join(cell["source"]))
            for output in cell.get("outputs", []):
                goes_on = output["data"].get(SENTENCE, {}).get("goes_on")
                words = words_of(output["data"])
                lines += [f"{lines.pop()} {words[0]}"] if goes_on else words
        return "\n".join(lines)

    def run(self, briefing: str, **parameters: object) -> dict:
        """A briefing as a notebook with what its cells show."""
        self.shown, names = [], {}
        notebook = json.loads((BRIEFINGS / f"{briefing}.ipynb").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                continue
            self.shown.clear()
            if typed_figures.is_message(source):
                messages.run(source, names)
            else:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(source, f"{briefing}.ipynb", "exec"), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names |= parameters
            cell["outputs"] = [{"output_type": "display_data", "data": data} for data in self.shown]
        return notebook


def words_of(data: dict) -> list[str]:
    """What one output says, in words."""
    if about := data.get(FIGURE):
        return [about[part] for part in ("title", "unit", "alt", "source", "note")]
    if table := data.get(TABLE):
        rows = [" | ".join(row) for row in table["rows"]]
        heads = " | ".join(column["label"] for column in table["columns"])
        return [table["title"], table["unit"], heads, *rows, table["source"], table["note"]]
    return [data.get("text/markdown", data["text/plain"])]
