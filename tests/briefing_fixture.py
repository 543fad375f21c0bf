"""An executed briefing notebook, made by hand and quickly, for the tests of publish."""

import functools
import io

import nbformat.v4 as nb

from helpers.paper.publish import document as model

FRONT = {
    "council": "Leicestershire County Council",
    "committee": "Adults and Communities Overview and Scrutiny Committee",
    "date": "2026-11-19",
    "author": "Director of Adults and Communities",
    "contact": "scrutiny@example.org",
    "licence": "Contains public sector information licensed under the Open Government Licence v3.0.",
}

PROSE = (
    "Demand for long-term support rises faster than the population, because those who ask for it "
    "are *older* each year. The committee's question is **how far** the council's plans allow for it; "
    "see [the published tables](https://www.gov.uk/government/statistics) and `people`."
)


@functools.cache
def chart(kind: str = "line", height: float = 2.3) -> str:
    """A small chart as SVG, its letters drawn as paths."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "briefing", "font.size": 9}):
        figure = Figure(figsize=(6.6, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        if kind == "line":
            axes.plot(range(2018, 2031), [100 + 3 * year for year in range(13)], color="#12436D")
        else:
            axes.barh(["Physical support", "Learning disability", "Mental health"], [61, 24, 15])
        axes.spines[["top", "right"]].set_visible(False)
        drawing = io.StringIO()
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    return drawing.getvalue()


def shown(*bundles: dict, number: int = 1, tags: tuple[str, ...] = ()) -> dict:
    """An executed code cell that shows these MIME bundles."""
    outputs = [nb.new_output("display_data", data=bundle) for bundle in bundles]
    cell = nb.new_code_cell("...", execution_count=number, outputs=outputs)
    cell["metadata"]["tags"] = list(tags)
    return cell


def printed(text: str, number: int = 7, tags: tuple[str, ...] = ()) -> dict:
    """An executed code cell that prints."""
    output = nb.new_output("stream", name="stdout", text=text)
    cell = nb.new_code_cell("print(...)", execution_count=number, outputs=[output])
    cell["metadata"]["tags"] = list(tags)
    return cell


def words(text: str, *tags: str) -> dict:
    """A Markdown cell."""
    cell = nb.new_markdown_cell(text)
    cell["metadata"]["tags"] = list(tags)
    return cell


def figure(title: str, alt: str, kind: str = "line", note: str = "") -> dict:
    """The MIME bundle of a figure."""
    about = {
        "title": title,
        "alt": alt,
        "unit": "People",
        "source": "NHS England, ASC-FR 2024-25",
        "note": note,
    }
    return {model.FIGURE: about, "image/svg+xml": chart(kind), "text/plain": "<Figure>"}


def said(text: str, source: str = "") -> dict:
    """The MIME bundle of a sentence with computed numbers."""
    return {"text/markdown": text, model.SENTENCE: {"source": source}, "text/plain": "Sentence"}


def table(
    title: str,
    columns: list[str],
    rows: list[list[str]],
    total_row: bool = False,
    note: str = "",
    source: str = "NHS England, Adult Social Care Finance and Activity, table 34",
    row_keys: tuple[str, ...] = (),
) -> dict:
    """The MIME bundle of a table whose first column is text and whose others are numbers."""
    about = {
        "title": title,
        "unit": "People receiving long-term support at the year's end",
        "source": source,
        "note": note,
        "columns": [{"label": label, "align": "right" if index else "left"} for index, label in enumerate(columns)],
        "rows": rows,
        "total_row": total_row,
        "row_keys": list(row_keys),
    }
    return {model.TABLE: about, "text/html": "<table></table>", "text/plain": "table"}


SMALL = table(
    "Nursing care grew most",
    ["Setting", "2023-24", "2024-25", "Change"],
    [
        ["Nursing", "1,205", "1,310", "+105"],
        ["Residential", "3,400", "3,390", "−10"],
        ["Total", "4,605", "4,700", "+95"],
    ],
    total_row=True,
)
LONG = table(
    "Every year of the projection",
    ["Year", "Low", "Central", "High"],
    [[str(2020 + n), f"{4100 + 17 * n:,}", f"{4600 + 41 * n:,}", f"{5200 + 77 * n:,}"] for n in range(60)],
)
WIDE = table(
    "Support by primary reason and setting, with what each scenario expects",
    [
        "Primary support reason",
        *(f"Expected number in {year}-{year % 100 + 1}" for year in range(2025, 2035)),
    ],
    [
        [name, *(f"{base + 13 * n:,}" for n in range(10))]
        for name, base in (
            ("Physical support: access and mobility only", 420),
            ("Physical support: personal care support", 3120),
            ("Support with memory and cognition", 980),
            ("Learning disability support", 1405),
        )
    ],
    note="Counts are rounded to the nearest five, as published.",
)
STATEMENT = "Leicestershire County Council, Market Position Statement"
SOURCES = table(
    "Published tables behind this paper",
    ["Document", "Tables"],
    [[STATEMENT, "2"], ["NHS England, ASC-FR 2024-25", "1"]],
    source="the documents in each row",
    row_keys=(STATEMENT, "NHS England, ASC-FR 2024-25"),
)


def notebook() -> dict:
    """A briefing with two figures, four tables (the last lists the sources), lists and an annex."""
    cells = [
        words("# Adult social care in Leicestershire: demand to 2035\n\nHow many people will need long-term support?"),
        shown(number=1, tags=("injected-parameters",)),
        shown({model.FRONT: FRONT, "text/plain": "front"}, number=2),
        words(f"## Key messages\n\n{PROSE}\n\n- First, *people*.\n- Second, money:\n  1. care homes\n  2. home care\n"),
        shown(said("By **2035** there are 5,200 people, 14% more.", STATEMENT), number=3),
        shown(figure("Demand rises each year", "Line: 100 people in 2018, 136 in 2030."), number=4),
        printed("a check", number=5, tags=("working",)),
        shown(
            figure("Most need physical support", "Bars: physical 61, learning 24.", "bars", "Shares."),
            number=6,
        ),
        words("### What the council's plans allow for\n\nThe plans were made in spring.\n\n" + PROSE),
        shown(SMALL, number=8),
        words("## Lines of enquiry\n\n1. What is done?\n\n2. By whom?\n\n   And by when?"),
        words("## What is asked of the committee\n\nTo note the report."),
        words("## Technical annex\n\nHow the numbers were made.\n\n### Method", "annex"),
        words(PROSE),
        shown(WIDE, number=9),
        shown(LONG, number=10),
        words("### Sources"),
        shown(SOURCES, number=11),
    ]
    return nb.new_notebook(cells=cells)
