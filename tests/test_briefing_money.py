"""The briefing on money, for each council: its sentences and numbers follow from its own processed tables."""

import re

import nbformat
import pytest
from conftest import PROJECT, sentences

from helpers.base.mime import FIGURE, TABLE
from helpers.base.wording import likely_range, people, percentage
from helpers.council.assumptions import scenario_named
from helpers.paper.publish.document import from_notebook
from helpers.paper.publish.pdf import annex_page, to_pdf
from helpers.pipeline import notebooks
from helpers.published.processed import read_processed

pytestmark = pytest.mark.papers
NOTEBOOK = PROJECT / "notebooks/briefings/money.ipynb"
COUNCILS = ("leicester", "leicestershire")


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """The executed notebook of each council."""
    folder = tmp_path_factory.mktemp("money")
    run = {name: notebooks.run(NOTEBOOK, {"authority_id": name}, folder / f"{name}.ipynb") for name in COUNCILS}
    return {name: nbformat.read(path, as_version=4) for name, path in run.items()}


def shown(paper, mime):
    outputs = [output["data"] for cell in paper.cells if cell.cell_type == "code" for output in cell.outputs]
    return [data[mime] for data in outputs if mime in data]


def said(paper):
    return "\n".join(shown(paper, "text/markdown"))


def table(paper, title):
    (found,) = [table for table in shown(paper, TABLE) if title in table["title"]]
    return {row[0]: row[1:] for row in found["rows"]}


def chart(paper, title):
    (found,) = [figure for figure in shown(paper, FIGURE) if title in figure["title"]]
    return found


def chain(name, vintage="ons_2022_based"):
    return read_processed(f"consequences_{name}_{vintage}_constant_rates")


def spending(name, year, prices="held still", vintage="ons_2022_based", column="value"):
    """Spending in a year, in million pounds, as it prints."""
    rows = chain(name, vintage).query("quantity == 'spending' and year == @year")
    return f"{rows.loc[rows['assumption'].str.contains(prices), column].item() / 1e6:,.0f}"


def fewer(name, goal, stay=28):
    rows = chain(name).query("quantity == 'fewer_entrants_a_month'").set_index("assumption")["value"]
    return rows[f"to hold {goal}; mean stay of {stay} months"]


@pytest.mark.parametrize("name", COUNCILS)
class TestBoth:
    def test_every_cell_that_shows_something_does(self, papers, name):
        calls = ("wording.say(", "tables.show(", "charts.show(", "enquiries.show(", "briefings.show_")
        for cell in papers[name].cells:
            if cell.cell_type == "code" and any(call in cell.source for call in calls):
                assert cell.outputs, cell.source

    def test_members_have_two_pages_and_then_the_annex(self, papers, name):
        assert annex_page(to_pdf(from_notebook(papers[name]))) == 3

    def test_one_council_stays_by_itself(self, papers, name):
        everything = nbformat.writes(papers[name])
        shows = said(papers[name]) + str(shown(papers[name], TABLE)) + str(shown(papers[name], FIGURE))
        shows = shows.replace("Leicester and Leicestershire", "both")  # the title of the population projection
        if name == "leicester":
            assert "Leicestershire" not in shows and "161.7" not in shows
        else:
            assert not re.search(r"Leicester\b|E06000016", shows) and "215" not in said(papers[name])
        assert "Traceback" not in everything

    def test_it_says_what_it_is_and_gives_no_cost_for_a_person(self, papers, name):
        words = said(papers[name])
        for sentence in (
            "**This is a projection under stated assumptions, not a forecast.**",
            "Much of a budget does not.",
            "No cost for each person is worked out here.",
        ):
            assert sentence in words
        assert not re.search(r"£[\d,.]+ (a|per|for each) (person|head)", words)

    def test_long_term_care_by_setting_is_the_chain_s(self, papers, name):
        rows, stored = table(papers[name], "Long-term care if it follows"), chain(name)
        stored = stored[stored["quantity"] == "spending_by_setting"].astype({"value": float})
        assert len(rows) == stored["assumption"].nunique() and list(rows)[-1] == "All"
        for kind, years in stored.groupby("assumption"):
            printed = [f"{years.set_index('year').loc[year, 'value'] / 1e6:,.1f}" for year in (2021, 2024, 2029, 2036)]
            assert rows[kind[0].upper() + kind[1:]][:4] == printed
        spent = {"leicester": "£110.9 million", "leicestershire": "£147.8 million"}[name]
        assert f"**Official tables give {spent} for long-term care before income in 2021/22.**" in said(papers[name])

    def test_every_chart_has_its_figures_in_words(self, papers, name):
        figures = shown(papers[name], FIGURE)
        assert len(figures) == 4
        for figure in figures:
            assert re.search(r"\d", figure["title"]) and figure["unit"] and figure["source"] and figure["note"]
            assert len(re.findall(r"\d[\d,.]*", figure["alt"])) >= 2

    def test_questions_come_from_the_rules_and_are_six_at_most(self, papers, name):
        (asked,) = [text for text in shown(papers[name], "text/markdown") if "Can officers bring" in text]
        assert 3 <= len(asked.splitlines()) <= 6 and all(line.startswith("- ") for line in asked.splitlines())
        assert "The range for spending by" in asked and "The latest figure that this paper has on" in asked

    def test_the_table_year_by_year_is_the_projections(self, papers, name):
        rows = table(papers[name], "year by year")
        years = chain(name).query("quantity == 'spending'")["year"].unique()
        assert [int(year[:4]) for year in rows] == years.tolist()
        for year, row in zip(years, rows.values(), strict=True):
            stored = chain(name).query("quantity == 'spending' and year == @year")
            ends = stored[stored["assumption"].str.contains("held still")][["value_p10", "value_p90"]].iloc[0] / 1e6
            assert row[0] == spending(name, year) and row[1] == likely_range(*ends)

    def test_fewer_new_people_as_they_were_worked_out(self, papers, name):
        rows = table(papers[name], "Fewer new people")
        for stay in (28, 18, 48):
            assert rows[f"The number of people: mean stay of {stay} months"][1] == people(fewer(name, "people", stay))
        share = rows["The number of people: mean stay of 28 months"][2]
        assert re.search(rf"{share} fewer( \(\d+% to \d+%\))? would have to come into support", said(papers[name]))

    def test_today_is_the_year_that_the_chains_start_from(self, name):
        worked_out_on = notebooks.declared_parameters(PROJECT / "notebooks/45_consequences.ipynb")["as_of"]
        assert scenario_named("prevention")["from_year"] == int(worked_out_on[:4]) == 2026


@pytest.mark.snapshots
@pytest.mark.parametrize("name", COUNCILS)
def test_all_that_is_said(papers, name, snapshot):
    assert sentences(said(papers[name])) == snapshot


def test_the_city_s_money_follows_from_the_chains(papers):
    words = said(papers["leicester"])
    for year in (2029, 2034):
        assert f"£{spending('leicester', year, 'rise')} million" in words
        assert f"£{spending('leicester', year)} million" in words
    by_vintage = table(papers["leicester"], "each population")
    for vintage, title in (("ons_2018_based", "ONS, 2018-based"), ("ons_2022_based", "ONS, 2022-based")):
        for words, prices in (("prices held still", "held still"), ("costs up 8% a year", "rise")):
            wanted = [spending("leicester", year, prices, vintage) for year in (2029, 2034, 2036)]
            assert by_vintage[f"{title}: {words}"] == wanted
    shares = table(papers["leicester"], "Fewer new people")
    held = chart(papers["leicester"], "Holding the number of people takes")
    for goal in ("The number of people", "Spending level while costs rise 8% a year"):
        assert f"{shares[f'{goal}: mean stay of 28 months'][2]} fewer" in held["alt"]


def test_the_split_adds_to_the_change_and_ends_on_what_is_stored(papers):
    rows = table(papers["leicester"], "What adds to spending")
    more, dearer, both = (
        [int(text) for text in rows[f"{what}, costs up 8% a year"]]
        for what in ("More people", "Dearer support", "Both")
    )
    assert [a + b for a, b in zip(more, dearer, strict=True)] == both
    stored = chain("leicester").query("quantity == 'spending_change'").set_index("assumption")["value"] / 1e6
    # In print, parts are rounded so that they add.
    assert more[-1] == pytest.approx(stored.filter(like="more people").item(), abs=1)
    assert dearer[-1] == pytest.approx(stored.filter(like="dearer support").item(), abs=1)
    assert stored.filter(like="more support").item() == 0


def test_the_city_s_budgets_are_those_published(papers):
    rows = table(papers["leicester"], "Gross budget by type of service")
    published = read_processed("figures_leicester_foi_gross_budgets_2012")
    assert len(rows) == len(published) + 1 and next(iter(rows)) == "Residential and nursing care"
    assert rows["All that are listed"] == [f"{published['value'].sum() / 1e3:,.1f}", "100.0%"] == ["89,556.4", "100.0%"]
    assert sum(float(share.rstrip("%")) for _, share in list(rows.values())[:-1]) == pytest.approx(100, abs=0.3)
    within = table(papers["leicester"], "within the rounding")
    assert list(within) == ["Held still", "Up 7.5% a year", "Up 8% a year", "Up 8.5% a year"]
    assert within["Up 8% a year"][1] == spending("leicester", 2034, "rise")


def test_the_county_has_no_rise_of_costs(papers):
    words = said(papers["leicestershire"])
    assert "No lasting rise of prices is on file for this council, and none is made up here." in words
    assert "8% a year" not in words  # the city's


def test_the_county_s_money_follows_from_its_tables(papers):
    words = said(papers["leicestershire"])
    assert f"£{spending('leicestershire', 2036)} million" in words
    by_vintage = table(papers["leicestershire"], "each population")
    for vintage, title in (("statement_2012_based", "Statement, 2012-based"), ("ons_2018_based", "ONS, 2018-based")):
        wanted = [spending("leicestershire", year, vintage=vintage) for year in (2029, 2034, 2036)]
        assert by_vintage[f"{title}: prices held still"] == wanted
    assert "not as they were counted: 9,574 in 2015/16, 10,981 in 2024/25" in words
    stored = chain("leicestershire").query("quantity == 'spending_change'").set_index("assumption")["value"] / 1e6
    added = table(papers["leicestershire"], "What adds to spending")["More people, prices held still"]
    assert added[-1] == f"{stored.filter(like='more people').item():.0f}"
    figures = read_processed("figures_leicestershire_market_position_statement_2016")
    targets = figures[figures["quantity"] == "cumulative_savings_target"]
    rows = table(papers["leicestershire"], "Planned savings")
    assert [row[0] for row in rows.values()] == targets["as_published"].tolist()
    assert list(rows) == targets["period"].tolist() == ["2016/17", "2017/18", "2018/19", "2019/20"]
    assert rows["2017/18"] == ["13,970", "6,310", percentage_of(13_970_000)]
    assert percentage(100 * targets["value"].iloc[-1] / 161.7e6) == "11%"


def percentage_of(value):
    return f"{100 * value / 161.7e6:.1f}%"


@pytest.mark.parametrize("years_on", [[5, 40], [10, 5]])
def test_years_that_are_not_on_file_are_refused(tmp_path, years_on):
    with pytest.raises(notebooks.NotebookFailed, match="two numbers of years are needed"):
        notebooks.run(NOTEBOOK, {"years_on": years_on}, tmp_path / "money.ipynb")
