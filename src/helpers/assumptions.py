"""Read data/assumptions: scenarios and parameters, each with owner, evidence and review date."""

from pathlib import Path

import numpy as np
import yaml

from helpers.demand import Gradients
from helpers.errors import InputError, nearest
from helpers.paths import relative, root

_SCENARIO_KEYS = {
    "id",
    "title",
    "meaning",
    "owner",
    "evidence",
    "parameters",
    "from_year",
    "to_year",
    "review_date",
}
_PARAMETERS = {"annual_rate_change_pct"}
_KINDS = ("care_home", "community", "learning_disability")


def _read(path: Path, keys: set[str]) -> dict:
    """A YAML file with exactly these keys; refuses an unknown, missing or empty one by name."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{relative(path)} is no readable YAML: {error}") from error
    content = content if isinstance(content, dict) else {}
    for key in content:
        if key not in keys:
            raise InputError(f"{relative(path)}: the key {key!r} is not known.{nearest(key, sorted(keys))}")
    for key in sorted(keys):
        if content.get(key) in (None, ""):
            raise InputError(f"{relative(path)} lacks {key!r}. Add it: an assumption without it cannot be used.")
    return content


def known_scenarios() -> list[str]:
    """The ids of the scenarios on file."""
    return sorted(path.stem for path in (root() / "data/assumptions/scenarios").glob("*.yaml"))


def scenario_named(scenario: str) -> dict:
    """One scenario; its parameter annual_log_rate_change is added, from annual_rate_change_pct.

    Raises InputError for an unknown scenario (the known ones listed) and for a file that is not as it should be.
    """
    if scenario not in known_scenarios():
        raise InputError(
            f"There is no scenario {scenario!r} in data/assumptions/scenarios.{nearest(scenario, known_scenarios())}"
        )
    path = root() / "data/assumptions/scenarios" / f"{scenario}.yaml"
    content = _read(path, _SCENARIO_KEYS)
    for key, value in content["parameters"].items():
        if key not in _PARAMETERS:
            raise InputError(
                f"{relative(path)}: the parameter {key!r} is not known.{nearest(key, sorted(_PARAMETERS))}"
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= -100:
            raise InputError(f"{relative(path)}: {key} is {value!r}; it must be a number above -100 (per cent a year).")
    if content["id"] != scenario:
        raise InputError(f"{relative(path)}: the id reads {content['id']!r}; it must be the file's name, {scenario!r}.")
    change = content["parameters"].get("annual_rate_change_pct", 0)
    content["parameters"]["annual_log_rate_change"] = float(np.log1p(change / 100))
    return content


def scenario_for(scenario: str, base_year: int, horizon: int) -> dict:
    """A scenario that holds from the base to the horizon.

    Raises InputError for a horizon that is not after the base, or a year outside those the scenario is meant for.
    """
    content = scenario_named(scenario)
    if horizon <= base_year:
        raise InputError(f"The horizon {horizon} is not after the base, mid-{base_year}. Choose a later year.")
    if base_year < content["from_year"] or horizon > content["to_year"]:
        raise InputError(
            f"The scenario {scenario!r} holds from {content['from_year']} to {content['to_year']}; the base is "
            f"{base_year} and the horizon {horizon}. Choose years within, or mend the scenario's file."
        )
    return content


def files(scenario: str) -> list[Path]:
    """The files of a scenario and of the assumptions that every scenario shares."""
    folder = root() / "data/assumptions"
    return [folder / "age_gradients.yaml", folder / "scenarios" / f"{scenario}.yaml"]


def age_gradients() -> dict:
    """The age gradients on file: title, owner, review_date, gradients (a list with evidence), and as "central",
    "low" and "high" the three sets of demand.Gradients.

    Raises InputError for a missing kind, a value that is no number, or low, central and high out of order.
    """
    path = root() / "data/assumptions/age_gradients.yaml"
    content = _read(path, {"title", "owner", "review_date", "gradients"})
    entries = {entry.get("kind"): entry for entry in content["gradients"]}
    for kind in _KINDS:
        entry = entries.get(kind)
        if entry is None:
            raise InputError(f"{relative(path)} has no gradient of the kind {kind!r}. Add it.")
        if not entry.get("evidence"):
            raise InputError(f"{relative(path)}: the gradient {kind!r} has no evidence. Say what it rests on.")
        values = [entry.get(name) for name in ("low", "central", "high")]
        if not all(isinstance(value, int | float) and value >= 0 for value in values) or values != sorted(values):
            raise InputError(
                f"{relative(path)}: the gradient {kind!r} must give low, central and high as numbers in rising "
                f"order; it gives {values[0]}, {values[1]} and {values[2]}."
            )
    for name in ("low", "central", "high"):
        content[name] = Gradients(**{kind: entries[kind][name] for kind in _KINDS})
    return content
