"""Figures altered under the papers on demand, need and change: no comparison word outlives what it rests on.

Projections are turned round (what rose falls), held still, narrowed; premises are taken away; scenarios are changed.
Each paper is read again, and whatever it compares is held against the figures that it prints beside.
"""

import re

import numpy as np
import pandas as pd
import pytest
from altered_papers import Papers
from conftest import PROJECT

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.paper import editions, headlines
from helpers.projection.projection_tables import BANDS

pytestmark = pytest.mark.papers
COUNTY, CITY = "leicestershire", "leicester"
ENDS = {"people_p05": "people_p95", "people_p10": "people_p90", "people_p25": "people_p75"}
ENDS |= {"people_lower": "people_upper"}
OTHER_END = ENDS | {high: low for low, high in ENDS.items()}
SCENARIOS = {
    COUNTY: ("care_home_decline", "direct_payment_uptake", "healthier_ageing", "prevention", "setting_shift"),
    CITY: ("healthier_ageing", "prevention", "recent_trend"),
}


@pytest.fixture
def papers(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    return Papers(tmp_path, monkeypatch)


def numbers_of(frame, columns):
    return frame[columns].apply(pd.to_numeric, errors="coerce")


def remade(change):
    """An edit of a projection: change(people, base) of every number, which may turn the order of its range."""

    def edit(frame):
        columns = [name for name in ("people", *BANDS, "people_lower", "people_upper") if name in frame]
        keys = [
            name for name in ("age_band", "support_reason", "setting", "path", "gradient", "vintage") if name in frame
        ]
        known = frame.index[numbers_of(frame, columns).notna().all(axis=1)]
        values = numbers_of(frame, columns).loc[known]
        first = frame.loc[known, "year"].astype(int) == frame["year"].astype(int).min()
        base = values["people"].where(first).groupby([frame.loc[known, key] for key in keys]).transform("first")
        new = values.apply(lambda column: change(column, base)).where(~first, values)
        for low, high in ENDS.items():
            if low in new:
                new[low], new[high] = np.minimum(new[low], new[high]), np.maximum(new[low], new[high])
        frame.loc[known, columns] = new.round(1).astype(str)

    return edit


TURNED = remade(lambda people, base: base * base / people.clip(lower=0.1))
STILL = remade(lambda people, base: people * 0 + base)
NARROW = remade(lambda people, base: base * 2 + (people - base * 2) / 1000)


def negative(*columns):
    def edit(frame):
        for column in columns:
            frame[column] = [
                text if text in ("0", "0.0") else str(-float(text)).removesuffix(".0") for text in frame[column]
            ]

    return edit


def of_projections(papers, council, edit, scenarios=None):
    """Alter every projection of a council, or those of some scenarios."""
    for vintage in authorities.authority_named(council)["vintages"]:
        for scenario in scenarios or ("constant_rates", *SCENARIOS[council]):
            for kind in ("", "_by_gradient"):
                papers.alter(f"projection_{council}_{vintage}_{scenario}{kind}", edit)


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_where_projections_fall_the_demand_outlook_says_so_everywhere(papers, council):
    of_projections(papers, council, TURNED)
    text = papers.read("demand_outlook", authority_id=council)
    assert re.search(
        r"## Fewer older people (are likely to|may) have long-term support by 2030, perhaps [\d,]+ fewer", text
    )
    assert "rise" not in text.split("**How likely.**")[1].split("**Working age")[0].replace("could rise or fall", "")
    assert "More older people" not in text


def test_where_projections_stand_still_nothing_is_said_to_move(papers):
    of_projections(papers, COUNTY, STILL)
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert "## About as many older people may have long-term support by 2030 as now" in text
    page = text.split("## Technical annex")[0]
    assert "More older people" not in page and "Fewer older people" not in page


@pytest.mark.parametrize("council", [COUNTY, CITY])
@pytest.mark.parametrize("scenario", ["constant_rates", "prevention", "healthier_ageing"])
def test_the_demand_outlook_is_short_and_says_its_scenario(papers, council, scenario):
    text = papers.read("demand_outlook", authority_id=council, scenario=scenario)
    page, annex = text.split("## Technical annex")
    other = scenario != "constant_rates"
    assert (f"Under the scenario “{assumptions.title_of(scenario)}”, it would be about" in page) is other
    assert ("If the same share of each age group" in page) is not other
    assert (f"This paper is {assumptions.under(scenario)}." in annex) is other
    assert (assumptions.scenario_named(scenario)["meaning"].strip()[1:] in annex.split("### The people")[0]) is other


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_the_demand_outlook_says_once_that_it_is_no_forecast(papers, council):
    text = papers.read("demand_outlook", authority_id=council)
    assert text.count("not forecasts") == 1 and "not a forecast" not in text


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_the_demand_outlook_says_nothing_that_a_statistician_would_not_sign(papers, council):
    text = papers.read("demand_outlook", authority_id=council).lower()
    for words in ("no clear difference", "if rates hold", "clearly", "better than no change", "cannot be ruled out"):
        assert words not in text, words
    assert "nine in ten" not in text or "move as it has in england's councils" in text


# What changed


def an_edition(monkeypatch, change, files=(), name="2025-01"):
    """The last edition: today's headlines, each as a change of them says."""
    present = headlines.headlines(CITY)
    then = [row | change(place, row) for place, row in enumerate(present)]
    kept = {"name": name, "headlines": then, "fingerprints": []}
    monkeypatch.setattr(editions, "edition", lambda *asked: kept)
    monkeypatch.setattr(editions, "fingerprints", lambda authority_id: [])
    monkeypatch.setattr(editions, "changed_files", lambda then, now: list(files))
    return present


CODE = {"cause": "code", "file": "src/helpers/projection/demand.py", "then": "a", "now": "b", "kinds": {"demand"}}


def test_nothing_changed_is_said_only_where_nothing_did(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {})
    text = papers.read("what_changed", authority_id=CITY)
    assert (
        "## No headline figure has changed since January 2025" in text
        and f"**All {len(headlines.headlines(CITY))} read as they did.**" in text
    )
    assert "rose from" not in text and "fell from" not in text and "**Why.**" not in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [(1, "1 of the {} figures in both editions has"), (2, "2 of the {} figures in both editions have")],
)
def test_how_many_headlines_changed_is_counted(papers, monkeypatch, changed, said):
    present = an_edition(
        monkeypatch, lambda place, row: {"value": row["value"] * (2 + place)} if place < changed else {}, [CODE]
    )
    assert len({row["kind"] for row in present[:2]}) == 1
    text = papers.read("what_changed", authority_id=CITY)
    top = present[changed - 1]
    then, now = headlines.said(top | {"value": top["value"] * (1 + changed)}), headlines.said(top)
    assert f"## The projection of people{top['headline'][6:].replace(',', '')} fell from {then} to {now}" in text
    assert f"**Since January 2025, {said.format(len(present))} changed**" in text and "**Why.** A new method." in text
    assert ("**Next to that.**" in text) is (changed == 2) and "No headline figure has changed" not in text


def test_a_range_that_moved_alone_is_no_changed_figure(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {"upper": row["upper"] + 500} if place == 0 else {})
    text = papers.read("what_changed", authority_id=CITY)
    assert "## One headline figure moved in range only since January 2025" in text
    assert "No file that the changed figures rest on has changed" in text and "**Next to that.**" not in text


def test_a_headline_that_is_new_has_no_figure_to_be_held_against(papers, monkeypatch):
    present = an_edition(monkeypatch, lambda place, row: {"headline": "Another"} if place == 0 else {})
    text = papers.read("what_changed", authority_id=CITY)
    assert "## Two headline figures came, went or moved since January 2025" in text
    assert "; one is new and one is gone" in text
    assert "The papers now print another measure" in text and f"Another: {headlines.said(present[0])}" in text


@pytest.mark.parametrize(("name", "day"), [("2025-01-09", "9 January 2025"), ("2025-01-draft", "January 2025")])
def test_when_an_edition_was_kept_is_said_by_its_day(papers, monkeypatch, name, day):
    an_edition(monkeypatch, lambda place, row: {"value": row["value"] * 2}, [CODE], name)
    assert f"**Since {day}, all " in papers.read("what_changed", authority_id=CITY)


def test_a_figure_that_rose_or_fell_is_said_to_have(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {"value": row["value"] // 2} if place == 0 else {}, [CODE])
    text = papers.read("what_changed", authority_id=CITY)
    assert re.search(r"## The projection of people aged .* rose from", text) and "fell from" not in text


def test_no_edition_is_said_to_be_the_first(papers, monkeypatch):
    monkeypatch.setattr(editions, "edition", lambda *asked: None)
    text = papers.read("what_changed", authority_id=CITY)
    assert "## The first edition: eight headline figures to start from" in text and "**Next time.**" in text
    assert "Then |" not in text and "**Why.**" not in text


def test_headlines_of_two_scenarios_are_refused_and_those_of_one_say_it(papers):
    def under(frame):
        frame["scenario"] = "prevention"

    papers.alter(f"five_year_need_{CITY}_constant_rates", under)
    with pytest.raises(InputError, match=r"five_year_need_leicester_\w+\.csv under 'prevention'.*SCENARIO in dodo\.py"):
        headlines.headlines(CITY)
    for table in ("projection", "consequences"):
        papers.alter(f"{table}_{CITY}_ons_2022_based_constant_rates", under)
    rows = headlines.headlines(CITY)
    told = [row["headline"].endswith(", under the scenario “Fewer new entrants through prevention”") for row in rows]
    assert told == [row["kind"] != "checks" for row in rows]
