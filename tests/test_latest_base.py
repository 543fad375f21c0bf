"""The base of the latest count (method-2, section 17): its check table, what it keeps, and what it refuses."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.base.vocabulary import CARE_HOME_SETTINGS
from helpers.council import assumptions, latest
from helpers.projection import latest_base
from helpers.projection.population import Population, mid_year

LEICESTER, LEICESTERSHIRE = "E06000016", "E10000018"
GRADIENTS = assumptions.age_bands()["central"]
panel, populations = cache(latest.panel), cache(latest.populations)
TIMES = {"2029/30": 2029.75} | {f"mid-{year}": mid_year(year) for year in (2030, 2035, 2037, 2043)}


@cache
def base(area_code: str) -> pd.DataFrame:
    return latest_base.base_of(panel(), area_code, populations()[area_code], GRADIENTS)


@cache
def people(area_code: str) -> pd.DataFrame:
    """The base of a council, at the latest count and at the times of the check table."""
    population = populations()[area_code]
    return latest_base.projected(base(area_code), population, GRADIENTS, [2024.75, *TIMES.values()])


def in_homes(cells: pd.DataFrame) -> pd.DataFrame:
    return cells[cells["setting"].isin(CARE_HOME_SETTINGS)]


# The County's people aged 65 and over come out up to 0.2% below the check values, and those in care homes up to 0.6%.
# All of it hangs on the people with a learning disability in care homes: the fit has 126 of them. About 45 would give
# every value within 2; no reading of the official tables that gives 45 was found. (City's: 61, which hardly shows.)
@pytest.mark.parametrize(
    ("area_code", "age_band", "homes", "counted", "later", "tolerance"),
    [
        (LEICESTERSHIRE, "65+", False, 7870, (8892, 9084, 10395, 10715, 11250), 0.002 * 7870),
        (LEICESTERSHIRE, "65+", True, 2630, (None, 3103, 3698, 3820, 4055), 0.006 * 4055),
        (LEICESTERSHIRE, "18-64", False, 3111, (3239, 3257, 3360, 3397, 3537), 3),
        (LEICESTER, "65+", False, 3966, (4316, 4378, 4893, 5072, 5463), 3),
        (LEICESTER, "65+", True, 1153, (None, 1263, 1460, 1527, 1688), 4),
        (LEICESTER, "18-64", False, 2658, (2685, 2693, 2722, 2726, 2737), 3),
    ],
)
def test_the_check_table(area_code, age_band, homes, counted, later, tolerance):
    cells = people(area_code).query("age_band == @age_band")
    by_time = (in_homes(cells) if homes else cells).groupby("time")["people"].sum()
    assert by_time[2024.75] == pytest.approx(counted, abs=0.5 if homes else 1e-6)
    for time, expected in zip(TIMES.values(), later, strict=True):
        assert expected is None or by_time[time] == pytest.approx(expected, abs=tolerance), time


def test_the_method_s_table_holds_what_comes_here():
    lines = (PROJECT / "docs/method.md").read_text(encoding="utf-8").splitlines()
    printed = [line.split(" | ")[1:] for line in lines if re.match(r"\| .*: here \|", line)]
    older = {area_code: people(area_code).query("age_band == '65+'") for area_code in (LEICESTERSHIRE, LEICESTER)}
    cells = [older[LEICESTERSHIRE], in_homes(older[LEICESTERSHIRE]), older[LEICESTER]]
    here = [[f"{number:,.0f}" for number in part.groupby("time")["people"].sum()] for part in cells]
    assert [[text.rstrip(" |") for text in row] for row in printed] == here


@pytest.mark.parametrize(
    ("area_code", "age_band", "grown"),
    [
        (LEICESTERSHIRE, "65+", 7427),
        (LEICESTERSHIRE, "18-64", 3160),
        (LEICESTER, "65+", 4002),
        (LEICESTER, "18-64", 2720),
    ],
)
def test_the_years_between_the_counts_as_in_the_check_table(area_code, age_band, grown):
    cells = latest_base.joint(panel(), area_code).query("age_band == @age_band")
    now = latest_base.grown(cells, populations()[area_code], GRADIENTS, 2022.5, 2024.75)
    assert now["people"].sum() == pytest.approx(grown, abs=1)


@pytest.mark.parametrize(
    ("area_code", "age_band", "by_reason"),
    [
        (LEICESTERSHIRE, "65+", (722, 5451, 583, 314, 694)),
        (LEICESTER, "65+", (174, 2740, 237, 204, 488)),
        (LEICESTER, "18-64", (None, 694, None, 855, 818)),
    ],
)
def test_support_reasons_as_in_the_check_table(area_code, age_band, by_reason):
    reasons = ["physical_access_and_mobility", "physical_personal_care", "memory_and_cognition"]
    reasons += ["learning_disability", "mental_health"]
    found = base(area_code).query("age_band == @age_band").groupby("support_reason")["people"].sum()
    for reason, expected in zip(reasons, by_reason, strict=True):
        assert expected is None or found[reason] == pytest.approx(expected, abs=1), reason


def test_the_population_behind_the_check_table():
    bands = populations()[LEICESTERSHIRE].benchmarks.loc[[2022, 2024, 2037]].round().astype(int)
    assert bands["18-64"].tolist() == [428280, 439718, 481315]
    assert bands["65-84"].tolist() == [132048, 136729, 165567]
    assert bands["85+"].tolist() == [19520, 20403, 33627]


def test_the_population_that_leads_is_the_newest_on_file_and_five_year_bands_are_split():
    found = populations()
    assert len(found) == 153 and found[LEICESTER].vintage == "ons_2022_based"
    assert found["E06000053"].vintage == "ons_2018_based"  # Isles of Scilly
    by_band = latest.populations("ons_2018_based")[LEICESTER].benchmarks.loc[2018]
    raw = latest.read_official(latest.PROJECTIONS["ons_2018_based"], "persons").query("area_code == @LEICESTER")
    persons = raw.set_index("age")["2018"].astype(float)
    assert by_band["18-64"] == pytest.approx(0.4 * persons["15-19"] + persons["20-24":"60-64"].sum())
    assert by_band["85+"] == persons["85-89"] + persons["90+"]
    with pytest.raises(InputError, match=r"no projection 'ons_2014_based'.*Known: ons_2022_based, ons_2018_based"):
        latest.populations("ons_2014_based")


def test_each_council_has_a_base_or_is_named_with_what_it_lacks():
    codes = [LEICESTER, "E06000065", "E06000053", "E06000063", "E08000033", "E09000012"]
    made, left_out = latest_base.bases(panel(), {code: populations()[code] for code in codes}, GRADIENTS)
    assert made["area_code"].unique().tolist() == codes[:2]  # North Yorkshire has its county's tables
    disabled = "aged 18-64, learning disability"
    assert left_out["why"].tolist() == [
        "Isles of Scilly (E06000053): the count of 2021/22 (aged 18-64) is hidden or 0. It is left out.",
        "Cumberland (E06000063): the count of 2021/22 (aged 18-64) is not on file. It is left out.",
        f"Calderdale (E08000033): the count of 2024/25 ({disabled}) is hidden or 0. It is left out.",
        "Hackney (E09000012): the count of 2021/22 (aged 18-64) was not submitted ([x]). It is left out.",
    ]
    with pytest.raises(InputError, match=r"None of the councils has a base: Hackney \(E09000012\)"):
        latest_base.bases(panel(), {"E09000012": populations()["E09000012"]}, GRADIENTS)


@pytest.mark.parametrize("table", ["by_setting", "by_reason", "counted"])
def test_a_panel_with_a_council_twice_is_refused(table):
    frame = getattr(panel(), table)
    twice = pd.concat([frame, frame[frame["area_code"] == LEICESTER].head(1)])
    with pytest.raises(InputError, match=f"'{table}' of the panel has two rows for {LEICESTER}, .*Keep one"):
        replace(panel(), **{table: twice})


@pytest.mark.parametrize(("table", "what"), [("by_setting", "setting"), ("by_reason", "support reason")])
def test_a_council_that_a_table_lacks_or_that_did_not_submit_it_is_named(table, what):
    frame = getattr(panel(), table)
    own = frame["area_code"] == LEICESTER
    for changed, words in (
        (frame[~own], f"its table by {what} is not on file"),
        (frame.assign(status=frame["status"].mask(own, "not_available")), r"was not submitted \(\[x\]\)"),
    ):
        with pytest.raises(InputError, match=rf"^Leicester \({LEICESTER}\): .*{words}\.$"):
            latest_base.joint(replace(panel(), **{table: changed}), LEICESTER)


def test_a_population_of_another_vintage_or_council_and_one_that_ends_too_soon_are_refused():
    own, older = populations()[LEICESTER], latest.populations("ons_2018_based")[LEICESTER]
    with pytest.raises(InputError, match="base has the vintage ons_2022_based, and the population ons_2018_based"):
        latest_base.projected(base(LEICESTER), older, GRADIENTS, [2030.5])
    other = populations()[LEICESTERSHIRE]
    with pytest.raises(InputError, match=f"base has the area_code {LEICESTER}, and the population {LEICESTERSHIRE}"):
        latest_base.projected(base(LEICESTER), other, GRADIENTS, [2030.5])
    with pytest.raises(InputError, match=rf"is of {LEICESTERSHIRE}, and the count of Leicester \({LEICESTER}\)"):
        latest_base.base_of(panel(), LEICESTER, other, GRADIENTS)
    with pytest.raises(InputError, match=r"of mid-2022 to mid-2047, and 2024\.75 to 2050\.5 is asked for"):
        latest_base.projected(base(LEICESTER), own, GRADIENTS, [2050.5])


def test_more_people_by_reason_than_there_are_is_refused():
    cells = base(LEICESTER).query("age_band == '18-64'")
    with pytest.raises(InputError, match="855 people are counted by reason, and 800 in all"):
        latest_base.scaled(cells, 800, {"learning_disability": 855})


def test_a_hidden_count_is_an_equal_share_of_what_is_left_within_its_bounds():
    counts = pd.Series({"a": 90.0, "b": np.nan, "c": np.nan})
    for total, share in ((96, 3), (90, 0.5), (200, 4)):
        expected = pd.Series({"a": 90.0, "b": share, "c": share}) * total / (90 + 2 * share)
        pd.testing.assert_series_equal(latest_base.margin(counts, total), expected)
    for bad, total in ((counts * np.nan, 10), (counts - 100, 10), (counts, 0), (counts, np.nan)):
        with pytest.raises(InputError, match="Nothing can be fitted"):
            latest_base.margin(bad, total)


@given(st.lists(st.lists(st.floats(1, 1000), min_size=3, max_size=3), min_size=2, max_size=4), st.data())
def test_a_fit_has_the_sums_asked_for_and_keeps_the_odds_of_its_seed(cells, data):
    seed = pd.DataFrame(cells)
    sums = [pd.Series(data.draw(st.lists(st.floats(1, 1000), min_size=n, max_size=n))) for n in seed.shape]
    rows, columns = (one / one.sum() * 500 for one in sums)
    found = latest_base.fitted(seed, rows, columns)
    np.testing.assert_allclose(found.sum(axis=1), rows, rtol=1e-5)
    np.testing.assert_allclose(found.sum(), columns, rtol=1e-5)
    odds = [table[0] * table.shift(-1)[1] / table[1] / table.shift(-1)[0] for table in (seed, found)]
    np.testing.assert_allclose(*(one.dropna() for one in odds), rtol=1e-6)


def test_a_fit_leaves_out_a_kind_that_the_council_has_not():
    seed = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["x", "y"], ["p", "q"])
    found = latest_base.fitted(seed, pd.Series({"x": 0.0, "y": 6.0}), pd.Series({"p": 2.0, "q": 4.0}))
    np.testing.assert_allclose(found, [[0, 0], [2, 4]])
    with pytest.raises(InputError, match="cannot be fitted to this council's"):
        nobody = pd.DataFrame([[0.0, 0.0], [3.0, 4.0]], ["x", "y"], ["p", "q"])
        latest_base.fitted(nobody, pd.Series({"x": 2.0, "y": 4.0}), pd.Series({"p": 2.0, "q": 4.0}))


def test_a_fit_to_other_kinds_or_to_two_totals_is_refused():
    seed = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["x", "y"], ["p", "q"])
    rows, columns = pd.Series({"x": 4.0, "y": 6.0}), pd.Series({"p": 5.0, "q": 5.0})
    with pytest.raises(InputError, match="do not print the same rows: y and z"):
        latest_base.fitted(seed, rows.rename({"y": "z"}), columns)
    with pytest.raises(InputError, match="By rows there are 10 people, by columns 20"):
        latest_base.fitted(seed, rows, 2 * columns)


def test_a_population_that_stands_still_moves_nobody():
    still = pd.DataFrame({"18-64": 100.0, "65-84": 50.0, "85+": 10.0}, [2022, 2040])
    population = Population(LEICESTER, "still", still, "linear")
    found = latest_base.base_of(panel(), LEICESTER, population, GRADIENTS)
    later = latest_base.projected(found, population, GRADIENTS, [2035.5])
    np.testing.assert_allclose(later["people"], found["people"])
    joint = latest_base.joint(panel(), LEICESTER)
    shares = (found["people"] / joint["people"]).groupby(found["age_band"])
    np.testing.assert_allclose(shares.min()["65+"], shares.max()["65+"])


def test_people_who_are_counted_where_the_tables_before_had_nobody_are_refused():
    cells = base(LEICESTER).query("age_band == '18-64'")
    nobody = cells.assign(people=cells["people"].where(cells["support_reason"] != "learning_disability", 0.0))
    with pytest.raises(InputError, match="855 people are counted with support for learning_disability"):
        latest_base.scaled(nobody, 2658, {"learning_disability": 855})


def test_england_s_table_without_some_cells_is_refused():
    short = replace(panel(), england=panel().england.iloc[5:])
    with pytest.raises(InputError, match=r"England's table has \d+ cells aged .*, and 11 support reasons times 6"):
        latest_base.joint(short, LEICESTER)
