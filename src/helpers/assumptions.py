"""Read data/assumptions: scenarios and parameters, each with owner, evidence and review date."""

import numpy as np

from helpers import schemas
from helpers.demand import Gradients
from helpers.errors import InputError, nearest
from helpers.paths import assumption_files, relative, root


def known_scenarios() -> list[str]:
    """The ids of the scenarios on file."""
    return sorted(path.stem for path in (root() / "data/assumptions/scenarios").glob("*.yaml"))


def scenario_named(scenario: str) -> dict:
    """One scenario; annual_log_rate_change is added to its parameters.

    Raises InputError for an unknown scenario (the known ones listed) and for a file that does not fit
    (schemas.SCENARIO).
    """
    if scenario not in known_scenarios():
        known = nearest(scenario, known_scenarios())
        raise InputError(f"There is no scenario {scenario!r} in data/assumptions/scenarios.{known}")
    path = assumption_files(scenario)[-1]
    content = schemas.read_yaml(path, schemas.SCENARIO)
    if content["id"] != scenario:
        raise InputError(f"{relative(path)}: the id reads {content['id']!r}; it must be the file's name, {scenario!r}.")
    parameters = content["parameters"]
    parameters["annual_log_rate_change"] = float(np.log1p(parameters["annual_rate_change_pct"] / 100))
    return content


def scenario_for(scenario: str, base_year: int, horizon: int) -> dict:
    """A scenario that holds from the base to the horizon.

    Raises InputError for a horizon that is not after the base, or a year outside those the scenario is meant for.
    """
    content = scenario_named(scenario)
    if not isinstance(horizon, int):
        raise InputError(f"The horizon must be a year, as in 2037; it is {horizon!r}.")
    if horizon <= base_year:
        raise InputError(f"The horizon {horizon} is not after the base, mid-{base_year}. Choose a later year.")
    if base_year < content["from_year"] or horizon > content["to_year"]:
        raise InputError(
            f"The scenario {scenario!r} holds from {content['from_year']} to {content['to_year']}; the base is "
            f"{base_year} and the horizon {horizon}. Choose years within, or mend the scenario's file."
        )
    return content


def age_bands() -> dict:
    """What is assumed about age bands, as it stands on file; "central", "low" and "high" are added.

    These three are demand.Gradients. Raises InputError for a file that does not fit (schemas.AGE_BANDS), or where
    low, central and high do not rise.
    """
    path = assumption_files("")[0]
    content = schemas.read_yaml(path, schemas.AGE_BANDS)
    for kind, entry in content["gradients"].items():
        if not entry["low"] <= entry["central"] <= entry["high"]:
            raise InputError(
                f"{relative(path)}: the gradient {kind!r} must rise from low to central to high; it gives "
                f"{entry['low']}, {entry['central']} and {entry['high']}."
            )
    for name in ("low", "central", "high"):
        content[name] = Gradients(**{kind: entry[name] for kind, entry in content["gradients"].items()})
    return content
