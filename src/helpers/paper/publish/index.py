"""The page that lists all briefings by authority: reports/index.html, in the dress of the briefings."""

import re
from pathlib import Path

from helpers.base.errors import InputError
from helpers.base.paths import relative, root
from helpers.paper.publish import prose
from helpers.paper.publish.html import environment


def to_html(briefings: list[dict], england: str = "") -> str:
    """The page, self-contained; the same briefings give the same text. briefings: as from entries.

    england: a link to the page of all councils, where it is made.
    """
    councils: dict[str, list[dict]] = {}
    for briefing in briefings:
        councils.setdefault(briefing["council"], []).append(briefing)
    page = environment().get_template("index.html.j2")
    return page.render(councils=councils, licence=briefings[0]["licence"], england=england)


def entries(files: list[tuple[str, str, str, str]]) -> list[dict]:
    """What the page says of each briefing.

    files: of each briefing its executed notebook, HTML, PDF and spreadsheet, from the project's folder. Returns
    dictionaries with authority, committee, date, licence, title, question, finding (its heading; empty for a paper
    without), and for html, pdf and xlsx their link and
    size. Raises InputError for a notebook that is no briefing, and where a file is not there.
    """
    return [entry(*map(Path, each)) for each in files]


def entry(executed: Path, html: Path, pdf: Path, xlsx: Path) -> dict:
    """What the page says of one briefing."""
    import nbformat

    from helpers.paper.publish.document import from_notebook

    document = from_notebook(nbformat.read(root() / executed, as_version=4))
    front = document["front"]
    return {
        **{key: front[key] for key in ("council", "committee", "date", "licence")},
        "title": document["title"],
        "finding": finding(document["blocks"]),
        "question": first_sentence(prose.plain(document["subtitle"])),
        **{
            kind: {"link": link_to(file), "size": size_of(file)}
            for kind, file in (("html", html), ("pdf", pdf), ("xlsx", xlsx))
        },
    }


def finding(blocks: list[dict]) -> str:
    """A paper's finding: its first heading, where that is computed; nothing for a paper without one."""
    first = next((block for block in blocks if block["kind"] == "heading"), {})
    return first["text"] if first.get("is_computed") else ""


def first_sentence(text: str) -> str:
    """The first sentence of a text: a briefing's question, without whom it is for."""
    return re.split(r"(?<=[.?!])\s", text.strip(), maxsplit=1)[0]


def link_to(file: Path) -> str:
    """A report's address from the page: relative, so that the folder can stand anywhere."""
    return file.relative_to("reports").as_posix()


def size_of(file: Path) -> str:
    """A file's size in words: "364 kB", "1.2 MB". Raises InputError where there is no file."""
    if not (root() / file).is_file():
        raise InputError(f"{relative(root() / file)} is not there: run `doit publish`.")
    size = (root() / file).stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
