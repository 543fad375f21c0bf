"""Figures altered under the papers on demand, need and change: no comparison word outlives what it rests on.

Projections are turned round (what rose falls), held still, narrowed; premises are taken away; scenarios are changed.
Each paper is read again, and whatever it compares is held against the figures that it prints beside.
"""

import re

import numpy as np
import pandas as pd
import pytest
from altered_papers import Papers, put
from conftest import PROJECT

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.paper import editions, headlines
from helpers.projection.projection_tables import BANDS

pytestmark = pytest.mark.papers
COUNTY, CITY = "leicestershire", "leicester"
ENDS = {"people_p05": "people_p95", "people_p25": "people_p75", "people_lower": "people_upper"}
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


def number(text):
    return float(text.replace(",", ""))


def contradictions(text):
    """What a text says of two figures that it prints, and the figures say otherwise."""
    found = []
    for said, before, after in re.findall(r"would (rise|fall) from ([\d,]+) to about \**([\d,]+)", text):
        if (said == "rise") != (number(after) > number(before)):
            found.append((said, before, after))
    for before, after in re.findall(r"would stay about the same, ([\d,]+) and about \**([\d,]+)", text):
        if abs(number(after) / number(before) - 1) > 0.02:
            found.append(("same", before, after))
    people = (
        r"bout ([\d,]+) people aged [^,]+ may have support, (?:\d+% (more|fewer) than|about as many as) (?:on|during)"
    )
    for after, more, before in re.findall(people + r" [^(]+\((?:[a-z]+ )?([\d,]+)\)", text):
        size = number(after) / number(before) - 1
        if {"more": size < 0, "fewer": size > 0, "": abs(size) > 0.02}[more]:
            found.append((more or "as many", after, before))
    for total, *parts in re.findall(
        r"Of the ([\d,]+) more, (\S+) would come from more .*?, (\S+) from an older mix", text
    ):
        if any(part not in ("none",) and number(part) < 0 for part in parts) or number(total) <= 0:
            found.append(("more", total, parts))
    for leading, _, more in re.findall(r"(?:changes most|this paper), “([^”]+)”, gives (\d+)% (more|fewer) than", text):
        bars = {
            name.strip().lower(): number(value) for name, value in re.findall(r"([^;.]+): about ([\d,]+)", alt_of(text))
        }
        if (more == "more") != (bars[leading.lower()] > bars["constant rates"]):
            found.append((leading, more, bars))
    for ends, way in re.findall(
        r"futures give ([\d,]+ to [\d,]+): (a rise is very likely|a fall is very likely)", text
    ):
        found.append((ends, way)) if "no different" in text.split("In total")[1][:60] else None
    return found


def alt_of(text):
    return next(line for line in text.splitlines() if line.startswith("Bar chart of people") and "by scenario" in line)


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_today_nothing_contradicts_itself(papers, council):
    assert contradictions(papers.read("demand_outlook", authority_id=council)) == []


def test_a_contradiction_would_be_found():
    for false in (
        "would fall from 6,913 to about **11,490** in 2037",
        "would rise from 6,913 to about 4,000",
        "would stay about the same, 100 and about 150",
        "About 3,200 people aged 18 to 64 may have support, 3% fewer than during 2024/25 (3,111)",
        "About 5,320 people aged 18 and over may have support, about as many as on 31 March 2024 (around 4,000)",
        "Of the 4,580 more, 3,905 would come from more older people, −675 from an older mix among them",
    ):
        assert contradictions(false.replace("−", "-")), false


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_where_projections_fall_the_demand_outlook_says_so_everywhere(papers, council):
    of_projections(papers, council, TURNED)
    for vintage in authorities.authority_named(council)["vintages"]:
        papers.alter(f"projection_{council}_{vintage}_constant_rates_explained", negative("people", "people_printed"))
    text = papers.read("demand_outlook", authority_id=council)
    assert contradictions(text) == []
    assert re.search(r"\*\*Older people: \d+% fewer by 2037 than", text) and "would fall from" in text
    assert re.search(r"long-term support: \d+% fewer by 2037 at constant rates", text)
    assert "The whole change would be −" in text and "would come from more older people" not in text
    for false in ("% more by 2037", "would rise from", "An older mix among them", "a rise is likelier"):
        assert false not in text, false


def test_where_projections_stand_still_nothing_is_said_to_move(papers):
    of_projections(papers, COUNTY, STILL)
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert contradictions(text) == []
    assert "**Older people: about the same by 2037 as during 2015/16.**" in text
    assert "would stay about the same, 6,913 and about **6,910**" in text
    assert "**How sure: within a narrow range.**" in text and "in a wide spread" not in text
    assert "No scenario changes the number by 2037" in text and "Which population projection do the council" not in text


def test_where_the_range_is_clear_of_the_base_a_difference_is_said(papers):
    of_projections(papers, COUNTY, NARROW)
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert "Beside 2015/16 that is more than twice as many: a rise is very likely." in text.replace(
        "more than half as many again", "more than twice as many"
    )
    assert "no clear difference; a" not in text and contradictions(text) == []


def test_rates_matter_most_only_where_they_do(papers):
    def population_most(frame):
        frame.loc[frame["layer"] == "drift", "share_pct"] = "5"
        frame.loc[frame["layer"] == "population", "share_pct"] = "80"

    papers.alter(f"projection_{COUNTY}_ons_2018_based_constant_rates_layers", population_most)
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert "Rates matter most" not in text and "The population projection matters most" in text
    assert "makes most of the uncertainty" not in text


def test_the_scenario_that_changes_most_may_be_one_that_adds(papers):
    for vintage in authorities.authority_named(COUNTY)["vintages"]:
        papers.alter(f"projection_{COUNTY}_{vintage}_prevention", remade(lambda people, base: people * 2))
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert re.search(
        "The scenario that changes most, “fewer new entrants through prevention”, gives 80% more than", text
    )
    assert contradictions(text) == []


@pytest.mark.parametrize(("count", "already"), [(2000, False), (3039, False), (3111, True), (9000, True)])
def test_a_count_is_there_already_only_where_it_is(papers, count, already):
    papers.alter("figures_dhsc_ascof_2024_25", put(count, table=f"long_term_support_{COUNTY}", cell="B2"))
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert f"In 2024/25 {count:,} were counted{' already' if already else ''}." in text
    assert ("is already above the 3,040" in text) == already


@pytest.mark.parametrize(("counts", "misses"), [
    ((2000, 5000), "43% too many aged 18 to 64 and 67% too many aged 65 and over"),
    ((4000, 9000), "29% too few aged 18 to 64 and 7% too few aged 65 and over"),
    ((4000, 5000), "29% too few aged 18 to 64 and 67% too many aged 65 and over"),
])  # fmt: skip
def test_misses_are_too_many_or_too_few_as_they_are(papers, counts, misses):
    edits = [
        put(count, table=f"long_term_support_{COUNTY}", cell=cell)
        for count, cell in zip(counts, ("B2", "B3"), strict=True)
    ]
    papers.alter("figures_dhsc_ascof_2024_25", *edits)
    assert f"How near it came so far: {misses} for 2024/25." in papers.read("demand_outlook", authority_id=COUNTY)


@pytest.mark.parametrize("scenario", ["prevention", "care_home_decline", "setting_shift"])
def test_under_another_scenario_the_demand_outlook_says_that_scenario(papers, scenario):
    text = papers.read("demand_outlook", authority_id=COUNTY, scenario=scenario)
    for_members = text.split("## Technical annex")[0]
    title = {
        "prevention": "Fewer new entrants through prevention",
        "care_home_decline": "Fewer older people in care homes",
        "setting_shift": "From residential homes to community support",
    }[scenario]
    assert f"Under the scenario “{title}”, the number aged 65 and over" in text
    assert f"by 2037 under the scenario “{title}”" in text and contradictions(text) == []
    for false in (
        "If the same share of each age group",
        "at constant rates",
        "if rates hold",
        "If rates hold",
        "Rates matter most",
    ):
        assert false not in for_members.replace("at constant rates: the scenario begins in 2026", ""), false


BEGIN = {"prevention": 2026, "setting_shift": 2026, "healthier_ageing": None, "care_home_decline": None}


@pytest.mark.parametrize("scenario", BEGIN)
def test_the_demand_outlook_calls_a_comparison_with_a_count_by_what_it_tests(papers, scenario):
    text = papers.read("demand_outlook", authority_id=COUNTY, scenario=scenario)
    title = assumptions.title_of(scenario)
    tested, not_tested = ("Constant rates", title) if BEGIN[scenario] else (title, "Constant rates")
    for how in ("Statement, 2012-based: known at the time", "ONS, 2018-based: with later population"):
        assert f"65 and over: {tested}, {how}" in text and f"65 and over: {not_tested}, {how}" not in text
    begins = "population projection, at constant rates: the scenario begins in 2026."
    assert (begins in text) is (BEGIN[scenario] is not None)


@pytest.mark.parametrize("scenario", ["constant_rates", "prevention", "healthier_ageing", "setting_shift"])
def test_how_the_projection_is_made_says_what_a_scenario_does(papers, scenario):
    text = papers.read("demand_outlook", authority_id=COUNTY, scenario=scenario)
    made = text.split("### How the projection is made")[1].split("###")[0]
    other = scenario != "constant_rates"
    assert (f"This paper is {assumptions.under(scenario)}." in made) is other
    assert (assumptions.scenario_named(scenario)["meaning"].strip()[1:] in made) is other
    assert ("Beyond what its scenario assumes, it does not foresee changes in health" in text) is other


# What changed


def an_edition(monkeypatch, change, files=()):
    """The last edition: today's headlines, each as a change of them says."""
    present = headlines.headlines(CITY)
    then = [row | change(place, row) for place, row in enumerate(present)]
    kept = {"name": "2025-01", "headlines": then, "fingerprints": []}
    monkeypatch.setattr(editions, "edition", lambda *asked: kept)
    monkeypatch.setattr(editions, "fingerprints", lambda authority_id: [])
    monkeypatch.setattr(editions, "changed_files", lambda then, now: list(files))
    return present


CODE = {"cause": "code", "file": "src/helpers/projection/demand.py", "then": "a", "now": "b", "kinds": {"demand"}}


def test_nothing_changed_is_said_only_where_nothing_did(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {})
    text = papers.read("what_changed", authority_id=CITY)
    assert "**No headline figure has changed.**" in text and "largest change" not in text


@pytest.mark.parametrize(
    ("changed", "said"), [(1, "1 of the 8 headline figures has"), (2, "2 of the 8 headline figures have")]
)
def test_how_many_headlines_changed_is_counted(papers, monkeypatch, changed, said):
    present = an_edition(
        monkeypatch, lambda place, row: {"value": row["value"] * (2 + place)} if place < changed else {}, [CODE]
    )
    text = papers.read("what_changed", authority_id=CITY)
    assert f"**{said} changed.**" in text and f"**The largest change.** {present[changed - 1]['headline']}" in text
    assert "a change in the method" in text and "No headline figure has changed" not in text


def test_a_range_that_moved_alone_is_no_changed_figure(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {"upper": row["upper"] + 500} if place == 0 else {})
    text = papers.read("what_changed", authority_id=CITY)
    assert "**None of the 8 headline figures has changed.** One headline figure moved in its range only." in text
    assert "largest change" not in text and "no file on record" in text
    assert "No file that the changed figures rest on has changed" in text


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
