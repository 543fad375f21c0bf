"""Read data/assumptions: scenarios and parameters, each with owner, evidence and review date."""

import copy
import dataclasses
import datetime
import functools
import math
import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base import checked_files, schemas
from helpers.base.authorities import BASE_SCENARIO, known_authorities
from helpers.base.errors import InputError, nearest
from helpers.base.paths import (
    SHARED_ASSUMPTIONS,
    assumption_files,
    entries,
    fingerprint,
    known_sources,
    read_text,
    relative,
    root,
)
from helpers.base.periods import is_day
from helpers.base.typed_numbers import refuse_typed_in
from helpers.base.wording import in_sentence, listed

if TYPE_CHECKING:
    from helpers.checks.filled_texts import Words
    from helpers.projection.spread import LocalTerm, NationalTerm, Widths

#: The texts of these files in which no number is typed.
TEXTS = ("title", "meaning", "evidence")


def documents_behind(path: Path) -> list[str]:
    """The documents whose figures a file of assumptions names, by folder."""
    text = read_text(path) if path.is_file() else ""
    return [source for source in known_sources() if re.search(rf"\b{re.escape(source)}/[a-z]", text)]


def _words(path: Path) -> "Words":
    """What the texts and formulas of a file of assumptions are filled from: the published figures that it names."""
    from helpers.checks.figure_book import book
    from helpers.checks.filled_texts import Words
    from helpers.council.checks import (
        figure_book,  # here, so that the pipeline, which reads scenarios, need not wait for it
    )

    authority_id, documents = next(iter(known_authorities())), documents_behind(path)
    figures = figure_book(authority_id, documents) if documents else book(authority_id, {}, {}, {})
    return Words(figures, "", known_sources(), relative(path))


def _state_of(path: Path) -> tuple:
    """What a file of assumptions says, and the figures that it names, by their fingerprints."""
    from helpers.published.processed import processed_path

    tables = [processed_path(f"{kind}_{source}") for source in documents_behind(path) for kind in ("figures", "claims")]
    return tuple(map(fingerprint, [path, *tables]))


def _numbers(entry: Mapping, before: str = "") -> dict[str, float]:
    """The numbers that an entry holds, by name; those within a group have its name before theirs."""
    found: dict[str, float] = {}
    for name, value in entry.items():
        if isinstance(value, Mapping):
            found |= _numbers(value, f"{before}{name}_")
        elif type(value) in (int, float):
            found[f"{before}{name}"] = value
    return found


def _worked_out(content: object, words: "Words") -> object:
    """Content with what its formulas give in their place, rounded as they say."""
    if isinstance(content, dict) and "formula" in content:
        return rounded_to(words.value(content["formula"])[0][0], content["rounded_to"])
    if isinstance(content, dict):
        return {key: _worked_out(value, words) for key, value in content.items()}
    return [_worked_out(value, words) for value in content] if isinstance(content, list) else content


def rounded_to(value: float, step: float) -> float:
    """A value to the nearest step, halves up in size: -2.4686 to 0.01 is -2.47."""
    if not math.isfinite(value) or not 0 < step < math.inf:
        raise InputError(f"{value:g} cannot be rounded to {step:g}. Give a number, and a step above 0.")
    value, step = Decimal(repr(float(value))), Decimal(repr(float(step)))
    return float((value / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def _fill(name: str, entry: dict, words: "Words", own: Mapping[str, float]) -> None:
    """Fill the texts of an entry of a file of assumptions, once what they rest on is seen to hold."""
    words = dataclasses.replace(words, where=f"{words.where}{name and ', '}{name}", own=own)
    words.check_holds(entry.get("holds", []))
    for key in TEXTS:
        if key in entry:
            entry[key] = words.fill(entry[key])


def _refuse_typed(entries: Iterable[tuple[str, dict]], path: Path) -> None:
    for name, entry in entries:
        refuse_typed_in(entry, TEXTS, f"{relative(path)}{name and ', '}{name}")


def known_scenarios() -> list[str]:
    """The ids of the scenarios on file. Refuses a file whose name cannot be an id, which nothing could name."""
    files = [path for path in entries(root() / "data/assumptions/scenarios") if path.suffix == ".yaml"]
    for path in files:
        checked_files.check_name(path.stem, relative(path))
    return [path.stem for path in files]


def scenarios_for(authority_id: str, kinds: dict = schemas.PEOPLE_SCENARIOS) -> list[str]:
    """The scenarios that hold for an authority and are of these kinds: those that change people, or CONSEQUENCES."""
    rules = {scenario: scenario_declared(scenario) for scenario in known_scenarios()}
    councils = list(known_authorities())
    for name, rule in rules.items():
        for one in rule.get("authorities", []):
            if one not in councils:
                file = relative(assumption_files(name)[-1])
                raise InputError(f"{file}: there is no authority {one!r}.{nearest(one, councils)}")
    holds = {name for name, rule in rules.items() if authority_id in rule.get("authorities", [authority_id])}
    return [name for name, rule in rules.items() if name in holds and rule["kind"] in kinds]


def scenario_declared(scenario: str) -> dict:
    """One scenario as its file has it, with the one group of its parameters under "kind" and "values".

    What it takes from published figures still stands there by name. Raises InputError for an unknown scenario (the
    known ones listed), for a file that does not fit (schemas.SCENARIO), that does nothing or several things at once,
    that ends before it starts, whose review date is no day, or whose words have a number that is typed.
    """
    if scenario not in known_scenarios():
        known = nearest(scenario, known_scenarios())
        raise InputError(f"There is no scenario {scenario!r} in data/assumptions/scenarios.{known}")
    path = assumption_files(scenario)[-1]
    content = checked_files.read_yaml(path, {})
    checked_files.check(content, schemas.with_formulas(schemas.SCENARIO, content), relative(path))
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
    _refuse_typed([("", content)], path)
    return {**content, "kind": kinds[0], "values": content["parameters"][kinds[0]]}


def scenario_named(scenario: str) -> dict:
    """One scenario, with its numbers worked out from the published figures that it names, and its words filled.

    Raises InputError as scenario_declared does; for a figure that is on no file, or a number that does not fit once it
    is worked out; and where a condition (`holds`) that its words rest on is not true.
    """
    if scenario not in known_scenarios():
        return scenario_declared(scenario)  # which refuses it
    return copy.deepcopy(_scenario(scenario, _state_of(assumption_files(scenario)[-1])))


@functools.lru_cache(maxsize=64)
def _scenario(scenario: str, _: tuple) -> dict:
    """scenario_named, worked out anew only where its file, or a figure that it names, is another."""
    declared = scenario_declared(scenario)
    path = assumption_files(scenario)[-1]
    content = {key: value for key, value in declared.items() if key not in ("kind", "values")}
    stated = content.get("stated", {})
    words = _words(path)
    content["parameters"] = _worked_out(content["parameters"], dataclasses.replace(words, own=stated))
    checked_files.check(content, schemas.SCENARIO, relative(path))
    values = content["parameters"][declared["kind"]]
    if stay := values.get("length_of_stay_months"):
        _check_rises(stay, f"{relative(path)}: length_of_stay_months")
    years = {key: content[key] for key in ("from_year", "to_year") if key in content}
    _fill("", content, words, {**_numbers(values), **years, **stated})
    return {**content, "kind": declared["kind"], "values": values}


def scenario_for(scenario: str, authority_id: str, base_year: int, horizon: int, as_of: str) -> dict:
    """A scenario that holds for this authority_id from the base to the horizon, and whose review is not overdue.

    as_of: the day of the projection, as in "2026-11-26". Raises InputError for another authority, a horizon that is
    not after the base, years outside those that the scenario is meant for, a review date that has passed, and an as_of
    that is no day.
    """
    today = _day(as_of, "The day of the projection")
    content = scenario_named(scenario)
    file = relative(assumption_files(scenario)[-1])
    if authority_id not in content.get("authorities", [authority_id]):
        raise InputError(
            f"{file} is for {', '.join(content['authorities'])}, not for {authority_id!r}. Take another scenario, or "
            "add "
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


def begun(scenario: str, time: float) -> str:
    """What of a scenario, or of several joined by "+", has begun by a time (a decimal year): else constant rates.

    A count of that time tests no more of it, as a scenario changes nothing before its from_year.
    """
    parts = [one for one in scenario.split("+") if scenario_named(one).get("from_year", time) <= time]
    return "+".join(parts) or BASE_SCENARIO


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
    if not is_day(text):
        raise InputError(f"{what} is {text!r}; a date reads like '2026-11-26'.")
    return datetime.date.fromisoformat(text)


def _check_rises(entry: dict, what: str) -> None:
    if not entry["low"] <= entry["central"] <= entry["high"]:
        raise InputError(
            f"{what} must rise from low to central to high; it gives {entry['low']}, {entry['central']} and "
            f"{entry['high']}."
        )


def age_bands() -> dict:
    """What is assumed about age bands, as it stands on file; "central", "low" and "high" are added.

    These three are demand.Gradients; that of people whose setting is not stated is worked out from its mixture.
    Raises InputError for a file that does not fit (schemas.AGE_BANDS), or where low, central and high do not rise.
    """
    path = root() / SHARED_ASSUMPTIONS["age_bands"]
    return copy.deepcopy(_age_bands(path, _state_of(path)))


@functools.lru_cache(maxsize=8)
def _age_bands(path: Path, _: tuple) -> dict:
    """age_bands, worked out anew only where the file or its figures are others: a backtest asks often."""
    from helpers.projection.demand import (
        Gradients,  # here, so that the pipeline, which reads scenarios, need not wait for it
    )

    content = checked_files.read_yaml(path, schemas.AGE_BANDS)
    gradients = content["gradients"]
    entries = {"": content, **gradients, "working_age": content["working_age"]}
    _refuse_typed(entries.items(), path)
    words = _words(path)
    gradients["not_stated"] |= _mixed(gradients, words)
    for name, entry in entries.items():
        _fill(name, entry, words, {})
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


def _mixed(gradients: dict, words: "Words") -> dict[str, float]:
    """The gradients (low, central, high) of people of whom some live in care homes and the others at home."""
    from helpers.projection.demand import mixed_gradient

    mixture = gradients["not_stated"]["mixture"]
    words = dataclasses.replace(words, where=f"{words.where}, not_stated, mixture")
    figures = {name: words.value(text)[0][0] for name, text in mixture.items() if name != "rounded_to"}
    at_home, elsewhere = figures["people_at_home"], figures["people"] - figures["people_at_home"]
    population = (figures["population_65_84"], figures["population_85_plus"])
    found = {}
    for end in ("low", "central", "high"):
        parts = [(elsewhere, gradients["care_home"][end]), (at_home, gradients["community"][end])]
        try:
            found[end] = rounded_to(mixed_gradient(parts, *population), mixture["rounded_to"])
        except InputError as error:
            raise InputError(f"{words.where}: {error}") from None
    return found


def uncertainty() -> dict:
    """How wide each layer of the uncertainty is, how many draws, and their seed, as it stands on file.

    Raises InputError for a file that does not fit, or whose error at 85 and over is not by years past the estimate.
    """
    path = root() / SHARED_ASSUMPTIONS["spread"]
    return copy.deepcopy(_uncertainty(path, _state_of(path)))


@functools.lru_cache(maxsize=8)
def _uncertainty(path: Path, _: tuple) -> dict:
    """uncertainty, read anew only where the file is another."""
    content = checked_files.read_yaml(path, schemas.SPREAD)
    oldest = content["layers"]["population"]["sd_85_plus_pct"]
    for years, width in oldest.items() or [("no years", "nothing")]:
        if not re.fullmatch(r"[1-9][0-9]*", years) or type(width) not in (int, float) or not 0 <= width < float("inf"):
            raise InputError(
                f"{relative(path)}: sd_85_plus_pct gives {years}: {width!r}. Give whole years past the estimate, "
                "each with per cent, as in {8: 15, 20: 25}."
            )
    beside = {name: entry for name, entry in content.items() if isinstance(entry, dict) and name != "layers"}
    entries = {"": content, **content["layers"], **beside}
    _refuse_typed(entries.items(), path)
    # The years that sd_10_years_pct is named for, and those of sd_85_plus_pct.
    years = {"years": 10, "years_85_plus_first": min(map(int, oldest)), "years_85_plus_last": max(map(int, oldest))}
    words = _words(path)
    for name, entry in entries.items():
        _fill(name, entry, words, years)
    return content


def local_term(people_65_plus: float) -> "LocalTerm":
    """How councils with so many people aged 65 and over spread around England."""
    from helpers.projection.spread import LocalTerm

    local = uncertainty()["layers"]["local"]
    return LocalTerm(**local["large" if people_65_plus > local["large_from_people_65_plus"] else "every"])


def national_terms() -> "dict[str, NationalTerm]":
    """How far England as a whole may leave its path, by age band."""
    from helpers.projection.spread import NationalTerm

    return {band: NationalTerm(**uncertainty()["layers"]["national"][band]) for band in ("65+", "18-64")}


def widths(authority_id: str, people_65_plus: float) -> "Widths":
    """The widths of a council's futures (spread.Widths), by how many people aged 65 and over live there."""
    from helpers.projection.spread import Widths

    content = uncertainty()
    of_population = content["layers"]["population"]
    return Widths(
        local=local_term(people_65_plus),
        national=national_terms(),
        at_break=content["layers"]["break"]["sd"],
        between_ages=content["between_ages"]["correlation"],
        population_10_years_pct=population_error_pct(of_population, authority_id),
        population_85_plus_pct={int(year): value for year, value in of_population["sd_85_plus_pct"].items()},
        between_population_bands=content["between_population_bands"]["correlation"],
        gradients={kind: (one["low"], one["central"], one["high"]) for kind, one in age_bands()["gradients"].items()},
    )


def population_error_pct(layer: dict, authority_id: str) -> float:
    """The error of the population after ten years, in per cent: an authority's own, or else the widest on file."""
    return layer["sd_10_years_pct"].get(authority_id, max(layer["sd_10_years_pct"].values()))


def drivers_declared() -> dict:
    """What need grows with besides the population, as it stands on file, with the names of its figures."""
    return checked_files.read_yaml(root() / SHARED_ASSUMPTIONS["need_drivers"], schemas.NEED_DRIVERS)


def need_drivers() -> dict:
    """Growth of need from elsewhere, as it stands on file.

    Raises InputError for a file that does not fit, or where low, central and high do not rise.
    """
    path = root() / SHARED_ASSUMPTIONS["need_drivers"]
    content = checked_files.read_yaml(path, schemas.NEED_DRIVERS)
    entries = {"": content, **{driver["id"]: driver for driver in [*content["annual"], *content["published"]]}}
    _refuse_typed(entries.items(), path)
    for driver in content["annual"]:
        _check_rises(driver["growth_pct"], f"{relative(path)}: {driver['id']!r}")
    words = _words(path)
    for name, entry in entries.items():
        _fill(name, entry, words, entry.get("growth_pct", {}))
    return content
