"""Figures altered under the papers on demand, need and change: no comparison word outlives what it rests on.

Projections are turned round (what rose falls), held still, narrowed; premises are taken away; scenarios are changed.
Each paper is read again, and whatever it compares is held against the figures that it prints beside.
"""

import re

import numpy as np
import pandas as pd
import pytest
import readability
from altered_papers import Papers
from conftest import PROJECT

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.council import assumptions
from helpers.paper import editions, headlines
from helpers.paper.publish import prose
from helpers.paper.publish.document import from_notebook
from helpers.projection.projection_tables import BANDS
from helpers.published import processed

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
    assert contradictions(papers.read("five_year_need", authority_id=council)) == []


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
    text = papers.read("demand_outlook", authority_id=council)
    assert re.search(
        r"## Fewer older people (are likely to|may) need council support by 2030, perhaps [\d,]+ fewer", text
    )
    assert "rise" not in text.split("**How likely.**")[1].split("**Working age")[0].replace("could rise or fall", "")
    assert "More older people" not in text


def test_where_projections_stand_still_nothing_is_said_to_move(papers):
    of_projections(papers, COUNTY, STILL)
    text = papers.read("demand_outlook", authority_id=COUNTY)
    assert "## About as many older people may need council support by 2030 as now" in text
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
def test_page_one_of_the_demand_outlook_keeps_to_its_limits_of_words(papers, council):
    document = from_notebook(papers.run("demand_outlook", authority_id=council))
    blocks = readability.members_blocks(document)
    texts = [text for block in blocks if block["kind"] != "figure" for text in texts_of(block)]
    assert sum(len(text.split()) for text in texts) <= 220
    items = [item for block in blocks if block["kind"] == "list" for item in block["items"]]
    assert len(items) == 7 and max(len(" ".join(map(" ".join, map(texts_of, item))).split()) for item in items) <= 45
    text = papers.read("demand_outlook", authority_id=council)
    assert text.count("not forecasts") == 1 and "not a forecast" not in text


def texts_of(block):
    if block["kind"] == "list":
        return [text for item in block["items"] for part in item for text in texts_of(part)]
    return [block["text"]] if block["kind"] == "heading" else [prose.plain(block["inlines"])]


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_the_demand_outlook_says_nothing_that_a_statistician_would_not_sign(papers, council):
    text = papers.read("demand_outlook", authority_id=council).lower()
    for words in ("no clear difference", "if rates hold", "clearly", "better than no change", "cannot be ruled out"):
        assert words not in text, words
    assert "nine in ten" not in text or "if rates spread as those of england's councils did" in text


# Need by group


def need_follows(papers, council, scenario="constant_rates", edit=lambda frame: None):
    """Alter a council's projection, and its need in five years so that it grows as that projection does."""
    name = f"projection_{council}_ons_2018_based_{{}}".format
    part = {CITY: 0.0, COUNTY: 0.25}[council]  # of a year past the first, at which the latest count stands

    def growth(table):
        frame = pd.read_csv(processed.processed_path(table))
        rows = frame[(frame["setting"] == "all") & (frame["people"] != "suppressed")].astype({"people": float})
        return {
            key: np.divide(*np.interp([2029 + part, 2024 + part], group["year"], group["people"]))
            for key, group in rows.sort_values("year").groupby(["age_band", "support_reason"])
        }

    before = growth(name("constant_rates"))
    papers.alter(name(scenario), edit)
    after = growth(name(scenario))

    def grown(frame):
        frame["scenario"] = scenario
        for place, row in frame[(frame["start"] == "latest_count") & (frame["people"] != "suppressed")].iterrows():
            key = row["age_band"], row["support_reason"]
            columns = ["people", *BANDS, "people_lower", "people_upper"]
            frame.loc[place, columns] = [str(float(text) * after[key] / before[key]) for text in row[columns]]

    papers.alter(f"five_year_need_{council}_{scenario}", grown, of=f"five_year_need_{council}_constant_rates")
    papers.alter(f"need_drivers_{council}_{scenario}", of=f"need_drivers_{council}_constant_rates")


@pytest.mark.parametrize("council", [COUNTY, CITY])
def test_where_need_falls_the_paper_on_need_says_so_everywhere(papers, council):
    falls = remade(lambda people, base: base * (base / people) ** 4)
    need_follows(papers, council, edit=falls)
    text = papers.read("five_year_need", authority_id=council)
    assert contradictions(text) == [] and "% fewer than" in text and "a fall is " in text
    assert "a rise is likelier" not in text and "each grows as its population does" not in text
    assert "each changes as its population does: by −" in text


def test_a_national_estimate_that_falls_is_not_said_to_grow(papers):
    papers.alter(f"need_drivers_{CITY}_constant_rates", remade(lambda people, base: base * base / people))
    text = papers.read("five_year_need", authority_id=CITY)
    assert (
        "change in number by −15% (−22% to −6%) from 2024 to 2029" in text
        and "a national estimate changes by −15%" in text
    )
    assert "12% more people who cannot" not in text and "fewer people with dementia (population −" in text
    assert "grow in number" not in text and "a national estimate grows" not in text


def test_estimates_that_agree_are_not_said_to_differ(papers):
    def as_population(frame):
        columns = ["people", "people_lower", "people_upper"]
        keys = ["age_band", "support_reason", "year"]
        alone = frame[frame["driver"] == "population"].set_index(keys)["people"]
        for place, row in frame.iterrows():
            if (key := tuple(row[keys])) in alone.index:
                frame.loc[place, columns] = alone[key]

    papers.alter(f"need_drivers_{COUNTY}_constant_rates", as_population)
    text = papers.read("five_year_need", authority_id=COUNTY)
    assert (
        "**Learning disability: no clear difference from the population.**" in text and "estimates differ" not in text
    )


@pytest.mark.parametrize(
    ("ours", "no_change", "lead"),
    [("20", "5", "no nearer than assuming no change"), ("2", "5", "nearer than assuming no change")],
)
def test_how_near_projections_came_follows_from_the_scores(papers, ours, no_change, lead):
    def score(frame):
        rows = frame["method"] == "constant_rates"
        frame.loc[rows, ["mean_absolute_error_pct", "no_change_error_pct"]] = [ours, no_change]

    papers.alter(f"backtest_scores_{COUNTY}", score)
    text = papers.read("five_year_need", authority_id=COUNTY)
    assert f"**Held against what came: {lead}.**" in text and f"by {ours}% for permanent residential placements" in text


def test_the_largest_group_is_the_largest(papers):
    def swapped(frame):
        frame["support_reason"] = frame["support_reason"].replace(
            {"physical": "mental_health", "mental_health": "physical"}
        )

    papers.alter(f"projection_{CITY}_ons_2018_based_constant_rates", swapped)
    papers.alter(f"five_year_need_{CITY}_constant_rates", swapped)
    text = papers.read("five_year_need", authority_id=CITY)
    assert "Mental health would be the largest group on 31 March 2029" in text
    assert "The largest would be mental health, about 2,660" in text


def test_need_under_a_scenario_says_that_scenario(papers):
    title = "Fewer new entrants through prevention"

    need_follows(papers, COUNTY, "prevention")
    text = papers.read("five_year_need", authority_id=COUNTY, scenario="prevention")
    assert f"{title}: from 2026 on, a tenth fewer people come into support than would" in text
    assert "and as the scenario has it" in text
    assert "Beyond what its scenario assumes, it does not foresee changes in health" in text
    for false in ("Even with rates held still", "the population alone gives", "follow the population alone"):
        assert false not in text, false


@pytest.mark.parametrize(("scenario", "begins"), [("prevention", True), ("healthier_ageing", False)])
def test_need_calls_a_comparison_with_a_count_by_what_it_tests(papers, scenario, begins):
    need_follows(papers, CITY, scenario)
    text = papers.read("five_year_need", authority_id=CITY, scenario=scenario)
    gives = "constant rates give" if begins else "this scenario gives"
    assert re.search(rf"population as it is known now, {gives} \d+% too many on 31 March 2024", text)
    assert ("The scenario of this paper begins in 2026." in text) is begins
    hub = text.split("gives, from 2024 to 2029, ")[1].split(". ")[0]
    assert "(this projection " in hub and "(population " not in hub


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
    ("changed", "said"), [(1, "1 of the 7 headline figures has"), (2, "2 of the 7 headline figures have")]
)
def test_how_many_headlines_changed_is_counted(papers, monkeypatch, changed, said):
    present = an_edition(
        monkeypatch, lambda place, row: {"value": row["value"] * (2 + place)} if place < changed else {}, [CODE]
    )
    text = papers.read("what_changed", authority_id=CITY)
    assert f"**{said} changed.**" in text and f"**The largest change.** {present[changed - 1]['headline']}" in text
    assert "a change in the working" in text and "No headline figure has changed" not in text


def test_a_range_that_moved_alone_is_no_changed_figure(papers, monkeypatch):
    an_edition(monkeypatch, lambda place, row: {"upper": row["upper"] + 500} if place == 0 else {})
    text = papers.read("what_changed", authority_id=CITY)
    assert "**None of the 7 headline figures has changed.** One headline figure moved in its range only." in text
    assert "largest change" not in text and "no file on record" in text
    assert "No file that the changed figures rest on has changed" in text


def test_headlines_of_two_scenarios_are_refused_and_those_of_one_say_it(papers):
    def under(frame):
        frame["scenario"] = "prevention"

    papers.alter(f"five_year_need_{CITY}_constant_rates", under)
    with pytest.raises(InputError, match=r"five_year_need_leicester_\w+\.csv under 'prevention'.*SCENARIO in dodo\.py"):
        headlines.headlines(CITY)
    for table in ("projection", "consequences"):
        papers.alter(f"{table}_{CITY}_ons_2018_based_constant_rates", under)
    rows = headlines.headlines(CITY)
    told = [row["headline"].endswith(", under the scenario “Fewer new entrants through prevention”") for row in rows]
    assert told == [row["kind"] != "checks" for row in rows]
