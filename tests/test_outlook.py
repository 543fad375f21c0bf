"""A council's numbers in one line each, and what the demand outlook makes of them."""

import pandas as pd
import pytest
from conftest import PROJECT

from helpers import open_council
from helpers.base.errors import InputError
from helpers.base.numbers import Number, Traced
from helpers.paper import outlook, outlook_annex
from helpers.projection.projection_tables import row_of

STATEMENT = "leicestershire_market_position_statement_2016"
STEP = "data/processed/projection_leicestershire_ons_2018_based_constant_rates.csv"


@pytest.fixture(scope="module")
def county():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        yield open_council("leicestershire", horizon=2037)


@pytest.fixture(scope="module")
def city():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        yield open_council("leicester", horizon=2037)


def test_people_in_nursing_homes_are_one_line(county):
    nursing = county.people(age="65+", year=2030, setting="nursing")
    row = row_of(county.projection, 2030, "65+", setting="nursing")
    assert (nursing.value, nursing.range.ends) == (row["people"], (row["people_p05"], row["people_p95"]))
    step, cell = nursing.rests_on
    assert step.name == STEP and "nursing home, 2030; made by notebooks/40_project.ipynb" in step.words
    assert cell.name == f"{STATEMENT}/long_term_support_65_plus!B11" and cell.words.endswith("printed as 484")
    assert nursing.what == "People aged 65 and over with long-term support, nursing home in 2030, at constant rates"


def test_a_group_of_settings_rests_on_the_counts_of_each(county):
    _, *cells = county.people(setting="care_home", year=2035).rests_on
    assert [cell.name.rpartition("!")[2] for cell in cells] == ["B11", "C11"]
    base = county.people(setting="care_home", year=2015)
    assert (base.value, str(base), base.rests_on) == (484 + 1971, "2,455", tuple(cells))


def test_the_base_is_as_published_and_later_years_are_as_projected(county):
    assert county.people("65+", 2015) == county.counted("65+") and str(county.counted("65+")) == "6,913"
    assert (county.people("65+").when, county.counted("65+").when) == ("2037", "2015/16")
    assert county.counted("65+").rests_on[0].name == f"{STATEMENT}/long_term_support_65_plus!H11"
    assert str(county.change("65+")) == "66% more" and county.ages == ["18-64", "65+"]


def test_a_hidden_group_prints_as_hidden(county):
    rows = county.projection
    hidden = rows[(rows["status"] == "suppressed") & (rows["year"] == 2030)].iloc[0]
    number = county.people(hidden["age_band"], 2030, hidden["support_reason"], hidden["setting"])
    assert str(number) == "hidden" and number.is_hidden
    with pytest.raises(InputError, match="this is hidden, so that nothing follows from it"):
        _ = number.beside(county.counted("65+")).size


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"setting": "nursng"}, "The projection has no setting 'nursng'.* give all, nursing, residential"),
        ({"age": "85+"}, "no age band '85.'.* give 18., 18-64, 65."),
        ({"year": 2050}, "no year 2050"),
        (
            {"year": 2031, "setting": "nursing", "support_reason": "sensory_visual"},
            "both together is kept for 2015, .* not for 2031",
        ),
    ],
)
def test_what_is_not_on_file_is_said_with_what_there_is(county, asked, message):
    with pytest.raises(InputError, match=message):
        county.people(**asked)


def test_settings_that_a_council_does_not_publish_are_said_in_one_sentence(city):
    with pytest.raises(InputError, match="no setting 'nursing': the figures that it rests on give all"):
        city.people(setting="nursing", year=2030)
    with pytest.raises(
        InputError, match="The base of Leicester City Council has no setting 'nursing': its tables give all"
    ):
        city.counted("65+", setting="nursing")


def test_the_latest_count_names_its_figure(county, city):
    assert str(county.latest("65+")) == "7,870" and county.latest("18-64").when == "2024/25"
    assert county.latest("65+").rests_on[0].name == "dhsc_ascof_2024_25/long_term_support_leicestershire!B3"
    (origin,) = city.latest("18+").rests_on
    assert origin.name == "leicester_overview_2024/people_with_long_term_support" and "5k" in origin.words
    with pytest.raises(
        InputError, match="a latest count of people aged 65 and over; there is one of people aged 18 and over"
    ):
        city.latest("65+")


def test_without_a_last_year_it_is_asked_for():
    with pytest.raises(InputError, match="open the council with one, as in horizon=2037"):
        open_council("leicester").people("65+")


TABLES = [
    outlook.by_age,
    outlook_annex.explained_table,
    outlook_annex.layers_table,
    outlook_annex.assumptions_grid,
    outlook_annex.year_by_year,
    outlook_annex.population_table,
    outlook_annex.backtest_table,
    lambda council: outlook_annex.scenarios_table(council, outlook.under_each(council)),
    lambda council: outlook_annex.groups(council, "65+", "support_reason"),
    lambda council: outlook_annex.against_estimates(council, outlook_annex.held_against_estimates(council)),
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", ["county", "city"])
def test_every_number_in_a_table_knows_its_cell_or_step(table, name, request):
    cells = table(request.getfixturevalue(name)).iloc[:, 1:].to_numpy().ravel()
    numbers = [cell for cell in cells if any(sign.isdigit() for sign in str(cell)) and len(str(cell)) < 20]
    assert numbers and all(isinstance(number, Traced) and number.rests_on and number.what for number in numbers)


def test_parts_of_a_group_add_to_their_printed_total(county):
    for dimension in outlook_annex.published_by(county):
        texts = (
            outlook_annex.groups(county, "65+", dimension).iloc[:, 1:].map(lambda cell: int(str(cell).replace(",", "")))
        )
        assert (texts.iloc[:-1].sum() == texts.iloc[-1]).all()


def test_choices_are_all_that_may_change_and_then_by_how_far_they_move_the_answer(county, city):
    for council in (county, city):
        first, *others = outlook.choices(council).values()
        assert str(first) == str(council.people("65+").range)
        assert [span.size.value for span in others] == sorted((span.size.value for span in others), reverse=True)


def number(value):
    return Number(value, "People", ())


def scenarios(**people):
    frame = pd.DataFrame({"people": map(number, people.values())}, index=list(people))
    kinds = frame.index.map(lambda name: "move" if name == "moved" else "entrants")
    return frame.assign(title=frame.index.str.capitalize(), kind=kinds, holds_rates=frame.index == "held")


def test_scenarios_that_print_as_the_base_case_are_not_drawn_and_are_named(county):
    each = scenarios(held=1000, fewer=900, moved=1001, same=999, more=1050)
    assert list(outlook.drawn(each).index) == ["more", "held", "fewer"]
    assert outlook.not_drawn(each) == (
        " Not drawn, as they change where or how people have support and not how many: “moved”."
        " Not drawn, as they leave this number as it is: “same”."
    )
    leads = outlook.leads(county, each)
    assert (str(leads), outlook.title_of(each, leads.after)) == ("10% fewer", "fewer")
    assert outlook.leads(county, scenarios(held=1000, moved=1000)) is None


@pytest.mark.parametrize(
    ("counted", "already", "above"), [(2000, False, False), (3039, False, False), (3111, True, True)]
)
def test_a_count_is_there_already_only_where_it_is(county, monkeypatch, counted, already, above):
    monkeypatch.setattr(type(county), "latest", lambda self, age: Number(counted, "People", (), published=True))
    assert outlook.is_there_already(county, "18-64") is already and outlook.exceeds(county, "18-64") is above


def test_what_is_not_published_is_left_out(county, city):
    assert list(outlook_annex.published_by(county)) == ["support_reason", "setting"]
    assert list(outlook_annex.published_by(city)) == ["support_reason"]
    assert outlook.in_places(county) and not outlook.in_places(city)
    assert outlook.counted_later(county, "65+").value == 7870 and outlook.counted_later(city, "65+") is None
    assert outlook_annex.year_of_cells(city) is None
    assert (outlook.during(county), outlook.during(city)) == ("during 2015/16", "on 31 March 2015")
