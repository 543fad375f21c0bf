"""Parameters that a council, or one paper of it, has of its own: [leicester.parameters] in authorities.toml.

[leicester.parameters]
horizon = 2040            # for every notebook of the council that has a parameter `horizon`

[leicester.parameters.demand_outlook]
horizon = 2035            # for this paper alone, before the one above
"""

from doit.exceptions import InvalidDodoFile

from helpers.base.authorities import FILE
from helpers.base.errors import InputError, nearest
from helpers.base.paths import root
from helpers.pipeline import notebooks
from helpers.pipeline.reads import authorities, parameters_of

#: What the pipeline sets itself, and where else a person sets it.
SET_ELSEWHERE = {
    "authority_id": "it is whose council the entry is",
    "source": "each document is tidied",
    "vintage": f"a council's populations are its vintages in {FILE}",
    "scenario": "all papers of a run are under one: SCENARIO in dodo.py",
}
#: The notebooks of a council besides its briefings.
STEPS = (
    "20_check_published_claims",
    "30_population",
    "40_project",
    "45_consequences",
    "50_backtest",
    "60_five_year_need",
)


def with_own(notebook: str, parameters: dict[str, object]) -> dict[str, object]:
    """The parameters of a task with its council's own for this notebook, and before those its paper's own."""
    council = authorities().get(parameters.get("authority_id"), {})
    if not (own := council.get("parameters")):
        return parameters
    general = {name: value for name, value in own.items() if not isinstance(value, dict)}
    asked = {name: value for name, value in general.items() if name in parameters_of(notebook)}
    return asked | own.get(notebook.removeprefix("briefings/"), {}) | parameters


def check() -> None:
    """Refuse own parameters that nothing has, or of another type; at once, before any notebook runs.

    Raises InvalidDodoFile with the place, and the nearest known name or the type that is wanted.
    """
    for name, council in authorities().items():
        try:
            _check(name, council)
        except InputError as error:
            raise InvalidDodoFile(str(error)) from None


def _check(name: str, council: dict) -> None:
    own, where = council.get("parameters", {}), f"{FILE}, {name}, parameters"
    briefings = [f"briefings/{one}" for one in council["briefings"]]
    there = [one for one in (*STEPS, *briefings) if own and (root() / f"notebooks/{one}.ipynb").is_file()]
    declared = {notebook: parameters_of(notebook) for notebook in there}
    for key, value in own.items():
        if not isinstance(value, dict):
            having = [notebook for notebook in there if key in declared[notebook]]
            _refuse_unfit(where, key, value, declared, having)
        elif key not in council["briefings"]:
            raise InputError(f"{where}: {name} has no paper {key!r}.{nearest(key, council['briefings'])}")
        else:
            for parameter, one in value.items():
                notebook = f"briefings/{key}"
                having = [notebook] if parameter in declared.get(notebook, {}) else []
                _refuse_unfit(f"{where}, {key}", parameter, one, {notebook: declared.get(notebook, {})}, having)
    if "40_project" in declared:
        _refuse_later_than_projected(where, own, declared)


def _refuse_unfit(where: str, name: str, value: object, declared: dict[str, dict], having: list[str]) -> None:
    if name in SET_ELSEWHERE:
        raise InputError(f"{where}: {name} is not set here; {SET_ELSEWHERE[name]}. Take the line out.")
    if not having:
        known = sorted({one for names in declared.values() for one in names if one not in SET_ELSEWHERE})
        of = "this paper has no" if len(declared) == 1 else "no notebook of the council has a"
        raise InputError(f"{where}: {of} parameter {name!r}.{nearest(name, known)}")
    for notebook in having:
        notebooks.refuse_other_type(f"{where} (notebooks/{notebook}.ipynb)", name, value, declared[notebook][name])


def _refuse_later_than_projected(where: str, own: dict, declared: dict[str, dict]) -> None:
    projected = own.get("horizon", declared["40_project"].get("horizon"))
    for paper, given in own.items():
        if isinstance(given, dict) and projected and given.get("horizon", projected) > projected:
            asked = given["horizon"]
            raise InputError(
                f"{where}, {paper}: its horizon is {asked}, and the council's projections end in {projected}. "
                f"Set horizon = {asked} under parameters of the council too, or an earlier one here."
            )
