"""A briefing's reports from its executed notebook: HTML, PDF and spreadsheet, once they are seen to hold."""

from pathlib import Path

from helpers.base.errors import InputError
from helpers.base.paths import root
from helpers.pipeline import notebooks
from helpers.pipeline.reads import authorities, of_inputs


def published(document: dict, reports: list[str], beside: dict | None = None) -> dict[str, bytes]:
    """What a briefing's reports hold, each of the kind that it is named.

    document: as from document_in. beside: what its web page links to, as from pages_beside.

    Raises InputError where one does not say what the notebook says, a number does not follow from those beside it, or
    it is over its limits. Nothing is written.
    """
    from helpers.paper.publish import arithmetic, limits, printed
    from helpers.paper.publish.html import to_html
    from helpers.paper.publish.pdf import to_pdf
    from helpers.paper.publish.spreadsheet import to_spreadsheet

    def to_pages(document: dict) -> bytes:
        pdf = to_pdf(document)
        fitted = limits.on_two_pages(document, pdf)
        return pdf if fitted is document else to_pdf(fitted)

    makers = {".html": lambda document: to_html(document, beside).encode(), ".pdf": to_pages, ".xlsx": to_spreadsheet}
    arithmetic.check(document)
    made = {report: makers[Path(report).suffix](document) for report in reports}
    printed.check(document, {Path(report).suffix: content for report, content in made.items()})
    for report in (report for report in reports if report.endswith(".pdf")):
        limits.check(document, made[report])
    return made


def document_in(executed: Path) -> dict:
    """What a briefing says, from its executed notebook."""
    import nbformat

    from helpers.paper.publish.document import from_notebook

    return from_notebook(nbformat.read(executed, as_version=4))


def reports_of(name: str, briefing: str) -> list[str]:
    """The HTML, the PDF and the spreadsheet of one briefing."""
    return [f"reports/{name}/{briefing.replace('_', '-')}{kind}" for kind in (".html", ".pdf", ".xlsx")]


def pages_beside(name: str, council: dict, briefing: str) -> dict:
    """What a briefing's web page links to: its PDF and spreadsheet, the list of all, and its council's other papers.

    The list is of the councils in authorities.toml, and others link to their own papers alone.
    """
    _, pdf, xlsx = (Path(report).name for report in reports_of(name, briefing))
    others = [
        {"title": title_of(other), "link": Path(reports_of(name, other)[0]).name}
        for other in council["briefings"]
        if other != briefing
    ]
    return {"pdf": pdf, "xlsx": xlsx, "index": "../index.html" if name in authorities() else "", "papers": others}


def _title_of(briefing: str) -> str:
    """The title that a briefing's notebook begins with; its name where there is none yet."""
    try:
        first = "".join(notebooks.read(root() / f"notebooks/briefings/{briefing}.ipynb")["cells"][0]["source"])
    except (InputError, IndexError):
        return briefing
    return first.splitlines()[0].removeprefix("# ") if first.startswith("# ") else briefing


title_of = of_inputs("pipeline.publishing", "_title_of")
