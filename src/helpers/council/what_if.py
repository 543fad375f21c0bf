"""What if: one council's older people with long-term support under levers, by the functions of the pipeline.

40_project makes the papers' projections with the same ones; here nothing is kept.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from helpers.base.errors import InputError
from helpers.base.vocabulary import QUANTILES, SETTING_GROUPS
from helpers.council.assumptions import scenario_named
from helpers.council.opened import Council
from helpers.projection import consequences, decomposition, demand, scenarios

AGE = "65+"
#: How long people have support on average, in months, where new entrants are cut (data/assumptions/scenarios).
STAY_FROM = "prevention"
#: The least and the most that each lever may be, in per cent.
LIMITS = {
    "rate_pct_a_year": (-5.0, 5.0),
    "fewer_entrants_pct": (0.0, 50.0),
    "to_community_pct": (0.0, 50.0),
    "cost_pct_a_year": (-5.0, 10.0),
}


@dataclass(frozen=True)
class Levers:
    """What is turned, in per cent; with none turned rates and prices stay as they are.

    rate_pct_a_year: change of the share of people with support. fewer_entrants_pct: of those who would come into
    support. to_community_pct: of people in residential homes who have support at home instead, reached over five years.
    cost_pct_a_year: change of the cost of supporting one person, beside other prices.
    Raises InputError for a lever outside LIMITS.
    """

    rate_pct_a_year: float = 0.0
    fewer_entrants_pct: float = 0.0
    to_community_pct: float = 0.0
    cost_pct_a_year: float = 0.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            least, most = LIMITS[name]
            if not least <= value <= most:
                raise InputError(f"The lever {name} is {value:g}. Give {least:g} to {most:g} per cent.")


def _rules(levers: Levers) -> dict[str, dict]:
    """The levers that are turned, each as a scenario's rule is, by what it is called in the reasons for the change."""
    stay = scenario_named(STAY_FROM)["values"]["length_of_stay_months"]
    log_rate = 100 * np.log1p(levers.rate_pct_a_year / 100)
    move = {"from": "residential", "to": list(SETTING_GROUPS["community"])}
    rules = {
        "rate of support": (levers.rate_pct_a_year, "rate_change", {"annual_log_rate_change_pct": log_rate}),
        "fewer new entrants": (
            levers.fewer_entrants_pct,
            "entrants",
            {"cut_pct": levers.fewer_entrants_pct, "length_of_stay_months": stay},
        ),
        "from homes to community": (
            levers.to_community_pct,
            "move",
            {**move, "share_pct": levers.to_community_pct, "phase_in_years": 5},
        ),
    }
    about = {"id": "what_if", "applies_to": {"age_band": [AGE]}}
    return {name: {**about, "kind": kind, "values": values} for name, (turned, kind, values) in rules.items() if turned}


def _base(council: Council) -> pd.DataFrame:
    return council.base[council.base["age_band"] == AGE].reset_index(drop=True)


def _effects(council: Council, levers: Levers) -> dict[str, scenarios.Effect]:
    base = _base(council)
    return {name: scenarios.effect_of(rule, base, council.years) for name, rule in _rules(levers).items()}


def _together(council: Council, effects: list[scenarios.Effect]) -> scenarios.Effect:
    none = scenarios.Effect.none(len(_base(council)), len(council.years))
    return scenarios.together(effects) if effects else none


def projected(council: Council, levers: Levers = Levers()) -> pd.DataFrame:
    """People aged 65 and over with support in every year, as the base counts them, and what they would cost.

    Returns, by year: people, QUANTILES of the draws, care_home and community (people by where they live), and
    spending_index: people times one cost for each, wherever they live, 100 in the base. Raises InputError as the
    projection does.
    """
    base, effect = _base(council), _together(council, list(_effects(council, levers).values()))
    times, population, central = council.time_of(council.years), council.population(), council.bands["central"]
    cells = demand.project(base, population, council.start, times, central, effect=effect, working_age_error=0)
    wide = cells.pivot_table("people", "time", "setting", aggfunc="sum", sort=False)
    futures = council.futures(population, times, effect, base)
    drawn = futures.bands({AGE: list(demand.keys_of(base))})[list(QUANTILES)]
    made = drawn.set_axis(pd.Index(council.years, name="year"))
    made.insert(0, "people", wide.sum(axis=1).to_numpy())
    for group, settings in SETTING_GROUPS.items():
        made[group] = wide[[name for name in settings if name in wide]].sum(axis=1).to_numpy()
    cost = consequences.unit_cost(1.0, levers.cost_pct_a_year, council.years - council.base_year)
    return made.assign(spending_index=100 * made["people"] / made["people"].iloc[0] * cost)


def reasons(council: Council, levers: Levers = Levers()) -> pd.Series:
    """Why people aged 65 and over go from the base to the horizon: people by cause, adding to the whole change.

    The causes: population, and each lever that is turned and moves people; averaged over all orders in which they could
    have come (decomposition.contributions). A move between settings moves nobody out of support, and adds 0.
    """
    base = _base(council)
    these = base, council.population(), council.start, council.time_of(council.years), council.bands["central"]
    grown = demand.project(*these, working_age_error=0)["people"].to_numpy().reshape(len(base), -1)
    held = np.repeat(base["people"].to_numpy(float)[:, None], grown.shape[1], axis=1)
    effects = _effects(council, levers)

    def people(turned: dict[str, bool]) -> float:
        path = grown if turned["population"] else held
        effect = _together(council, [each for name, each in effects.items() if turned[name]])
        return float(effect.moved(path * effect.factor(path))[:, -1].sum())

    causes = ["population", *effects]
    found = decomposition.contributions(dict.fromkeys(causes, False), dict.fromkeys(causes, True), people)
    return pd.Series(found, name="people").rename_axis("cause")
