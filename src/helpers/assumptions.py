"""Read data/assumptions: scenarios and parameters, each with owner, evidence and review date."""

import datetime
from typing import TYPE_CHECKING

from helpers import checked_files, schemas
from helpers.authorities import known_authorities
from helpers.errors import InputError, nearest
from helpers.paths import SHARED_ASSUMPTIONS, assumption_files, relative, root
from helpers.wording import in_sentence, listed

if TYPE_CHECKING:
    from helpers.uncertainty import Spread


#: The years after which uncertainty.yaml says how far out a population is.
POPULATION_YEARS = 10


def known_scenarios() -> list[str]:
    """The ids of the scenarios on file."""
    return sorted(path.stem for path in (root() / "data/assumptions/scenarios").glob("*.yaml"))


def scenarios_for(authority: str, kinds: dict = schemas.PEOPLE_SCENARIOS) -> list[str]:
    """The scenarios that hold for an authority and are of these kinds: those that change people, or CONSEQUENCES."""
    rules = {scenario: scenario_named(scenario) for scenario in known_scenarios()}
    councils = list(known_authorities())
    for name, rule in rules.items():
        for one in rule.get("authorities", []):
            if one not in councils:
                file = relative(assumption_files(name)[-1])
                raise InputError(f"{file}: there is no authority {one!r}.{nearest(one, councils)}")
    holds = {name for name, rule in rules.items() if authority in rule.get("authorities", [authority])}
    return [name for name, rule in rules.items() if name in holds and rule["kind"] in kinds]


def scenario_named(scenario: str) -> dict:
    """One scenario, with the one group of its parameters under "kind" and "values".

    Raises InputError for an unknown scenario (the known ones listed), for a file that does not fit (schemas.SCENARIO),
    that does nothing or several things at once, that ends before it starts, or whose review date is no day.
    """
    if scenario not in known_scenarios():
        known = nearest(scenario, known_scenarios())
        raise InputError(f"There is no scenario {scenario!r} in data/assumptions/scenarios.{known}")
    path = assumption_files(scenario)[-1]
    content = checked_files.read_yaml(path, schemas.SCENARIO)
    if content["id"] != scenario:
        raise InputError(f"{relative(path)}: the id reads {content['id']!r}; it must be the file's name, {scenario!r}.")
    kinds = list(content["parameters"])
    if len(kinds) != 1:
        known = ", ".join([*schemas.PEOPLE_SCENARIOS, *schemas.CONSEQUENCES])
        has = ", ".join(kinds) or "nothing"
        raise InputError(
            f"{relative(path)}: parameters must hold one of {known}; it holds {has}. Make one file of each."
        )
    if content["to_year"] < content.get("from_year", content["to_year"]):
        raise InputError(
            f"{relative(path)}: it ends in {content['to_year']}, before it starts in {content['from_year']}. Mend one."
        )
    _day(content["review_date"], f"{relative(path)}: review_date")
    values = content["parameters"][kinds[0]]
    if stay := values.get("length_of_stay_months"):
        _check_rises(stay, f"{relative(path)}: length_of_stay_months")
    return {**content, "kind": kinds[0], "values": values}


def scenario_for(scenario: str, authority: str, base_year: int, horizon: int, as_of: str) -> dict:
    """A scenario that holds for this authority from the base to the horizon, and whose review is not overdue.

    as_of: the day of the projection, as in "2026-11-26". Raises InputError for another authority, a horizon that is
    not after the base, years outside those that the scenario is meant for, a review date that has passed, and an as_of
    that is no day.
    """
    today = _day(as_of, "The day of the projection")
    content = scenario_named(scenario)
    file = relative(assumption_files(scenario)[-1])
    if authority not in content.get("authorities", [authority]):
        raise InputError(
            f"{file} is for {', '.join(content['authorities'])}, not for {authority!r}. Take another scenario, or add "
            "the authority with its own evidence."
        )
    if datetime.date.fromisoformat(content["review_date"]) < today:
        raise InputError(
            f"{file}: its review date, {content['review_date']}, has passed on {as_of}. Review its evidence and set "
            "a new one."
        )
    if not isinstance(horizon, int):
        raise InputError(f"The horizon must be a year, as in 2037; it is {horizon!r}.")
    if horizon <= base_year:
        raise InputError(f"The horizon {horizon} is not after the base, {base_year}. Choose a later year.")
    if content.setdefault("from_year", base_year) < base_year:
        raise InputError(
            f"{file} starts in {content['from_year']}, before the base, {base_year}. Start it then or later."
        )
    if horizon > content["to_year"]:
        raise InputError(
            f"The scenario {scenario!r} holds to {content['to_year']}, and the horizon is {horizon}. Choose an earlier "
            f"horizon, or mend {file}."
        )
    return content


def holds_rates(scenario: str) -> bool:
    """Whether a scenario, or several joined by "+", leave the share of people with support as it is."""
    rules = map(scenario_named, scenario.split("+"))
    return all(rule["kind"] == "rate_change" and not rule["values"]["annual_log_rate_change_pct"] for rule in rules)


def title_of(scenario: str) -> str:
    """The title of a scenario, or of several joined by "+"."""
    return listed(scenario_named(one)["title"] for one in scenario.split("+"))


def under(scenario: str) -> str:
    """A scenario as a sentence takes it: "at constant rates", or "under the scenario “Fewer new entrants”"."""
    return (
        f"at {in_sentence(title_of(scenario))}"
        if holds_rates(scenario)
        else f"under the scenario “{title_of(scenario)}”"
    )


def _day(text: str, what: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        raise InputError(f"{what} is {text!r}; a date reads like '2026-11-26'.") from None


def _check_rises(entry: dict, what: str) -> None:
    if not entry["low"] <= entry["central"] <= entry["high"]:
        raise InputError(
            f"{what} must rise from low to central to high; it gives {entry['low']}, {entry['central']} and "
            f"{entry['high']}."
        )


def age_bands() -> dict:
    """What is assumed about age bands, as it stands on file; "central", "low" and "high" are added.

    These three are demand.Gradients. Raises InputError for a file that does not fit (schemas.AGE_BANDS), or where
    low, central and high do not rise.
    """
    from helpers.demand import Gradients  # here, so that the pipeline, which reads scenarios, need not wait for it

    path = root() / SHARED_ASSUMPTIONS["age_bands"]
    content = checked_files.read_yaml(path, schemas.AGE_BANDS)
    for kind, entry in content["gradients"].items():
        _check_rises(entry, f"{relative(path)}: the gradient {kind!r}")
    share = content["working_age"]["share_18_24_pct"]
    if share["low"] > share["high"]:
        raise InputError(
            f"{relative(path)}: share_18_24_pct is upside down; it gives {share['low']} and {share['high']}."
        )
    for name in ("low", "central", "high"):
        content[name] = Gradients(**{kind: entry[name] for kind, entry in content["gradients"].items()})
    return content


def uncertainty() -> dict:
    """How wide each layer of the uncertainty is, as it stands on file.

    Raises InputError for a file that does not fit, or whose error at 85 and over is not by years past the estimate.
    """
    path = root() / SHARED_ASSUMPTIONS["uncertainty"]
    content = checked_files.read_yaml(path, schemas.UNCERTAINTY)
    oldest = content["layers"]["population"]["sd_85_plus_pct"]
    for years, width in oldest.items() or [("no years", "nothing")]:
        if type(years) is not int or years < 1 or type(width) not in (int, float) or not 0 <= width < float("inf"):
            raise InputError(
                f"{relative(path)}: sd_85_plus_pct gives {years!r}: {width!r}. Give whole years past the estimate, "
                "each with per cent, as in {8: 15, 20: 25}."
            )
    return content


def spread(authority: str, drift_multiplier: float = 1.0) -> "Spread":
    """The layers' widths for an authority, its drift widened by what the backtest asks for.

    An authority for which the file gives no error of the population has the widest that it gives.
    """
    from helpers.uncertainty import Spread

    layers, gradients = uncertainty()["layers"], age_bands()["gradients"]
    of_population = layers["population"]
    return Spread(
        between_years_pct=layers["between_years"]["sd_pct"],
        population_10_years_pct=population_error_pct(of_population, authority),
        population_85_plus_pct={int(year): value for year, value in of_population["sd_85_plus_pct"].items()},
        drift_pct_a_year=layers["drift"]["sd_a_year_pct"],
        gradients={kind: (entry["low"], entry["central"], entry["high"]) for kind, entry in gradients.items()},
        drift_multiplier=drift_multiplier,
    )


def population_error_pct(layer: dict, authority: str) -> float:
    """The error of the population after ten years, in per cent: an authority's own, or else the widest on file."""
    return layer["sd_10_years_pct"].get(authority, max(layer["sd_10_years_pct"].values()))


def need_drivers() -> dict:
    """Growth of need from elsewhere, as it stands on file.

    Raises InputError for a file that does not fit, or where low, central and high do not rise.
    """
    path = root() / SHARED_ASSUMPTIONS["need_drivers"]
    content = checked_files.read_yaml(path, schemas.NEED_DRIVERS)
    for driver in content["annual"]:
        _check_rises(driver["growth_pct"], f"{relative(path)}: {driver['id']!r}")
    return content
