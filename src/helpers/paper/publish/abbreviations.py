"""Abbreviations are written out where a briefing first prints them, whoever wrote the sentence, chart or table."""

import re

from helpers.paper.publish import prose

#: What a councillor may not know, and what it stands for.
ABBREVIATIONS = {
    "ASC": "adult social care",
    "ASCOF": "Adult Social Care Outcomes Framework",
    "CLD": "Client Level Data",
    "CQC": "Care Quality Commission",
    "DHSC": "Department of Health and Social Care",
    "FOI": "Freedom of Information",
    "FTE": "full-time equivalent",
    "IAG": "information, advice and guidance",
    "JSNA": "Joint Strategic Needs Assessment",
    "LTS": "long-term support",
    "MPS": "Market Position Statement",
    "OBR": "Office for Budget Responsibility",
    "ONS": "Office for National Statistics",
    "PANSI": "Projecting Adult Needs and Service Information",
    "POPPI": "Projecting Older People Population Information",
    "PSSRU": "Personal Social Services Research Unit",
    "SALT": "Short and Long Term Support",
}
#: What needs no words.
KNOWN = {"NHS", "PDF", "UK"}


def write_out(blocks: list[dict]) -> None:
    """Write each abbreviation out in the block that first prints it, unless the block has its words already.

    In prose the words stand before it, as in "Office for National Statistics (ONS)"; under a chart or a table they
    follow in the note. A heading is left as it is, and then the next block has them.
    """
    written = set()
    for block in blocks:
        for short in [name for name in in_text(printed(block)) if name in ABBREVIATIONS and name not in written]:
            words = ABBREVIATIONS[short]
            if words.lower() in printed(block).lower():
                written.add(short)
            elif block["kind"] in ("figure", "table"):
                block["note"] = f"{block['note']} {short}: {words}.".strip()
                written.add(short)
            elif block["kind"] in ("paragraph", "list") and any(_replaced(text, short) for text in _texts(block)):
                written.add(short)


def printed(block: dict) -> str:
    """All words that a block prints, as one text."""
    if block["kind"] in ("paragraph", "list"):
        return " ".join(text["text"] for text in _texts(block))
    cells = [
        *(column["label"] for column in block.get("columns", [])),
        *(cell for row in block.get("rows", []) for cell in row),
    ]
    return " ".join([*(block.get(key, "") for key in ("text", "title", "unit", "source", "note")), *cells])


def in_text(text: str) -> list[str]:
    """The abbreviations in a text, each once: words of capitals, two or more."""
    return list(dict.fromkeys(re.findall(r"(?<![\w-])[A-Z]{2,}(?![\w-])", text)))


def _replaced(inline: dict, short: str) -> bool:
    """Whether the abbreviation stood in a stretch of text, and was written out there."""
    written = re.sub(rf"\b{short}\b", f"{ABBREVIATIONS[short]} ({short})", inline["text"], count=1)
    changed = written != inline["text"]
    inline["text"] = written
    return changed


def _texts(block: dict) -> list[dict]:
    """The stretches of text of a paragraph or a list, in order."""
    if block["kind"] == "list":
        return [text for item in block["items"] for part in item for text in _texts(part)]
    return prose.texts(block["inlines"])
