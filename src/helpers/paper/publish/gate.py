"""The gate before a paper leaves the house: is it accessible, and does it hold what the document holds?

page-validation checks the standards. It passes a table without header cells and a chart that is
tagged as nothing, so the paper's tags are counted against the document model besides.
"""

import io
import re
from collections import Counter

from helpers.paper.publish.errors import PublishError


def check(pdf: bytes, document: dict) -> None:
    """Raise PublishError with every problem: what PDF/UA-1 and PDF/A-2a ask, and what is missing."""
    import pikepdf

    problems = against_standards(pdf)
    try:
        with pikepdf.open(io.BytesIO(pdf)) as paper:
            problems += _against_document(paper, document)
    except pikepdf.PdfError as error:
        problems.append(f"The file cannot be opened: {error}")
    if problems:
        raise PublishError("The PDF is not fit to publish:\n" + "\n".join(f"- {p}" for p in problems))


def elements(paper, *kinds: str) -> list:
    """The structure elements of these kinds (all, if none is named), in reading order."""
    found = []
    # A stack, not recursion: a paper's tags nest deeply.
    waiting = list(reversed(cells(paper.Root.StructTreeRoot))) if "/StructTreeRoot" in paper.Root else []
    while waiting:
        element = waiting.pop()
        if not kinds or element.S in kinds:
            found.append(element)
        waiting.extend(reversed(cells(element)))
    return found


def cells(element) -> list:
    """The structure elements directly inside another."""
    import pikepdf

    inside = element.get("/K", pikepdf.Array([]))
    inside = inside if isinstance(inside, pikepdf.Array) else [inside]
    return [child for child in inside if isinstance(child, pikepdf.Dictionary) and "/S" in child]


def against_standards(pdf: bytes) -> list[str]:
    """What a PDF lacks of PDF/UA-1 and PDF/A-2a, each rule once."""
    import page

    problems = []
    for name, profile in (
        ("PDF/UA-1", page.ValidationProfile.PDF_UA_1),
        ("PDF/A-2a", page.ValidationProfile.PDF_A_2A),
    ):
        try:
            report = page.validate_pdf_bytes(pdf, profile=profile)
        except page.PageError as error:
            problems.append(f"{name}: the file cannot be read ({error})")
            continue
        said = [f"{name}, rule {failure.rule_id}: {failure.message}" for failure in report.failures]
        if not report.is_compliant and not said:
            said = [f"{name}: not compliant"]
        problems.extend(dict.fromkeys(said))
    return problems


def _against_document(paper, document: dict) -> list[str]:
    figures = [block for block in document["blocks"] if block["kind"] == "figure"]
    tables = [block for block in document["blocks"] if block["kind"] == "table"]
    headings = [("H1", document["title"])] + [
        (f"H{block['level']}", block["text"]) for block in document["blocks"] if block["kind"] == "heading"
    ]
    tagged = [(str(element.S), element) for element in elements(paper)]
    kinds = Counter(kind for kind, _ in tagged)
    tagged_headings = [
        (kind.lstrip("/"), str(heading.get("/T", ""))) for kind, heading in tagged if re.fullmatch("/H[1-6]", kind)
    ]
    alts = [figure["alt"] for figure in figures]
    tagged_alts = [str(figure.get("/Alt", "")) for kind, figure in tagged if kind == "/Figure"]
    problems = [
        *_differ("title is", [document["title"]], [str(paper.docinfo.get("/Title", ""))]),
        *_differ("headings are", headings, tagged_headings),
        *_differ("alternative texts of figures are", alts, tagged_alts),
    ]
    for what, kind, expected in (
        ("tables", "/Table", len(tables)),
        ("header cells", "/TH", sum(len(table["columns"]) + len(table["rows"]) for table in tables)),
        ("data cells", "/TD", sum(len(table["rows"]) * (len(table["columns"]) - 1) for table in tables)),
    ):
        if kinds[kind] != expected:
            problems.append(f"The document has {expected} {what}, the PDF has {kinds[kind]}.")
    return problems


def _differ(what: str, expected: list, found: list) -> list[str]:
    if expected == found:
        return []
    missing = [_said(item) for item in expected if item not in found]
    surplus = [_said(item) for item in found if item not in expected]
    details = []
    if missing:
        details.append("missing: " + "; ".join(missing))
    if surplus:
        details.append("not in the document: " + "; ".join(surplus))
    said = ". ".join(details) or "their order or number is another"
    return [f"The PDF's {what} not the document's: {said}."]


def _said(item) -> str:
    return f"“{item}”" if isinstance(item, str) else f"{item[0]} “{item[1]}”"
