"""What every briefing shows alike: its front matter, tables of people, assumptions and sources."""

import pandas as pd

from helpers.base import wording
from helpers.base.authorities import ON_FILE as ON_FILE
from helpers.base.authorities import documents_of, not_on_file
from helpers.base.errors import InputError, NotOnFile, nearest
from helpers.base.mime import FRONT
from helpers.base.periods import is_day
from helpers.base.schemas import PAPER
from helpers.base.vocabulary import DIMENSIONS
from helpers.paper import tables
from helpers.published import sources

LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."


def paper_of(council: dict, paper: dict) -> dict:
    """What a paper bears: committee, meeting_date, author, contact; the council's own where `paper` says nothing.

    council: as from authorities.authority_named. Raises InputError for another key, and for a date that is none.
    """
    if unknown := [key for key in paper if key not in PAPER]:
        raise InputError(f"The parameter paper has a key {unknown[0]!r}.{nearest(unknown[0], list(PAPER))}")
    borne = {**council["paper"], **paper}
    if not is_day(borne["meeting_date"]):
        raise InputError(f"meeting_date is {borne['meeting_date']!r}; a date reads like '2026-11-26'.")
    return borne


def show_front(council: dict, paper: dict) -> None:
    """Show who a briefing is for and from: authority_id, committee, date, author, and where to ask.

    paper: as from paper_of.
    """
    from IPython.display import display

    front = {
        "council": council["name"],
        "committee": paper["committee"],
        "date": paper["meeting_date"],
        "author": paper["author"],
        "contact": paper["contact"],
        "licence": LICENCE,
    }
    day = wording.date(paper["meeting_date"])
    display({"text/plain": f"{council['name']}, {paper['committee']}, {day}", FRONT: front}, raw=True)


def factors_named(parts: pd.DataFrame) -> dict[str, str]:
    """What makes numbers change, as a table's head says it: "More people" where none fall. parts: a column a factor."""
    more = {"size": "More people of these ages", "structure": "An older mix among them"}
    other = {"size": "How many people of these ages", "structure": "The mix of ages among them"}
    named = {factor: (more if (parts[factor] >= 0).all() else other)[factor] for factor in more}
    return {**named, "rate": "The rate of support"}


def require(council: dict, paper: dict, *keys: str) -> None:
    """End a paper that its council has not on file what it rests on: it bears its front matter, and says what.

    paper: as from paper_of. keys: of ON_FILE. Where all are there, nothing is shown.
    """
    if said := not_on_file(council, *keys):
        leave_out(council, paper, said)


def require_documents(council: dict, paper: dict, documents: dict[str, str]) -> None:
    """End a paper that rests on documents of which its council has none, as require does.

    documents: by folder, what each is in words that name no council, as in "a performance report".
    """
    own = documents_of(council["id"])
    if lacking := dict.fromkeys(words for document, words in documents.items() if document not in own):
        leave_out(council, paper, f"Not on file for {council['name']}: {wording.listed(lacking)}.")


def leave_out(council: dict, paper: dict, said: str) -> None:
    """End a paper with its front matter and what is not on file; said: that, as a sentence. It is no failure."""
    show_front(council, paper)
    wording.say(f"**{said}** This paper rests on it, so nothing more is said.")
    raise NotOnFile(said)


def sources_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Documents as a page lists them: publisher and title, the tables that are used, their folder, the licence.

    rows: as from sources.provenance. One row a document.
    """
    documents = rows.groupby("source", sort=False)
    return pd.DataFrame(
        {
            "Document": documents["publisher"].first() + ", " + documents["document"].first(),
            "What is used": documents["title"].agg("; ".join),
            "Folder": documents["source"].first(),
            "Licence": documents["licence"].first(),
        }
    ).reset_index(drop=True)


def show_sources(documents: list[str], council: dict, only: list[str] | None = None) -> None:
    """Show the published tables and claims behind a briefing; on its web page, numbers link to their row here.

    council: as from authorities.authority_named; of documents on several councils, only its tables are shown. only: the
    names of the tables that the briefing rests on, where it does not rest on all.
    """
    rows = sources.provenance(documents, council["code"])
    rows = rows if only is None else rows[rows["table"].isin(only)]
    read = wording.listed(map(wording.date, sorted(rows["read"].unique())))
    pages = list(rows.groupby("source", sort=False)["homepage"].first())
    linked = sum(map(bool, pages))
    links = f"{'each' if linked else 'no'} document links to its publisher's page"
    if 0 < linked < len(pages):
        some = f"{wording.count(linked)} of {wording.count(len(pages))}"
        links = f"{some} documents link to their publisher's page; for the others, none is on file"
    tables.show(
        sources_table(rows),
        "Published figures behind this paper",
        "one row a document",
        "the documents in each row",
        note=f"Folder: where the figures are kept, a file a table, among the project's raw figures. Read on {read}. "
        f"On the web page, {links}.",
        row_links=pages,
        row_keys=[sources.citation(source) for source in rows["source"].unique()],
    )


def assumptions_table(
    scenario: dict, age_bands: dict, briefing_date: str, kinds: set[str] | None = None
) -> pd.DataFrame:
    """Every assumption behind a projection: what, value, range, evidence, and when to look at it again.

    briefing_date: ISO; an assumption whose review date lies before it says so. kinds: the kinds of gradients that the
    council's base has (demand.Gradients.kind_of); by default all.
    """

    def review(date: str) -> str:
        return wording.date(date) if date >= briefing_date else f"overdue since {wording.date(date)}"

    rows = [(scenario["title"], *_said(scenario), scenario)]
    for kind, gradient in age_bands["gradients"].items():
        if kinds is not None and kind not in kinds:
            continue
        title = f"Oldest ages, {wording.in_sentence(gradient['title'])}"
        rows.append((title, f"{gradient['central']:g}", f"{gradient['low']:g} to {gradient['high']:g}", gradient))
    working_age = age_bands["working_age"]
    rows.append(
        (f"{working_age['title']}: its error either way", f"{working_age['error_pct']:g}%", "none", working_age)
    )
    return pd.DataFrame(
        [
            {
                "Assumption": title,
                "Value": value,
                "Range": span,
                "Evidence": entry["evidence"].strip(),
                "Review by": review(entry.get("review_date", age_bands["review_date"])),
            }
            for title, value, span, entry in rows
        ]
    )


def show_assumptions(assumed: pd.DataFrame, age_bands: dict, note: str = "") -> None:
    """Show assumptions and what they rest on. assumed: as from assumptions_table, perhaps with rows of a paper's own.

    One date of review that all share stands in the note, beside what "oldest ages" means.
    """
    notes = [note, f"Oldest ages: {wording.in_sentence(age_bands['title'])}."]
    if assumed["Review by"].nunique() == 1:
        notes.append(f"Review by: {assumed['Review by'].iloc[0]}.")
        assumed = assumed.drop(columns="Review by")
    tables.show(
        assumed,
        "Assumptions and what they rest on",
        "as said in each row",
        "the evidence in each row",
        note=" ".join(filter(None, notes)),
    )


def _said(scenario: dict) -> tuple[str, str]:
    """A scenario's value and its range, as a table says them."""
    values, kind = scenario["values"], scenario["kind"]
    if kind == "rate_change":
        change = f"{values['annual_log_rate_change_pct']:g}".replace("-", "−")
        return f"{change}% a year on the share of people with support", "none"
    if kind == "trend":
        return f"the slope of its series, {values['damping_a_year']:g} of the last year's change each year", "none"
    if kind == "entrants":
        stay = values["length_of_stay_months"]
        return (
            f"{values['cut_pct']:g}% fewer; they stay {stay['central']:g} months",
            f"{stay['low']:g} to {stay['high']:g} months",
        )
    years = wording.number_of(values["phase_in_years"], "year")
    return (
        f"{values['share_pct']:g}% of {wording.in_sentence(DIMENSIONS['setting'][values['from']])}, over {years}",
        "none",
    )
