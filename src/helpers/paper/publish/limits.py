"""How much a paper may ask of a member who has three minutes: its limits, and what they are measured by.

The finding is the first heading; it says a computed word or number, and is no question. The messages are the points and
paragraphs that stand below it, up to the next heading.
A word is what stands between blanks and has a letter or a digit; a number is one too, and a bold lead-in counts.
A number is a figure in digits: the ends of a range are two. Years and periods ("2029/30"), days, ages ("65 and over")
and numbers that are names ("level 2") are labels, and are none; nor are words ("four in five").
A sentence ends in a full stop, a question or an exclamation mark. A bold lead-in of up to four words is no sentence.
Page one has the headings, paragraphs and points below the title block that begin on it, without its charts and tables.
"""

import io
import re

from helpers.base.typed_numbers import without_labels
from helpers.paper.publish import prose
from helpers.paper.publish.errors import PublishError
from helpers.paper.publish.gate import cells
from helpers.paper.publish.pdf import annex_page

MESSAGES = (3, 5)
WORDS_OF_A_MESSAGE, NUMBERS_OF_A_MESSAGE, SENTENCES_OF_A_MESSAGE = 35, 3, 2
WORDS_ON_PAGE_ONE, QUESTIONS, MEMBERS_PAGES = 220, 6, 2
#: The heading of how sure a paper is, which it says in so many sentences.
HOW_GOOD, SENTENCES_OF_HOW_GOOD = "How good is this?", 2
#: What only those who build the papers need to know.
BUILDERS_WORDS = ("fingerprint", "notebook")

_WORD = re.compile(r"\S*[^\W_]\S*")
_NUMBER = re.compile(r"£?\d+(?:[.,]\d+)*")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!])[”’)]*\s+(?=\S)")
_LEAD_IN = 4


def check(document: dict, pdf: bytes) -> None:
    """Refuse a paper over its limits: which message, how many words, what to do."""
    if problems := over(measured(document, pdf)):
        raise PublishError("The paper is more than a member reads in three minutes:\n" + "\n".join(problems))


def measured(document: dict, pdf: bytes) -> dict:
    """What the limits are held against: finding (None where it is missing), is_computed, messages (texts, and sentences
    of each), page_one (words), how_good (sentences), questions, pages (of the members' part), builders (words found).
    """
    members, headings = _members(document["blocks"]), _headings(document["blocks"])
    finding, below = headings[0] if headings else (None, [])
    how_good = [part for heading, blocks in headings for part in _parts(blocks) if heading["text"] == HOW_GOOD]
    said = [_text(part) for part in _parts(members)]
    shown = " ".join(said + [str(block) for block in members if block["kind"] in ("figure", "table")])
    return {
        "is_left_out": not headings and bool(said) and said[0].startswith("Not on file for"),
        "finding": finding and finding["text"],
        "is_computed": bool(finding) and finding.get("is_computed", False),
        "messages": [(_text(part), _sentences_of(part)) for part in _parts(below)],
        "page_one": sum(words_in(text) for _, text in _on_page_one(document["blocks"], pdf)),
        "how_good": sum(map(_sentences_of, how_good)),
        "questions": sum(text.rstrip(" ”").endswith("?") for text in said),
        "pages": _members_pages(pdf),
        "builders": [word for word in BUILDERS_WORDS if re.search(rf"\b{word}s?\b", shown, re.IGNORECASE)],
    }


def over(found: dict) -> list[str]:
    """What is over the limits, each with what to do. found: as from measured."""
    if found["is_left_out"]:
        return []
    return [*_of_finding(found), *_of_messages(found["messages"]), *_of_pages(found)]


def _of_finding(found: dict) -> list[str]:
    finding = found["finding"]
    if finding is None or not found["is_computed"]:
        stands = "no heading stands above the messages" if finding is None else f"“{finding}” is typed"
        return [
            f"- Its finding is missing: {stands}. Say what was found in a cell of its own, with its words or numbers "
            "from a cell: `%%say`, and below it `## {finding}`."
        ]
    if finding.rstrip().endswith("?"):
        return [f"- Its heading “{finding}” is a question. Say what was found; the question stands under the title."]
    return []


def _of_messages(messages: list[tuple[str, int]]) -> list[str]:
    fewest, most = MESSAGES
    said = []
    if not fewest <= len(messages) <= most:
        do = "Leave out or join the least useful" if len(messages) > most else "Say what else a member must know"
        said.append(f"- It has {len(messages)} key messages below its heading, and {fewest} to {most} are read. {do}.")
    for number, (text, sentences) in enumerate(messages, start=1):
        where = f"- Message {number} (“{_begins(text)}”) has"
        for count, most, what, do in (
            (words_in(text), WORDS_OF_A_MESSAGE, "words", "Say one thing, and move the rest to the annex"),
            (len(numbers_in(text)), NUMBERS_OF_A_MESSAGE, "numbers", "Leave the others to the chart or a table"),
            (sentences, SENTENCES_OF_A_MESSAGE, "sentences", "Take one out"),
        ):
            if count > most:
                said.append(f"{where} {count} {what}, and at most {most} are read. {do}.")
    return said


def _of_pages(found: dict) -> list[str]:
    said = []
    for count, most, what, do in (
        (found["page_one"], WORDS_ON_PAGE_ONE, "words on page one beside its chart", "Shorten its messages"),
        (found["how_good"], SENTENCES_OF_HOW_GOOD, f"sentences under “{HOW_GOOD}”", "Move the rest to the annex"),
        (found["questions"], QUESTIONS, "questions", "Keep those that officers can answer"),
        (found["pages"], MEMBERS_PAGES, "pages before its annex", "Move what members need not decide on to the annex"),
    ):
        if count > most:
            said.append(f"- It has {count} {what}, and at most {most} are read. {do}.")
    if found["builders"]:
        words = " and ".join(f"“{word}”" for word in found["builders"])
        said.append(f"- Members' pages say {words}, which only those who build papers need. Say it in the annex.")
    return said


def in_a_row(paper: str, found: dict) -> str:
    """A paper's line in the table of limits: words on page one, messages, and the longest and fullest of them."""
    messages = [text for text, _ in found["messages"]]
    longest, fullest = (max(map(of, messages), default=0) for of in (words_in, lambda text: len(numbers_in(text))))
    numbers = (found["page_one"], len(messages), longest, fullest, found["questions"], found["pages"], len(over(found)))
    return f"{paper:32}" + "".join(f"{number:>10}" for number in numbers)


#: The head of the table that in_a_row makes lines of.
HEAD = f"{'Paper':32}" + "".join(
    f"{name:>10}" for name in ("page one", "messages", "longest", "numbers", "questions", "pages", "over")
)


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def numbers_in(text: str) -> list[str]:
    """The figures that a text has in digits; labels such as years and ages are none."""
    return _NUMBER.findall(without_labels(text))


def _sentences_of(part: dict) -> int:
    """How many sentences a message has, without a short lead-in in bold."""
    inlines = part["inlines"]
    if inlines and inlines[0]["kind"] == "strong" and words_in(prose.plain(inlines[:1])) <= _LEAD_IN:
        inlines = inlines[1:]
    return sum(bool(_WORD.search(sentence)) for sentence in _END_OF_SENTENCE.split(prose.plain(inlines)))


def _members(blocks: list[dict]) -> list[dict]:
    """The blocks before the annex."""
    kinds = [block["kind"] for block in blocks]
    return blocks[: kinds.index("annex")] if "annex" in kinds else blocks


def _headings(blocks: list[dict]) -> list[tuple[dict, list[dict]]]:
    """The headings before the annex, each with the blocks up to the next."""
    found: list[tuple[dict, list[dict]]] = []
    for block in _members(blocks):
        if block["kind"] == "heading":
            found.append((block, []))
        elif found:
            found[-1][1].append(block)
    return found


def _parts(blocks: list[dict]) -> list[dict]:
    """The paragraphs and points of lists among some blocks; what stands within a point is part of it."""
    found = []
    for block in blocks:
        if block["kind"] == "paragraph":
            found.append(block)
        elif block["kind"] == "list":
            found += [{"inlines": _inlines(item)} for item in block["items"]]
    return found


def _inlines(item: list[dict]) -> list[dict]:
    """All stretches of a point, those of the points within it too."""
    found: list[dict] = []
    for block in item:
        found += [*([{"kind": "text", "text": " "}] if found else []), *block.get("inlines", [])]
        for inner in block.get("items", []):
            found += [{"kind": "text", "text": " "}, *_inlines(inner)]
    return found


def _text(part: dict) -> str:
    return prose.plain(part["inlines"])


def _begins(text: str) -> str:
    return " ".join(text.split()[:6]) + " …"


def on_two_pages(document: dict, pdf: bytes) -> dict:
    """The document model with what stands last on page one moved to the next, where its page one has too many words.

    What moves begins with a heading below the first chart or table, the last that leaves few enough. The same document
    where page one has no more than it may have, or no such heading helps.
    """
    blocks, before, moved = document["blocks"], 0, None
    shown = next((place for place, block in enumerate(blocks) if block["kind"] in ("figure", "table")), len(blocks))
    below = [block for block in _members(blocks)[shown:] if block["kind"] == "heading"]
    for block, text in _on_page_one(blocks, pdf):
        if before <= WORDS_ON_PAGE_ONE and any(block is heading for heading in below):
            moved = block
        before += words_in(text)
    if before <= WORDS_ON_PAGE_ONE or moved is None:
        return document
    return {**document, "blocks": [{**one, "new_page": True} if one is moved else one for one in blocks]}


def _on_page_one(blocks: list[dict], pdf: bytes) -> list[tuple[dict, str]]:
    """The texts of headings, paragraphs and points that begin on page one, each with its block."""
    import pikepdf

    kinds = {"heading": ("/H2", "/H3"), "paragraph": ("/P",), "list": ("/L",)}
    named = {name for names in kinds.values() for name in names}
    printed, texts = [block for block in blocks if block["kind"] in kinds], []
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        first = paper.pages[0].obj.objgen
        tags = [tag for tag in _outermost(paper) if str(tag.S) in named]
        for block, tag in zip(printed, tags, strict=True):
            if str(tag.S) not in kinds[block["kind"]]:
                raise PublishError(f"The PDF has {tag.S} where the paper has a {block['kind']}: its order is another.")
            parts = _parts([block]) or [{"inlines": [{"kind": "text", "text": block["text"]}]}]
            # A list within a point is tagged beside it.
            rows = [row for row in cells(tag) if row.S == "/LI"] if block["kind"] == "list" else [tag]
            texts += [(block, _text(part)) for part, row in zip(parts, rows, strict=True) if _page_of(row) == first]
    return texts


def _members_pages(pdf: bytes) -> int:
    """How many pages come before the annex."""
    import pikepdf

    if (annex := annex_page(pdf)) is not None:
        return annex - 1
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        return len(paper.pages)


def _outermost(paper) -> list:
    """The structure elements of a paper that stand in no other but in divisions, in reading order."""
    found, waiting = [], list(reversed(cells(paper.Root.StructTreeRoot)))
    while waiting:
        tag = waiting.pop()
        if str(tag.S) in ("/Document", "/Div"):
            waiting.extend(reversed(cells(tag)))
        else:
            found.append(tag)
    return found


def _page_of(tag) -> tuple[int, int] | None:
    """The page on which a structure element begins."""
    import pikepdf

    inside = tag.get("/K", pikepdf.Array([]))
    for part in [tag, *(inside if isinstance(inside, pikepdf.Array) else [inside])]:
        if isinstance(part, pikepdf.Dictionary):
            found = part.Pg.objgen if "/Pg" in part else _page_of(part) if part is not tag else None
            if found:
                return found
    return None
