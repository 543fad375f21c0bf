"""The pages in docs/: the dictionary of columns, and the website that MkDocs makes of them all in build/docs."""

import html
import importlib.util
import logging
import os
import re
import sys
from pathlib import Path

from doit.exceptions import TaskFailed

from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError
from helpers.base.paths import entries, known_sources, relative, root, write_atomically
from helpers.pipeline.commands import said

COLUMNS_PAGE = "docs/columns.md"
SITE = "mkdocs.yml"
#: Kinds of processed tables that there is one of for every document.
OF_DOCUMENTS = ("figures", "claims", "texts")

_COLUMNS = """# Columns of data/processed

Made by `doit docs:columns` from the description (`.yaml`) beside each table; do not edit it. A cell is never blank:
what is missing has a word. What the ids in the cells mean is said in
[`vocabulary`](../src/helpers/base/vocabulary.py).

## Tables

| Table | Made by | Columns |
| --- | --- | --- |
{tables}

## Columns

| Column | Meaning |
| --- | --- |
{columns}
"""
_CODE_OR_LINK = re.compile(r"```.*?^```|(?<!\[)`[^`\n]+`|\[([^\]\n]+)\]\(([^)\s]+)\)", re.DOTALL | re.MULTILINE)


def docs_tasks() -> list[dict]:
    """The tasks that make the dictionary of columns and then the website, which a broken link or anchor stops."""
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", SITE]
    return [
        {"name": "columns", "actions": [write_columns], "verbosity": 2},
        {"name": "site", "actions": [ready, build], "task_dep": ["docs:columns"], "verbosity": 2},
    ]


def ready() -> TaskFailed | None:
    """Whether MkDocs is there, which the briefings do without."""
    if importlib.util.find_spec("mkdocs"):
        return None
    return TaskFailed("MkDocs, which makes the pages of docs/, is not installed: run `make docs`, which installs it.")


def write_columns() -> TaskFailed | None:
    """Write docs/columns.md anew."""
    return said(lambda: write_atomically(root() / COLUMNS_PAGE, columns_page().encode()))


def columns_page() -> str:
    """The page that says what every column of data/processed means, from the descriptions beside the tables.

    Raises InputError where two tables say two things of one column.
    """
    from helpers.base.checked_files import parse_yaml  # here, so that `doit` with nothing to do reads no YAML

    kinds: dict[str, dict] = {}
    meanings: dict[str, str] = {}
    for path in sorted((root() / "data/processed").rglob("*.yaml")):
        about = parse_yaml(path)
        for column, meaning in about["columns"].items():
            if meanings.setdefault(column, meaning) != meaning:
                raise InputError(f"{relative(path)}: {column!r} means something else in another table. Run `doit`.")
        kinds.setdefault(kind_of(about["name"]), about)
    tables = [
        f"| `{kind}` | {_notebook_link(about['made_by'])} | {', '.join(f'`{column}`' for column in about['columns'])} |"
        for kind, about in kinds.items()
    ]
    columns = [f"| `{column}` | {meanings[column]} |" for column in sorted(meanings)]
    return _COLUMNS.format(tables="\n".join(tables), columns="\n".join(columns))


def kind_of(name: str) -> str:
    """A processed table's name with its council, document, vintage and scenario left open."""
    councils = known_authorities()
    vintages = {vintage for council in councils.values() for vintage in council.get("vintages", {})}
    scenarios = [path.stem for path in entries(root() / "data/assumptions/scenarios")]
    kind, _, rest = name.partition("_")
    if kind in OF_DOCUMENTS and rest in known_sources():
        return f"{kind}_<document>"
    for what, ids in (("council", councils), ("vintage", vintages), ("scenario", scenarios)):
        one_of = "|".join(sorted(map(re.escape, ids), key=len, reverse=True))
        name = re.sub(rf"_(?:{one_of})(?=_|$)", f"_<{what}>", name, count=1)
    return name


def _notebook_link(path: str) -> str:
    return f"[`{Path(path).stem}`](../{path})"


def on_page_markdown(markdown: str, page, config, files) -> str:
    """For MkDocs: a link out of docs/ leads to the project's own file, as seen from the page in build/docs.

    One that leads nowhere is a warning, which stops a strict build. MkDocs looks at all other links itself.
    """
    source, docs = Path(page.file.abs_src_path), Path(config.docs_dir)
    made = Path(config.site_dir) / page.file.dest_uri

    def led(match: re.Match) -> str:
        words, link = match[1], match[2]
        target = Path(os.path.normpath(source.parent / (link or "").partition("#")[0]))
        if not link or re.match(r"[a-z]+:|#", link) or target.is_relative_to(docs):
            return match[0]
        if not target.exists():
            logging.getLogger("mkdocs.hooks").warning("docs/%s: %s leads nowhere.", page.file.src_uri, link)
        return f'<a href="{html.escape(Path(os.path.relpath(target, made.parent)).as_posix())}">{words}</a>'

    return _CODE_OR_LINK.sub(led, markdown)
