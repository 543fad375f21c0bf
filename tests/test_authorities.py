"""What each council's projection rests on: its base, its populations, and the guards of both (method.md 2, 4)."""

import re

import numpy as np
import pandas as pd
import pytest
from conftest import replace

from helpers import open_council
from helpers.base import authorities, vocabulary
from helpers.base.errors import InputError
from helpers.council import assumptions, figures, latest
from helpers.projection import demand
from helpers.published.official.tables import read_official
from helpers.published.processed import read_processed

AUTHORITIES = "authorities.toml"
CITY_BASE = 'source = "leicester_jsna_2016"\ntables = ["long_term_support_by_reason"]\n'
CITY_FIGURES = "data/processed/figures_leicester_jsna_2016.csv"


def on_file(source, area="leicester"):
    rows = read_processed(f"figures_{source}")
    rows = rows[(rows["area"] == area) & (rows["quantity"] == "population") & (rows["age_band"] != "all")]
    years = rows["period_end"].str[:4].astype(int)
    return rows.assign(year=years).pivot(index="year", columns="age_band", values="value").astype(float)


def test_the_citys_base_is_a_stock_of_5063_people_at_31_march_2015():
    support = figures.first_support_of("leicester")
    assert set(support["measure"]) == {"at_date"} and set(support["period"]) == {"31 March 2015"}
    assert figures.base_time(support) == 2015.25
    base = demand.base_cells(support)
    assert base.groupby("age_band")["people"].sum().to_dict() == {"18-64": 2111, "65+": 2952}
    assert base["people"].sum() == 5063
    assert set(base["setting"]) == {"not_stated"} and not base["hidden"].any()
    assert base.groupby("age_band").size().to_dict() == {"18-64": 6, "65+": 6}


def test_the_countys_base_is_a_count_during_a_year_and_stands_at_mid_2015():
    support = figures.first_support_of("leicestershire")
    assert set(support["measure"]) == {"during_year"} and figures.base_time(support) == 2015.5


@pytest.mark.parametrize(
    ("support", "message"),
    [
        (
            'source = "dhsc_ascof_2024_25"\ntables = ["long_term_support_leicester", "year_end_leicester"]\n',
            "these tables are of at_date, during_year. Name tables of one measure",
        ),
        (
            'source = "dhsc_ascof_2024_25"\ntables = ["admissions_leicester"]\n',
            "a base is people with long-term support; these tables hold admission_rate_65_plus",
        ),
        (
            'source = "leicester_performance_report_2023"\ntables = ["reviews"]\n',
            "these tables hold people_eligible_for_review, people_reviewed, reviews_completed. Name other tables",
        ),
        (
            'source = "dhsc_ascof_2024_25"\ntables = ["long_term_support_leicester"]\n',
            "base_year is 2015 and the support tables are of 2024/25. Mend one of them",
        ),
        (
            'source = "dhsc_ascof_2024_25"\ntables = ["long_term_support_leicestershire"]\n',
            "belongs to another authority (E10000018). One authority's figures never feed another's",
        ),
        (
            'source = "leicester_jsna_2016"\ntables = ["long_term_support_by_reasons"]\n',
            "has no table 'long_term_support_by_reasons'. Did you mean 'long_term_support_by_reason'",
        ),
    ],
)
def test_a_base_of_another_measure_quantity_year_or_council_is_refused(project, support, message):
    replace(project / AUTHORITIES, CITY_BASE, support)
    with pytest.raises(InputError) as error:
        figures.first_support_of("leicester")
    assert str(error.value).startswith("authorities.toml, leicester: ") and message in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",at_date,2015-03-31,2015-03-31,", ",quarter,2015-01-01,2015-03-31,", "these tables are of quarter"),
        (",2015-03-31,2015-03-31,", ",2015-06-30,2015-06-30,", "base_year is 2015 and the support tables are of"),
        (",2015-03-31,2015-03-31,", ",2016-03-31,2016-03-31,", "base_year is 2015 and the support tables are of"),
        (",people,exact,", ",thousands,exact,", "a base is people with long-term support"),
    ],
)
def test_a_stock_that_is_not_of_31_march_of_the_base_year_is_refused(project, old, new, message):
    text = (project / CITY_FIGURES).read_text(encoding="utf-8")
    assert old in text
    (project / CITY_FIGURES).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        figures.first_support_of("leicester")


def test_a_base_with_a_figure_that_is_not_available_is_refused_with_its_cell(project):
    rows = pd.read_csv(project / CITY_FIGURES, dtype=str)
    row = rows.index[rows["table"] == figures.first_support_of("leicester")["table"].iloc[0]][0]
    rows.loc[row, ["value", "status"]], rows.loc[row, ["lower", "upper"]] = "not_available", "none"
    rows.to_csv(project / CITY_FIGURES, index=False)
    with pytest.raises(InputError, match=f"cell {rows.loc[row, 'cell']} is not available.*Name another table"):
        figures.first_support_of("leicester")


def test_a_stock_and_a_flow_never_make_one_base():
    rows = figures.first_support_of("leicester")
    mixed = rows.assign(measure=["during_year", *rows["measure"].iloc[1:]])
    with pytest.raises(InputError, match="A base needs one measure; these tables have at_date, during_year"):
        demand.base_cells(mixed)


def test_a_base_that_does_not_add_to_its_printed_total_is_refused():
    rows = figures.first_support_of("leicester")
    sensory = (rows["support_reason"] == "sensory") & (rows["age_band"] == "65+")
    wrong = rows.assign(value=rows["value"].where(~sensory, rows["value"] + 1))
    with pytest.raises(InputError, match="cannot be added up: aged 65\\+, 2953 people and a total of 2952"):
        demand.base_cells(wrong)


# Population vintages


def by_single_years():
    """The city's persons in the newest projection, by the bands of its population: index the mid-year."""
    rows = read_official("ons_2022_based_projections_by_age", "persons").query("area_code == 'E06000016'")
    persons = rows[rows["age"] != "all_ages"].set_index("age").drop(columns="area_code").astype(float)
    ages = persons.index.str.rstrip("+").astype(int)
    bands = {band: tuple(map(int, re.findall(r"\d+", band))) for band in ("0-24", "18-24", "25-64", "65-74", "75-84")}
    bands["85+"] = (85, 90)
    found = pd.DataFrame(
        {band: persons[(ages >= first) & (ages <= last)].sum() for band, (first, last) in bands.items()}
    )
    return found.set_axis(found.index.astype(int))


def test_from_2022_on_the_newest_vintage_is_the_later_source_alone():
    later, found = by_single_years(), figures.benchmarks_of("leicester", "ons_2022_based")
    pd.testing.assert_frame_equal(found.loc[2022:], later, check_exact=True, check_names=False)
    population = figures.population_of("leicester", "ons_2022_based")
    for band in later:
        grown = population.people(band, 2035.5) / population.people(band, 2022.5)
        assert grown == pytest.approx(later.loc[2035, band] / later.loc[2022, band], rel=1e-5)


def test_before_2022_the_newest_vintage_holds_only_growth_of_the_earlier_sources():
    found = figures.benchmarks_of("leicester", "ons_2022_based")
    earlier = figures.benchmarks_of("leicester", "ons_2018_based")
    years = [2015, 2018, 2020, 2021]
    assert found.index[found.index < 2022].tolist() == years
    ratios = earlier.loc[years] / earlier.loc[2015]
    assert (found.loc[years] / found.loc[2015]).to_numpy() == pytest.approx(ratios[found.columns].to_numpy())
    # The estimates themselves, to 2020, and the 2018-based projection in 2021.
    estimates, projection = on_file("ons_mid_year_estimates"), on_file("ons_2018_based_projections")
    assert earlier.loc[:2020].equals(estimates.loc[:2020]) and earlier.loc[2021:].equals(projection.loc[2021:])


def test_growth_over_the_link_is_the_earlier_growth_to_it_times_the_later_growth_from_it():
    found = figures.benchmarks_of("leicester", "ons_2022_based")["85+"]
    earlier, later = on_file("ons_2018_based_projections")["85+"], by_single_years()["85+"]
    estimates = on_file("ons_mid_year_estimates")["85+"]
    at_link = np.sqrt(earlier[2021] * earlier[2023])  # half-way from one to the other, by the same factor each year
    assert found[2035] / found[2015] == pytest.approx((at_link / estimates[2015]) * (later[2035] / later[2022]))
    assert found[2035] / found[2015] != pytest.approx(later[2035] / estimates[2015], rel=0.05)


def test_the_step_at_the_link_is_printed():
    step = figures.step_at_link("leicester", "ons_2022_based")
    earlier, later = on_file("ons_2018_based_projections"), by_single_years()
    expected = 100 * (later.loc[2022] / np.sqrt(earlier.loc[2021] * earlier.loc[2023]) - 1)
    assert step[expected.index].to_numpy() == pytest.approx(expected.to_numpy())
    assert step["85+"] == pytest.approx(-9.3, abs=0.05) and step["25-64"] == pytest.approx(8.1, abs=0.05)


@pytest.mark.parametrize(
    ("council", "vintage"),
    [
        ("leicester", "ons_2018_based"),
        ("leicestershire", "ons_2018_based"),
        ("leicestershire", "statement_2012_based"),
    ],
)
def test_a_vintage_that_links_nothing_has_no_step(council, vintage):
    assert figures.step_at_link(council, vintage) is None


def test_the_other_councils_population_is_no_benchmark(project):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    city = text.index("[leicester]")
    part = 'source = "ons_2018_based_projections", table = "population_leicester"'
    mixed = text[city:].replace(part, part.replace("_leicester", "_leicestershire"), 1)
    assert mixed != text[city:]
    (project / AUTHORITIES).write_text(text[:city] + mixed, encoding="utf-8")
    with pytest.raises(InputError, match="'ons_2018_based_projections' belongs to another authority \\(E10000018\\)"):
        figures.benchmarks_of("leicester", "ons_2018_based")


# What was known when


def known(council):
    return {found.vintage: (time, first, found) for time, first, found in figures.populations_known(council)}


def test_the_countys_projections_are_known_from_when_they_were_published():
    found = known("leicestershire")
    statement = "leicestershire_market_position_statement_2016"
    assert list(found) == [statement, "ons_2018_based_projections"]  # in the order of their publication
    assert found[statement][0] == pytest.approx(2016 + 1 / 12) and found[statement][1] == 2012
    assert found[statement][2].benchmarks.index.tolist() == [2012, 2037]
    assert found["ons_2018_based_projections"][0] == pytest.approx(2020.23, abs=0.005)


def test_with_a_projection_estimates_up_to_its_first_year_were_known_and_none_after():
    _, first, found = known("leicestershire")["ons_2018_based_projections"]
    estimates = on_file("ons_mid_year_estimates", "leicestershire")
    projection = on_file("ons_2018_based_projections", "leicestershire")
    assert first == projection.index[0] == 2018
    assert found.benchmarks.loc[:2017].equals(estimates.loc[:2017])
    assert found.benchmarks.loc[2018:].equals(projection)
    assert 2020 in estimates.index and not found.benchmarks.loc[2020].equals(estimates.loc[2020])


def test_a_projection_without_a_date_of_publication_was_known_to_nobody(project):
    assert list(known("leicester")) == ["ons_2018_based_projections"]
    descriptor = project / "data/raw/ons_2018_based_projections/datapackage.yaml"
    text = descriptor.read_text(encoding="utf-8")
    descriptor.write_text(re.sub(r"(?m)^published: .*\n", "", text, count=1), encoding="utf-8")
    assert known("leicester") == {}


def test_a_document_of_a_month_that_reads_as_a_year_is_of_that_month(project):
    descriptor = project / "data/raw/ons_2018_based_projections/datapackage.yaml"
    replace(descriptor, "2020-03-24", "2009-10")
    assert known("leicester")["ons_2018_based_projections"][0] == pytest.approx(2009.83, abs=0.005)


# authorities.toml


def test_a_council_whose_id_names_no_folder_is_refused(project):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    (project / AUTHORITIES).write_text(re.sub(r"\[leicester(?=[.\]])", '["%s"', text), encoding="utf-8")
    with pytest.raises(InputError, match="'%s' is not a name of small letters"):
        authorities.known_authorities()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"demand_outlook"', '"con"', "'con' is not a name"),
        ('"demand_outlook"', '"Demand outlook"', "'Demand outlook' is not a name"),
        ('code = "E06000016"', 'code = "E06000016"\ncode = "E06000016"', "cannot be read.* line "),
        ('meeting_date = "2026-11-26"', 'meeting_date = "2026-11-31"', "meeting_date: '2026-11-31' is no day"),
    ],
)
def test_a_name_a_key_or_a_day_that_is_none_is_refused(project, old, new, message):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    assert old in text
    (project / AUTHORITIES).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        authorities.known_authorities()


def test_what_a_council_has_not_on_file_is_left_out(project):
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    city = text.index("[leicester]")
    without = re.sub(r"^(consequences|central_vintage) = .*\n", "", text[city:], flags=re.MULTILINE)
    (project / AUTHORITIES).write_text(text[:city] + without, encoding="utf-8")
    council = authorities.authority_named("leicester")
    assert "consequences" not in council and council["central_vintage"] == "ons_2018_based"
    assert set(authorities.headline_tables(council)) == {"demand", "need", "checks"}


def test_the_areas_are_the_councils_own_and_the_regions_and_nations():
    areas = authorities.areas()
    assert areas["leicester"] == "Leicester" and areas["leicestershire"] == "Leicestershire"
    assert areas["east_midlands"] == "East Midlands" and areas["uk"] == "United Kingdom"
    assert authorities.area_of("E06000016") == "leicester" and authorities.area_of("E92000001") == "england"


def test_a_councils_area_is_named_as_a_reader_says_it(project):
    text = (project / "authorities.toml").read_text(encoding="utf-8")
    for sign in ("]", "."):
        text = text.replace(f"[leicester{sign}", f"[kingston_upon_hull{sign}")
    (project / "authorities.toml").write_text(text, encoding="utf-8")
    assert authorities.areas()["kingston_upon_hull"] == "Kingston upon Hull"


def test_areas_of_councils_are_sorted_beside_those_of_the_vocabulary():
    rows = pd.DataFrame({"area": ["uk", "rutland", "east_midlands", "leicester", "uk"]})
    ordered = rows.sort_values("area", key=vocabulary.order("area"), kind="stable")["area"].tolist()
    assert ordered == ["leicester", "rutland", "east_midlands", "uk", "uk"]


def test_a_population_that_two_rows_give_is_refused_with_its_cell(monkeypatch):
    rows = figures.read_processed("figures_ons_2022_based_projections")
    monkeypatch.setattr(figures, "read_processed", lambda _: pd.concat([rows, rows[rows["table"] != ""]]))
    with pytest.raises(InputError, match=r"ons_2022_based_projections, table '.*', cell .* stands there twice"):
        figures.benchmarks_of("leicester", "ons_2022_based")


# The base of the latest count, in the pattern of official tables

PATTERN = 'pattern = "nhs_ascfr_2021_22"'


def of_the_city(project, old, new):
    """Change one thing of the city's entry in authorities.toml."""
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    city = text.index("[leicester]")
    assert old in text[city:]
    (project / AUTHORITIES).write_text(text[:city] + text[city:].replace(old, new, 1), encoding="utf-8")


def test_a_pattern_that_is_not_on_file_is_refused_with_the_nearest(project):
    of_the_city(project, PATTERN, 'pattern = "nhs_ascfr_2021_2"')
    with pytest.raises(InputError, match=r"there are no official tables 'nhs_ascfr_2021_2'.*'nhs_ascfr_2021_22'"):
        authorities.known_authorities()


def test_official_tables_of_something_else_are_no_pattern(project):
    of_the_city(project, PATTERN, 'pattern = "ons_mid_year_estimates_england"')
    with pytest.raises(InputError, match=r"'ons_mid_year_estimates_england' do not print people.*Write 'nhs_"):
        _ = open_council("leicester").base


def test_a_pattern_for_a_council_that_is_not_in_the_official_tables_is_refused():
    unknown = {**authorities.authority_named("leicester"), "id": "mercia", "name": "Mercia", "code": "E10000099"}
    with pytest.raises(InputError, match=r"mercia: the official tables have no council E10000099 \(Mercia\).*Mend its"):
        latest.base_of(unknown, assumptions.age_bands()["central"])


def test_a_pattern_for_a_council_that_did_not_submit_its_tables_is_refused():
    hackney = {**authorities.authority_named("leicester"), "id": "hackney", "name": "Hackney", "code": "E09000012"}
    with pytest.raises(InputError) as error:
        latest.base_of(hackney, assumptions.age_bands()["central"])
    assert str(error.value) == (
        "authorities.toml, hackney: its base cannot follow the pattern. Hackney (E09000012): the count of 2021/22 "
        "(aged 18-64) was not submitted ([x]). Leave the pattern out: the base is then what the council's own tables "
        "print."
    )


def test_without_a_pattern_the_base_is_what_the_council_s_own_tables_print(project):
    of_the_city(project, PATTERN, "")
    base = open_council("leicester").base
    assert base[["age_band", "support_reason", "people"]].to_numpy().tolist() == [
        ["18-64", "not_printed", 2658.0],
        ["65+", "not_printed", 3966.0],
    ]


def test_the_history_of_a_council_is_the_same_council_on_its_first_base():
    council = open_council("leicester", horizon=2036)
    assert (council.base_period, council.history.base_period) == ("2024/25", "31 March 2015")
    assert (council.start, council.history.start) == (2024.75, 2015.25)
    assert (council.period_of(2029), council.history.period_of(2029)) == ("2029/30", "31 March 2029")
    assert council.history.history.base.equals(council.history.base)
    assert figures.first_support_of("leicester").equals(council.history.support)


def test_official_tables_are_benchmarks_and_estimates_of_a_population(project):
    official = 'source = "ons_2022_based_projections_by_age", table = "persons"'
    assert official in (project / AUTHORITIES).read_text(encoding="utf-8")
    persons = read_official("ons_2022_based_projections_by_age", "persons").set_index(["area_code", "age"])
    own = persons.loc["E06000016", "2030"].astype(float)
    found = figures.benchmarks_of("leicester", "ons_2022_based").loc[2030]
    assert found["18-24"] == pytest.approx(own[[str(age) for age in range(18, 25)]].sum())
    assert found["85+"] == pytest.approx(own[[age for age in own.index if re.match(r"8[5-9]|90", age)]].sum())
    of_the_city(project, 'source = "ons_mid_year_estimates"\n', 'source = "ons_mid_year_estimates_england"\n')
    with pytest.raises(InputError, match="has no table 'population_leicester'"):
        figures.estimates_of("leicester")
    of_the_city(project, '_england"\ntable = "population_leicester"', '_england"\ntable = "after_census_2021"')
    assert figures.estimates_of("leicester").last_year == 2024


def test_a_council_that_the_official_population_has_not_is_refused(project):
    of_the_city(project, 'code = "E06000016"', 'code = "E06000099"')
    part = {"source": "ons_2022_based_projections_by_age", "table": "persons"}
    with pytest.raises(InputError, match=r"table 'persons', has no row for Leicester City Council \(E06000099\). Name"):
        figures._persons(authorities.authority_named("leicester"), part)


def test_a_pattern_for_a_count_of_another_year_is_refused(project):
    of_the_city(project, "base_year = 2024\n" + PATTERN, "base_year = 2024")
    of_the_city(project, "base_year = 2015", "base_year = 2015\n" + PATTERN)
    text = (project / AUTHORITIES).read_text(encoding="utf-8")
    start = text.index("[leicester]")
    city = text[start:].replace("[leicester.support]", "[leicester.later]", 1)
    city = city.replace("[leicester.history]", "[leicester.support]", 1)
    block = city[city.index("[leicester.later]") :]
    block = block[: block.index("\n\n")]
    (project / AUTHORITIES).write_text(text[:start] + city.replace(block, ""), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"its support is of 31 March 2015, and every council's latest count is of 2024/25"
    ):
        _ = open_council("leicester").base
