"""What a person asks of the pipeline by hand: `doit figure`, `doit edition`, `doit new-briefing` and the like."""

from collections.abc import Callable

from doit.exceptions import TaskFailed

from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError
from helpers.base.paths import refused


def said(function: Callable[[], object]) -> TaskFailed | None:
    """Do something for a task; a mistake that a person can mend comes back as its message."""
    try:
        function()
    except InputError as error:
        return TaskFailed(str(error))
    except BrokenPipeError:  # no file: who reads has enough
        raise
    except OSError as error:
        said_of = refused(str(error.filename or "A file"), error, "read or written", "Allow both, and run it again.")
        return TaskFailed(str(said_of))
    return None


#: What `doit figure` asks: a figure's name, or a number as it stands on a page (and in which briefing).
FIGURE_PARAMETERS = [
    {"name": "figure", "long": "id", "default": "", "help": "a figure: document/table!B3, document/claim, or a check"},
    {"name": "number", "long": "number", "default": "", "help": "a number as it stands on a page, such as 6,913"},
    {"name": "briefing", "long": "briefing", "default": "", "help": "only in this one: leicestershire/demand_outlook"},
]


def find_figure(figure: str, number: str, briefing: str) -> TaskFailed | None:
    """Print what is known of a figure, or where a number of a briefing comes from."""
    from helpers.pipeline import finder

    def find() -> None:
        if bool(figure) == bool(number):
            raise InputError("Say which figure: `doit figure --id population!C3`, or `doit figure --number 6,913`.")
        print(finder.about_figure(figure) if figure else finder.about_number(number, briefing))

    return said(find)


def list_councils() -> TaskFailed | None:
    """Print every council in England, what is on file for it and what is missing."""
    from helpers.pipeline import listed_councils

    return said(lambda: print("\n".join(listed_councils.lines())))


#: What `doit official` asks.
OFFICIAL_PARAMETERS = [
    {"name": "source", "long": "source", "default": "", "help": "one publication of data/official.yaml; without, all"},
]


def read_official(source: str) -> TaskFailed | None:
    """Read the official files in data/official into data/raw, and print what was made of them."""
    from helpers.published.official import register

    return said(lambda: print("\n".join(register.read_in(source))))


def keeping_task(authorities: dict) -> dict:
    """The task behind `doit edition`: what changed since the last edition kept, or keeping the present one."""
    asked = {"name": "keep", "long": "keep", "default": "", "help": "keep the present edition by this day: 2026-11-26"}
    return {
        "actions": [keep_edition],
        "params": [asked],
        "task_dep": [f"brief:{name}:fingerprints" for name in authorities],
        "uptodate": [False],
    }


def keep_edition(keep: str) -> TaskFailed | None:
    """Keep the present edition, or print which headline figures changed since the last one, and why."""
    from helpers.paper import editions, headlines

    def keep_or_compare() -> None:
        present = {name: headlines.headlines(name) for name in known_authorities()}
        print("\n".join(editions.keep(keep, present) if keep else headlines.changes_in_lines(present)))

    return said(keep_or_compare)


def new_briefing(name: str, authority_id: str) -> TaskFailed | None:
    """Make a notebook for a new briefing, and add it to the council's briefings."""
    from helpers.pipeline import new_briefings

    return said(lambda: print(new_briefings.start(name, authority_id)))


def scaffold_tasks() -> list[dict]:
    """The tasks that start what a person goes on with: a document, a council, a scenario, a briefing."""

    def task(basename: str, does: str, action: Callable, **asked: tuple[str, str]) -> dict:
        parameters = [
            {"name": key, "long": long, "default": [] if long == "file" else "", "help": what}
            | ({"type": list} if long == "file" else {})
            for key, (long, what) in asked.items()
        ]
        return {"basename": basename, "doc": does, "actions": [action], "params": parameters, "uptodate": [False]}

    whose = ("authority", "whose it is: an id of authorities.toml, such as leicester")
    return [
        task(
            "new-source",
            "Start a document in data/raw from its tables: --name mercia_support_2024 --file table.csv",
            new_source,
            name=("name", "what the document's folder is called, such as mercia_support_2024"),
            files=("file", "a table of it, CSV or a spreadsheet's own file; may be given several times"),
            authority_id=whose,
        ),
        task(
            "new-council",
            "Start a council: --authority mercia --name 'Mercia County Council' --code E10000099",
            new_council,
            authority_id=("authority", "its id here, such as mercia"),
            name=("name", "what it is called"),
            code=("code", "its ONS area code, such as E10000099"),
        ),
        task(
            "new-scenario",
            "Start a scenario: --name later_admission --kind entrants --authority leicester",
            new_scenario,
            name=("name", "its id, such as later_admission"),
            kind=("kind", "what it does: rate_change, trend, entrants, move, unit_cost, beds or workforce"),
            authority_id=whose,
        ),
        task(
            "new-briefing",
            "Start a briefing: --name care_costs --authority leicester (then `doit` makes its papers)",
            new_briefing,
            name=("name", "what the notebook is called, such as care_costs"),
            authority_id=whose,
        ),
    ]


def new_source(name: str, files: list[str], authority_id: str) -> TaskFailed | None:
    """Make a folder of data/raw with a document's tables, and a descriptor to fill in."""
    from helpers.pipeline import new_sources

    return said(lambda: print(new_sources.start(name, files, authority_id)))


def new_council(authority_id: str, name: str, code: str) -> TaskFailed | None:
    """Add a council to authorities.toml."""
    from helpers.pipeline import new_entries

    return said(lambda: print(new_entries.start_council(authority_id, name, code)))


def new_scenario(name: str, kind: str, authority_id: str) -> TaskFailed | None:
    """Make a scenario's file, to fill in."""
    from helpers.pipeline import new_entries

    return said(lambda: print(new_entries.start_scenario(name, kind, authority_id)))
