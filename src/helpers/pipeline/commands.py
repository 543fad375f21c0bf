"""What a person asks of the pipeline by hand: `doit figure`, `doit edition` and `doit new-briefing`."""

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


def keeping_task(authorities: dict) -> dict:
    """The task behind `doit edition`: what changed since the last edition kept, or keeping the present one."""
    asked = {"name": "keep", "long": "keep", "default": "", "help": "keep the present edition under this name: 2026-11"}
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


#: What `doit new-briefing` asks.
NEW_BRIEFING_PARAMETERS = [
    {"name": "name", "long": "name", "default": "", "help": "what the notebook is called, such as care_costs"},
    {"name": "authority_id", "long": "authority", "default": "", "help": "whose briefing it is, such as leicester"},
]


def new_briefing(name: str, authority_id: str) -> TaskFailed | None:
    """Make a notebook for a new briefing, and add it to the council's briefings."""
    from helpers.pipeline import new_briefings

    return said(lambda: print(new_briefings.start(name, authority_id)))
