"""The paper on money, for each council: its sentences and numbers follow from official tables and its projection."""

import re

import nbformat
import pytest
from conftest import PROJECT, sentences

from helpers import open_council
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE, TABLE
from helpers.council import care_homes, spending
from helpers.paper import beside_paper, money, money_own
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import annex_page, to_pdf
from helpers.pipeline import notebooks
from helpers.published.processed import read_processed

pytestmark = pytest.mark.papers
NOTEBOOK = PROJECT / "notebooks/briefings/money.ipynb"
COUNCILS = ("leicester", "leicestershire")
#: What dearer or larger support added in 2021/22, in million pounds.
LAST = {"leicester": "4.5", "leicestershire": "5.1"}
#: Long-term care before income in 2021/22, in million pounds, of both ages and of the older one (tables 43 and 44).
SPENT = {"leicester": ("110.9", "50.6"), "leicestershire": ("147.8", "73.3")}


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """The executed notebook of each council."""
    folder = tmp_path_factory.mktemp("money")
    run = {name: notebooks.run(NOTEBOOK, {"authority_id": name}, folder / f"{name}.ipynb") for name in COUNCILS}
    return {name: nbformat.read(path, as_version=4) for name, path in run.items()}


@pytest.fixture(scope="module")
def councils():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(PROJECT)
        yield {name: open_council(name, horizon=2036) for name in COUNCILS}


def shown(paper, mime):
    outputs = [output["data"] for cell in paper.cells if cell.cell_type == "code" for output in cell.outputs]
    return [data[mime] for data in outputs if mime in data]


def said(paper):
    return "\n".join(shown(paper, "text/markdown"))


def table(paper, title):
    (found,) = [table for table in shown(paper, TABLE) if title in table["title"]]
    return {row[0]: row[1:] for row in found["rows"]}


def spent(name, year, kind="all", column="value"):
    """Long-term care in a year, in pounds, as 45_consequences kept it."""
    rows = read_processed(f"consequences_{name}_ons_2022_based_constant_rates")
    rows = rows.query("quantity == 'spending_by_setting' and year == @year and assumption == @kind")
    return float(rows[column].item())


@pytest.mark.parametrize("name", COUNCILS)
class TestBoth:
    def test_members_have_two_pages_and_then_the_annex(self, papers, name):
        assert annex_page(to_pdf(from_notebook(papers[name]))) == 3

    def test_one_council_stays_by_itself(self, papers, name):
        shows = said(papers[name]) + str(shown(papers[name], TABLE)) + str(shown(papers[name], FIGURE))
        shows = shows.replace("Leicester and Leicestershire", "both")  # the title of the population projection
        if name == "leicester":
            assert "Leicestershire" not in shows and "161.7" not in shows
        else:
            assert not re.search(r"Leicester\b|E06000016", shows) and "£215" not in shows

    def test_what_people_cost_now_and_later_is_the_chain_s_with_its_range(self, papers, name):
        base, later = (spent(name, year) for year in (2024, 2029))
        ends = [spent(name, 2029, column=column) / 1e6 for column in ("value_p10", "value_p90")]
        assert 1e6 * ends[0] < base < later < 1e6 * ends[1]
        goes = f"rise from {money.in_millions(base)} to about {money.in_millions(later)}"
        assert f"{goes}, at prices of 2021/22, not as paid." in said(papers[name])
        within = f"£{ends[0]:.0f} to {ends[1]:.0f} million"
        assert said(papers[name]).count(within) == 2  # in a message, and a question

    def test_the_heading_sets_more_people_beside_the_last_year_of_dearer_support(self, papers, name):
        both = spent(name, 2029) - spent(name, 2024)
        heading = said(papers[name]).splitlines()[0]
        added = re.search(r"## More people would add £([\d.]+) million a year by 2029/30; ", heading)[1]
        assert float(added) == pytest.approx(both / 1e6, abs=0.11)
        assert heading.endswith(f"in 2021/22 alone, dearer or larger support added £{LAST[name]} million")
        assert table(papers[name], "What moved")["All"][1] == f"+{LAST[name]}"

    def test_what_is_spent_is_that_of_the_official_tables(self, papers, name):
        both, older = SPENT[name]
        assert f"In 2021/22 long-term care cost £{both} million before income" in said(papers[name])
        for title in ("Long-term care by age and setting", "Long-term care to 2036 at the prices and packages"):
            rows = table(papers[name], title)
            assert rows["All"][0] == both and rows["Aged 65 and over: all"][0] == older

    def test_a_week_and_an_hour_cost_what_the_paper_beside_others_says(self, papers, name):
        rows = table(papers[name], "What support cost the council")
        costs = [rows["A week in residential homes, aged 65 and over"][-1], rows["An hour of home care, bought"][-1]]
        beside = beside_paper.Beside(open_council(name).area_code)
        measures = ("residential_65_plus", "home_care_hour")
        assert [f"£{cost}" for cost in costs] == [str(beside_paper.number(beside, one)) for one in measures]
        assert table(papers[name], "people, and what each cost")["65 and over: residential homes"][-1] == costs[0]

    def test_people_weeks_and_price_make_up_the_cost_of_care_homes(self, papers, name):
        rows = table(papers[name], "people, and what each cost")
        assert sum(float(row[1]) for row in rows.values()) == pytest.approx(float(SPENT[name][0]), abs=0.3)
        homes = [row for place, row in rows.items() if place.endswith("residential homes")]
        assert len(homes) == 2 and len(rows) == 8
        for people, cost, each, weeks, week in homes:
            people, each, week = (float(text.replace(",", "")) for text in (people, each, week))
            assert people * float(weeks) * week / 1e6 == pytest.approx(float(cost), rel=0.03)
            assert people * each / 1e6 == pytest.approx(float(cost), rel=0.01)

    def test_what_moved_it_last_adds_in_print(self, papers, name):
        rows = {
            key: [float(text.replace("−", "-")) for text in row]
            for key, row in table(papers[name], "What moved").items()
        }
        assert list(rows) == ["Aged 65 and over", "Aged 18 to 64", "All"]
        for people, each, change in rows.values():
            assert people + each == pytest.approx(change)
        older, younger, both = rows.values()
        assert [one + other for one, other in zip(older, younger, strict=True)] == pytest.approx(both)

    def test_bars_are_what_people_price_and_package_add_over_the_same_years(self, papers, name):
        (figure,) = shown(papers[name], FIGURE)
        assert "million pounds a year by 2029/30" in figure["unit"] and "from prices of 2021/22" in figure["unit"]
        bars = {line["label"]: dict(zip(line["names"], line["x"], strict=True)) for line in figure["data"]}
        people = ["More people aged 65 and over", "More people aged 18 to 64"]
        rise = "Prices or packages up 1% a year"
        assert list(bars["values"]) == [*people, rise]
        assert bars["values"][rise] == pytest.approx(spent(name, 2024) / 1e6 * (1.01**5 - 1), abs=0.06)
        example = f"as an example, {rise[0].lower()}{rise[1:]} would add £{bars['values'][rise]:.1f} million"
        assert figure["title"].endswith(example)
        assert list(bars["lower"]) == list(bars["upper"]) == people
        assert all(bars["lower"][one] < 0 < bars["values"][one] < bars["upper"][one] for one in people)
        both = re.search(r"More people would add £([\d.]+) million", said(papers[name]))[1]
        assert sum(bars["values"][one] for one in people) == pytest.approx(float(both))
        assert float(both) == pytest.approx((spent(name, 2029) - spent(name, 2024)) / 1e6, abs=0.11)

    def test_no_more_than_six_questions(self, papers, name):
        (asked,) = [text for text in shown(papers[name], "text/markdown") if "What was spent on long-term care" in text]
        assert 3 <= len(asked.splitlines()) <= 6 and all(line.startswith("- ") for line in asked.splitlines())

    def test_holding_the_number_is_what_was_worked_out(self, papers, name):
        rows = read_processed(f"consequences_{name}_ons_2022_based_constant_rates").query(
            "quantity == 'fewer_entrants'"
        )
        shares = [f"{round(float(value))}%" for value in rows["value"]]
        assert [row[0] for row in table(papers[name], "How many fewer would have to").values()] == shares
        assert len(shares) == 3


@pytest.mark.snapshots
@pytest.mark.parametrize("name", COUNCILS)
def test_all_that_is_said(papers, name, snapshot):
    assert sentences(said(papers[name])) == snapshot


def test_a_rate_of_one_year_is_not_drawn_forward(papers):
    assert "Its report of 5 October 2023 has packages up 8% a year." in said(papers["leicester"])
    kept = read_processed("consequences_leicester_ons_2022_based_constant_rates")
    assert not kept["assumption"].str.contains("8%").any() and "8% a year" not in said(papers["leicestershire"])
    assert all("8%" not in str(figure) for name in COUNCILS for figure in shown(papers[name], FIGURE))


def test_care_homes_were_missed_where_that_was_tried(papers, councils):
    missed = "here the same share gave 31% too many people in care homes in 2023, whoever pays"
    assert missed in said(papers["leicestershire"]) and "care homes in 2023" not in said(papers["leicester"])
    assert care_homes.same_share_missed(councils["leicester"]) is None


def test_the_councils_own_figures_stand_by_themselves_each_with_its_year(papers):
    city, county = (table(papers[name], "As the council published them") for name in COUNCILS)
    assert dict(city.values()) == {"£215m": "2024", "£65m": "2024", "5%": "2024", "8%": "5 October 2023"}
    assert list(county.values()) == [
        ["£161.7 million", "2014/15"],
        ["£17.6 million", "2014/15"],
        ["£144 million", "2014/15"],
        ["£18.6 million", "2019/20"],
    ]


def test_the_councils_own_lists_are_those_published(papers):
    budgets = table(papers["leicester"], "Gross budgets by type of service")
    published = read_processed("figures_leicester_foi_gross_budgets_2012")
    assert len(budgets) == len(published) + 1 and next(iter(budgets)) == "Residential and nursing care"
    assert budgets["All that are listed"] == ["89.6", "100.0%"]
    savings = table(papers["leicestershire"], "Savings that were planned")
    assert savings == {"2016/17": ["7.7"], "2017/18": ["14.0"], "2018/19": ["17.6"], "2019/20": ["18.6"]}


def test_the_official_change_is_pinned(councils):
    city, county = (money.last_change(councils[name]) for name in COUNCILS)
    assert [f"{part.pounds / 1e6:.1f}" for part in (city.change, city.people, city.for_each)] == ["7.4", "2.9", "4.5"]
    assert [f"{part.pounds / 1e6:.1f}" for part in (county.change, county.people, county.for_each)] == [
        "4.9", "-0.2", "5.1",
    ]  # fmt: skip
    assert (county.more, county.people.added, county.support) == ("fewer", "took away", "dearer or larger support")


def test_where_no_year_is_on_file_the_example_stands_in_its_place(councils, monkeypatch):
    monkeypatch.setattr(money, "last_change", lambda council, age="": None)
    found = str(money.finding(councils["leicester"], 1.0))
    assert found.endswith("£5.1 million a year by 2029/30; prices or packages up 1% a year would add £5.9 million")
    assert money.last_change_table(councils["leicester"]).empty


def test_more_weeks_than_a_year_has_are_said_not_to_fit(councils):
    halton = open_council("halton", horizon=2036)
    weeks = spending.by_place(halton).set_index(["age_band", "place"])["weeks"]
    # £12.7 million for 295 people at £527 a week, as published.
    assert weeks["65+", "residential homes"] == pytest.approx(81.7, abs=0.1)
    assert "More weeks than a year has cannot be" in money.by_place_note(halton)
    assert "cannot be" not in money.by_place_note(councils["leicester"])


def test_a_leap_of_the_count_is_said_where_the_cost_starts_from_it(councils):
    halton = open_council("halton", horizon=2036)
    words = ", and its start rests on counting that changed: of older people, 2,198 after 1,315 in 2021/22"
    assert str(money.recounted(halton)) == words and money.recounted(councils["leicester"]) == ""
    # Cornwall's older people are about as many as then.
    cornwall = money.recounted(open_council("cornwall", horizon=2036))
    assert str(cornwall).endswith(": of those of working age, 3,498 after 2,775 in 2021/22")


def test_of_costs_that_cannot_be_no_last_change_is_told(councils, monkeypatch):
    # Home care at 65 and over cost Reading £930,000 less than nothing.
    for name, why in (
        ("halton", "more weeks in a home than a year has"),
        ("reading", "less than nothing for home care"),
    ):
        council = open_council(name, horizon=2036)
        assert money.doubted(council) == why and money.last_change(council) is None
    assert money.doubted(councils["leicester"]) == "" and money_own.questions(councils["leicester"])[0] is None
    monkeypatch.setattr(money_own, "doubted", lambda council: "less than nothing")
    assert money_own.questions(councils["leicester"])[0].startswith("Which of the costs published for 2021/22 are")


def test_what_cannot_be_projected_is_left_out_by_name_and_the_cost_then_is_whole(councils, monkeypatch):
    assert money.without(councils["leicester"]) == ""
    assert str(money.cost_then(councils["leicester"])) == str(money.projected_then(councils["leicester"]))
    # York: £63,969,000 for all settings, as published.
    assert str(money.cost_then(open_council("york", horizon=2036))) == "£64.0 million"
    rows = money.kept(councils["leicester"])
    monkeypatch.setattr(money, "kept", lambda council: rows[~rows["assumption"].str.contains("direct payments")])
    assert money.without(councils["leicester"]) == " without direct payments"
    note = str(money.drawn_note(councils["leicester"], 1.0))
    assert note.endswith("The cost is without direct payments: £110.9 million of £110.9 million in 2021/22.")
    rows = rows[~rows["assumption"].str.contains("home care")]
    assert money.without(councils["leicester"]) == " of a part"


@pytest.mark.parametrize("horizon", [2024, 2060])
def test_a_last_year_that_cannot_be_is_refused(tmp_path, horizon):
    with pytest.raises(
        InputError,
        match=r"give a year after 2024, that of the latest count|the horizon is 2060. Choose an earlier|2060 lies past",
    ):
        notebooks.run(NOTEBOOK, {"horizon": horizon}, tmp_path / "money.ipynb")
