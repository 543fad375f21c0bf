"""What the demand outlook makes of a council: its numbers, its heading, its chart, and the tables of its annex."""

import pandas as pd
import pytest
from conftest import PROJECT

from helpers import open_council
from helpers.base.errors import InputError
from helpers.base.numbers import Traced
from helpers.paper import charts, outlook, outlook_annex, reasons
from helpers.projection.projection_tables import BANDS, row_of

pytestmark = pytest.mark.papers

STEP = "data/processed/projection_leicestershire_ons_2022_based_constant_rates.csv"


@pytest.fixture(scope="module")
def county():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        yield open_council("leicestershire", horizon=2036)


@pytest.fixture(scope="module")
def city():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        yield open_council("leicester", horizon=2036)


def test_people_in_nursing_homes_are_one_line(county):
    nursing = county.people(age="65+", year=2030, setting="nursing")
    row = row_of(county.projection, 2030, "65+", setting="nursing")
    assert (nursing.value, nursing.range.ends) == (row["people"], (row["people_p10"], row["people_p90"]))
    assert nursing.wide_range.ends == (row["people_p05"], row["people_p95"])
    assert (
        nursing.rests_on[0].name == STEP and "nursing home, 2030/31; made by notebooks/40" in nursing.rests_on[0].words
    )


def test_the_base_is_as_published_and_later_years_are_as_projected(county):
    assert county.people("65+", 2024) == county.counted("65+") and str(county.counted("65+")) == "7,870"
    assert county.counted("65+").rests_on[0].name == "dhsc_ascof_2024_25/long_term_support_leicestershire!B3"
    assert county.people("65+", 2029).rests_on == (county.people("65+", 2029).rests_on[0], *county.counted().rests_on)


def test_a_hidden_group_prints_as_hidden(county):
    rows = county.projection
    hidden = rows[(rows["status"] == "suppressed") & (rows["year"] == 2029)].iloc[0]
    number = county.people(hidden["age_band"], 2029, hidden["support_reason"], hidden["setting"])
    assert str(number) == "hidden" and number.is_hidden
    with pytest.raises(InputError, match="this is hidden, so that nothing follows from it"):
        _ = number.beside(county.counted("65+")).size


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"setting": "nursng"}, "The projection has no setting 'nursng'.* give all, nursing, residential"),
        ({"age": "85+"}, "no age band '85.'.* give 18., 18-64, 65."),
        ({"year": 2080}, "no year 2080"),
    ],
)
def test_what_is_not_on_file_is_said_with_what_there_is(county, asked, message):
    with pytest.raises(InputError, match=message):
        county.people(**asked | ({"support_reason": "all"} if "year" in asked else {}))


def test_without_a_last_year_it_is_asked_for():
    with pytest.raises(InputError, match="open the council with one, as in horizon=2037"):
        open_council("leicester").people("65+")


# Page one


def altered(factor):
    """A council whose projection after its base is another: this many times the base, its bands 1% either way."""
    council = open_council("leicestershire", horizon=2036)
    rows = council.projection.copy()
    base = float(council.counted("65+").value)
    own = (rows["age_band"] == "65+") & (rows["support_reason"] == "all") & (rows["setting"] == "all")
    later = own & (rows["year"] > council.base_year)
    rows.loc[later, "people"] = base * factor
    for column, width in zip(BANDS, (0.985, 0.99, 0.995, 1, 1.005, 1.01, 1.015), strict=True):
        rows.loc[later, column] = base * factor * width
    vars(council)["projection"] = rows
    return council


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.2, "More older people are likely to have long-term support by 2030, perhaps 1,600 more"),
        (1.011, "More older people are likely to have long-term support by 2030, perhaps 90 more"),
        (1.0, "About as many older people may have long-term support by 2030 as now"),
        (0.995, "About as many older people may have long-term support by 2030 as now"),
        (0.8, "Fewer older people are likely to have long-term support by 2030, perhaps 1,600 fewer"),
    ],
)
def test_the_heading_goes_the_way_of_the_figures(factor, said):
    assert str(outlook.finding(altered(factor))) == said


def test_a_heading_is_likely_only_where_most_futures_go_that_way():
    county = altered(1.05)
    rows = county.projection
    own = (rows["age_band"] == "65+") & (rows["support_reason"] == "all") & (rows["year"] == 2029)
    rows.loc[own & (rows["setting"] == "all"), ["people_p05", "people_p10", "people_p25"]] = [5000.0, 6000.0, 7000.0]
    assert str(outlook.finding(county)).startswith("More older people may have long-term support by 2030, perhaps 390")


def test_how_good_it_is_comes_from_all_councils(county):
    tried, (row,) = outlook.tried(county), _rows_of_five_years()
    assert int(str(tried.councils)) == row["forecasts"] > 100 and tried.years == "five years"
    assert str(tried.missed) == "11%" and float(row["mean_absolute_log_error"]) == pytest.approx(0.107, abs=0.01)
    assert str(tried.held) == f"{round(row['coverage_likely_pct'])}%" == "88%" and tried.fitted == "so it was too wide"


def _rows_of_five_years():
    rows = pd.read_csv(PROJECT / "data/processed/england/backtest_by_years.csv")
    five = rows.query("age_band == '65+' and years_apart == 5 and forecast_by == 'constant_rates'")
    return five.to_dict("records")


def test_counts_before_the_base_are_counted_as_the_base_is(county, city):
    assert [one.when for one in outlook.counted_before(county)] == ["2015/16", "2019/20", "2020/21", "2021/22"]
    # The City's own first count is on one date, and that of a date never stands beside one of a year.
    assert [one.when for one in outlook.counted_before(city)] == ["2019/20", "2020/21", "2021/22"]
    assert [str(one) for one in outlook.counted_before(city)] == ["3,725", "3,825", "3,850"]
    assert outlook.broken_in(county) == outlook.broken_in(city) == 2024


def test_the_chart_draws_counts_apart_from_the_fan_and_says_both(county):
    figure, said = outlook.drawn(county), str(outlook.drawn_in_words(county))
    lines = {line["label"]: line for line in charts.plotted(figure)}
    assert lines["counted before"]["x"] == [2015, 2019, 2020, 2021] and lines["counted before"]["y"][0] == 6913
    joined = [list(line.get_xdata()) for line in figure.axes[0].get_lines() if line.get_label() == "_joined"]
    assert joined == [[2019, 2020], [2020, 2021]]  # no line over years that are not on file
    assert "the years between are not on file" in outlook.drawn_note(county)
    assert "2015/16: the document leaves open which year" in outlook.drawn_note(county)
    assert (lines["people"]["x"][0], lines["people"]["x"][-1]) == (2024, 2029)
    assert lines["people, an illustration"]["x"][-1] == 2036
    texts = {text.get_text() for text in figure.axes[0].texts}
    later = county.people("65+", 2029)
    assert texts == {"2024/25: 7,870", f"2029/30: about {later}", "collection changed"}
    assert "2015/16: 6,913" in said and f"2029/30: about {later}" in said and str(later.range) in said


def test_members_get_two_questions(county, city):
    for council in (county, city):
        wide, of_the_break = map(str, outlook.questions(council))
        assert str(council.people("65+", 2029).range) in wide and "rose from" in of_the_break


def test_the_question_on_the_break_goes_the_way_of_the_counts(county, monkeypatch):
    last = outlook.counted_before(county)[-1]
    higher = [type(last)(9000.0, last.what, last.rests_on, published=True, when=last.when)]
    monkeypatch.setattr(outlook, "counted_before", lambda council, age="65+": higher)
    assert "fell from 9,000 to 7,870" in str(outlook.questions(county)[1])


# The annex

TABLES = [
    outlook_annex.explained,
    outlook_annex.layers_table,
    outlook_annex.by_population,
    outlook_annex.population_table,
    outlook_annex.tried_before,
    outlook_annex.against_estimates,
    outlook_annex.at_home,
    outlook_annex.spread_table,
    lambda council: outlook_annex.year_by_year(council, "65+"),
    lambda council: outlook_annex.scenarios_table(council, outlook.under_each(council)),
    lambda council: reasons.table(council, "65+", 2029),
    outlook_annex.by_setting,
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", ["county", "city"])
def test_every_number_in_a_table_knows_its_cell_or_step(table, name, request):
    if (made := table(request.getfixturevalue(name))) is None:
        assert (name, table) == ("city", outlook_annex.against_estimates)  # both of its populations start from these
        return
    cells = made.iloc[:, 1:].to_numpy().ravel()
    numbers = [cell for cell in cells if any(sign.isdigit() for sign in str(cell)) and len(str(cell)) < 20]
    assert numbers and all(isinstance(number, Traced) and number.rests_on and number.what for number in numbers)


def test_a_setting_that_is_hidden_prints_as_hidden_in_every_year(county, city):
    for council in (county, city):
        table = outlook_annex.by_setting(council).set_index("Setting")
        rows = council.projection[council.projection["year"] == council.base_year]
        rows = rows[(rows["support_reason"] == "all") & (rows["status"] == "suppressed")]
        hidden = {(outlook_annex.SETTINGS[row["setting"]], row["age_band"]) for _, row in rows.iterrows()}
        printed = {
            (kind, age)
            for kind in table.index for age, words in (("65+", "65 and over"), ("18-64", "18 to 64"))
            if {str(table.loc[kind, column]) for column in table if column.startswith(words)} == {"hidden"}
        }  # fmt: skip
        assert printed == {(kind, age) for kind, age in hidden if kind in table.index and age != "18+"}


def test_a_hidden_setting_has_no_range_and_is_explained(county, city):
    table = outlook_annex.by_setting(city).set_index("Setting")
    assert set(table.loc["Commissioned support only"].map(str)) == {"hidden"}
    assert "fewer than five people in 2021/22" in outlook_annex.settings_note(city, table)
    assert str(table.loc["Residential home", "65 and over, likely range"]) == "820 to 1,300"
    assert outlook_annex.settings_note(county, outlook_annex.by_setting(county)) == ""


def test_estimates_of_the_base_print_to_the_nearest_five(county):
    texts = reasons.table(county, "65+", 2029).iloc[:-1, 1:3].map(str).to_numpy().ravel()
    assert len(texts) and all(int(text.replace(",", "")) % 5 == 0 for text in texts)


def test_how_constant_rates_did_on_care_homes_is_said_where_it_was_tried(county, city):
    said = str(outlook.homes_tried(county))
    assert str(county.people("65+", 2029, setting="care_home")) in said and "may be too high" in said
    assert said.endswith("constant rates gave 31% too many.")
    assert outlook.homes_tried(city) is None


def test_the_parts_of_the_range_stand_with_the_widest_first_and_all_together_last(county):
    titles = list(outlook_annex.layer_titles(county))
    assert titles[-1] == "all" and "break" not in titles  # nothing after the base crosses it
    shares = [float(county.layers[name, "65+"]) for name in titles[:-1]]
    assert shares == sorted(shares, reverse=True)


def test_the_share_at_home_is_a_check_beside_the_base(county, city):
    first = outlook_annex.at_home(county).iloc[0]
    assert (str(first.iloc[1]), str(first.iloc[2])) == ("5,495", "70%")
    # Where a part of the community is hidden, it is all who are not in care homes: 3,966 less 200 and 955.
    assert list(map(str, outlook_annex.at_home(city).iloc[0, 3:])) == ["2,810", "71%"]


def test_a_base_with_fewer_outside_care_homes_than_are_published_at_home_says_so(county, monkeypatch):
    fewer = "Aged 65 and over, the base has fewer: it may put too many in care homes."
    assert outlook_annex.at_home_note(county).endswith(fewer)
    rows = outlook_annex.at_home(county)
    monkeypatch.setattr(outlook_annex, "at_home", lambda _: rows)
    for in_base in (rows["Share"], "hidden"):  # as many, and nobody knows
        rows["Share in the base"] = in_base
        assert "fewer" not in outlook_annex.at_home_note(county)


def test_what_2015_16_said_is_a_test_of_the_method(county, city):
    rows = outlook_annex.tried_before(county).set_index("Counts, from and for").map(str)
    older = rows.loc["People aged 65 and over with long-term support during the year, 2015/16 to 2024/25"]
    assert list(older) == ["8,940", "6,913", "7,870", "+13.6%"]
    of_city = outlook_annex.tried_before(city)
    reviews = of_city[of_city.iloc[:, 0].str.startswith("People eligible")]
    assert not reviews.isin(["not on file"]).any(axis=None) and of_city.isin(["not on file"]).any(axis=None)
    assert "Not on file" in outlook_annex.tried_note(city, of_city)
    assert "Not on file" not in outlook_annex.tried_note(county, rows)
