"""The paper on money, for each council: its sentences and numbers follow from official tables and its projection."""

import re

import nbformat
import pytest
from conftest import PROJECT, sentences

from helpers import open_council
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE, TABLE
from helpers.paper import money
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import annex_page, to_pdf
from helpers.pipeline import notebooks
from helpers.published.processed import read_processed

pytestmark = pytest.mark.papers
NOTEBOOK = PROJECT / "notebooks/briefings/money.ipynb"
COUNCILS = ("leicester", "leicestershire")
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

    def test_what_people_add_is_the_chain_s_with_its_range(self, papers, name):
        base = spent(name, 2024)
        added = [spent(name, 2029, column=column) - base for column in ("value", "value_p10", "value_p90")]
        about, low, high = map(money.in_millions, added)
        assert added[1] < 0 < added[0] < added[2]
        assert f"would add about **{about}** a year by 2029/30 (likely range: {low} less to {high} more)" in said(
            papers[name]
        )

    def test_prices_that_rise_so_much_add_as_much(self, papers, name):
        rate = float(re.search(r"prices rising ([\d.]+)% a year would add as much", said(papers[name]))[1])
        grown = 100 * ((spent(name, 2029) / spent(name, 2024)) ** (1 / 5) - 1)
        assert rate == pytest.approx(grown, abs=0.05)

    def test_what_is_spent_is_that_of_the_official_tables(self, papers, name):
        both, older = SPENT[name]
        assert f"£{both} million before income, £{older} million of it for people aged 65 and over" in said(
            papers[name]
        )
        rows = table(papers[name], "Long-term care at the prices and packages")
        assert rows["All"][0] == both and rows["Aged 65 and over: all"][0] == older

    def test_people_weeks_and_price_make_up_the_cost_of_care_homes(self, papers, name):
        rows = table(papers[name], "people, times weeks, times price")
        assert sum(float(row[1]) for row in rows.values()) == pytest.approx(float(SPENT[name][0]), abs=0.3)
        homes = [row for place, row in rows.items() if place.endswith("care homes")]
        assert len(homes) == 2 and len(rows) == 6
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
        for before, after, people, each, change in rows.values():
            assert people + each == pytest.approx(change) == pytest.approx(after - before)
        assert sum(rows[age][1] for age in list(rows)[:2]) == pytest.approx(rows["All"][1], abs=0.11)

    def test_bars_are_all_what_a_change_adds_a_year(self, papers, name):
        (figure,) = shown(papers[name], FIGURE)
        assert "million pounds a year by 2029/30" in figure["unit"] and "at prices of 2021/22" in figure["unit"]
        assert len(re.findall(r"£[\d.]+ million", figure["alt"])) == (5 if name == "leicester" else 4)
        assert "One year of packages up 8%" in figure["alt"] or name != "leicester"

    def test_no_more_than_six_questions(self, papers, name):
        (asked,) = [text for text in shown(papers[name], "text/markdown") if "What was spent on long-term care" in text]
        assert 3 <= len(asked.splitlines()) <= 6 and all(line.startswith("- ") for line in asked.splitlines())

    def test_holding_the_number_is_what_was_worked_out(self, papers, name):
        rows = read_processed(f"consequences_{name}_ons_2022_based_constant_rates").query(
            "quantity == 'fewer_entrants'"
        )
        shares = [f"{round(float(value))}%" for value in rows["value"]]
        assert [row[0] for row in table(papers[name], "Fewer new people").values()] == shares and len(shares) == 3


@pytest.mark.snapshots
@pytest.mark.parametrize("name", COUNCILS)
def test_all_that_is_said(papers, name, snapshot):
    assert sentences(said(papers[name])) == snapshot


def test_a_rate_of_one_year_is_put_on_one_year(papers):
    words = said(papers["leicester"])
    one_year = money.in_millions(0.08 * spent("leicester", 2024))
    assert f"packages up 8% a year: one such year would add {one_year}, more than all those people." in words
    kept = read_processed("consequences_leicester_ons_2022_based_constant_rates")
    assert not kept["assumption"].str.contains("8%").any() and "up 8%" not in said(papers["leicestershire"])


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


@pytest.mark.parametrize("horizon", [2024, 2060])
def test_a_last_year_that_cannot_be_is_refused(tmp_path, horizon):
    with pytest.raises(
        InputError,
        match=r"give a year after 2024, that of the latest count|the horizon is 2060. Choose an earlier|2060 lies past",
    ):
        notebooks.run(NOTEBOOK, {"horizon": horizon}, tmp_path / "money.ipynb")
