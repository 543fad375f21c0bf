"""The briefing on care homes and staff: what it says, held against the processed tables; whose figures; its pages."""

import json

import nbformat
import pytest
from conftest import PROJECT, sentences

from helpers import open_council
from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE, TABLE
from helpers.paper.publish import pdf
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import notebooks
from helpers.projection import demand, rates
from helpers.projection.consequences import beds_needed, leavers
from helpers.published.processed import read_processed

BRIEFING = PROJECT / "notebooks/briefings/care_market.ipynb"
STATEMENT = "leicestershire_market_position_statement_2016"
WEB_2023, WEB_2024 = "leicestershire_residential_care_2023", "leicestershire_residential_care_2024"
VINTAGES = {
    "ons_2022_based": "ONS, 2022-based",
    "ons_2018_based": "ONS, 2018-based",
    "statement_2012_based": "Statement, 2012-based",
}


def bundles(mime: str) -> list[dict]:
    cells = [cell for cell in notebooks.read(BRIEFING)["cells"] if cell["cell_type"] == "code"]
    return [output["data"] for cell in cells for output in cell["outputs"] if mime in output.get("data", {})]


def said() -> str:
    return "\n".join("".join(bundle["text/markdown"]) for bundle in bundles("text/markdown"))


def table(title: str) -> dict[str, list[str]]:
    """The rows of the table whose title begins so, by their first cell."""
    (found,) = [bundle[TABLE] for bundle in bundles(TABLE) if bundle[TABLE]["title"].startswith(title)]
    return {row[0]: row[1:] for row in found["rows"]}


def claims(source: str):
    return read_processed(f"claims_{source}").set_index("claim")["value"].astype(float)


def chain(quantity: str, vintage: str = "ons_2022_based", assumption: str = ""):
    rows = read_processed(f"consequences_leicestershire_{vintage}_constant_rates")
    return rows[(rows["quantity"] == quantity) & rows["assumption"].str.startswith(assumption)].set_index("year")


def in_homes(scenario: str):
    """People aged 65 and over with support in care homes, by year."""
    rows = read_processed(f"projection_leicestershire_ons_2022_based_{scenario}")
    rows = rows.query("age_band == '65+' and setting == 'care_home' and support_reason == 'all'")
    return rows.set_index("year")["people"].astype(float)


@pytest.mark.snapshots
def test_all_that_is_said(snapshot):
    assert sentences(said()) == snapshot


def test_beds_follow_from_the_projection():
    needed = chain("beds_needed", assumption="95%").astype({"value_p10": float, "value_p90": float})
    span = wording.likely_range(needed["value_p10"][2036], needed["value_p90"][2036])
    assert f"about **{wording.people(needed['value'][2036])}** ({span}) would be needed by 2036/37" in said()
    rows = table("Beds needed, by population or scenario")
    for vintage, title in VINTAGES.items():
        for share in (95, 90, 85):
            values = chain("beds_needed", vintage, f"{share}%")
            printed = [wording.people(values["value"][year]) for year in (2024, 2026, 2031, 2036)]
            printed += [
                wording.likely_range(float(values[low][2036]), float(values[high][2036]))
                for low, high in (("value_p25", "value_p75"), ("value_p10", "value_p90"))
            ]
            assert rows[f"{title}: {share}% occupied"] == printed


def test_beds_grow_at_constant_rates_to_the_base_and_then_as_projected():
    people, residents = in_homes("constant_rates"), 4818 * 0.95
    county = open_council("leicestershire")
    older = demand.part_of(county.base, "care_home")
    # The beds are of the middle of January 2016.
    to_base = demand.growth_of(older, county.population(), county.bands["central"], 2016.042, county.start)
    assert chain("beds_needed", assumption="95%")["value"][2036] == pytest.approx(
        beds_needed(residents * to_base * people[2036] / people[2024], 95), rel=1e-3
    )


def test_beds_if_fewer_older_people_live_in_homes_are_fewer_by_as_many_and_no_less_wide():
    fewer = in_homes("care_home_decline")[2036] / in_homes("constant_rates")[2036]
    alt, rows = bundles(FIGURE)[0][FIGURE]["alt"], table("Beds needed, by population or scenario")
    for share in (95, 85):
        needed = chain("beds_needed", assumption=f"{share}%").loc[2036]
        low, beds, high = (float(needed[end]) * fewer for end in ("value_p10", "value", "value_p90"))
        words = f"{wording.people(beds)} ({wording.likely_range(low, high)})"
        assert f"**{wording.people(beds)}** ({wording.likely_range(low, high)})" in said()
        assert rows[f"Falling share: {share}% occupied"][-1] == wording.likely_range(low, high)
        assert f"2036/37, falling share, {share}% occupied: {words}" in alt


def test_a_projection_from_2015_is_held_against_what_came():
    came = claims(WEB_2023)["beds"] * claims(WEB_2023)["occupancy"] / 100
    assert came == pytest.approx(4080)
    rows, history = table("People living in care homes in 2023"), open_council("leicestershire").history
    older = demand.part_of(history.base, "care_home")
    for vintage, title in VINTAGES.items():
        growth = demand.growth_of(older, history.population(vintage), history.bands["central"], 2016.042, 2023.5)
        gives = 4818 * 0.95 * growth
        errors = [wording.signed_percentage(wording.change_pct(one, gives)) for one in (came, 5148 * 0.85)]
        assert rows[f"Constant rates, {title}"] == [wording.people(gives), *errors]
    assert rows["Fewer older people in care homes, ONS, 2022-based"] == ["4,430", "+8.6%", "+1.3%"]
    assert rows["No change"] == ["4,580", "+12.2%", "+4.6%"]


def test_beds_and_homes_add_as_published():
    by_type = read_processed(f"figures_{WEB_2024}").groupby(["period", "quantity"])["value"].sum().to_dict()
    assert by_type["June 2024", "care_homes"] == claims(WEB_2024)["care_homes"] == 159
    rows = table("Beds and homes by type")
    assert rows["Together"] == ["5,168", "5,148", "172", "159", "−0.4%"]
    districts = table("Beds and homes by district on 1 October 2015")
    assert districts["Whole area"] == ["1,521", "29", "3,297", "151", "4,818", "180", "27"]
    assert districts["Charnwood"] == ["489", "10", "831", "47", "1,320", "57", "23"] and len(districts) == 8
    figures = read_processed(f"figures_{STATEMENT}").query("table == 'care_homes_by_locality' and setting == 'all'")
    total = figures.query("locality == 'all' and quantity == 'beds'")["value"].item()
    assert total == figures.query("locality != 'all' and quantity == 'beds'")["value"].sum() == 4818


def test_two_figures_that_differ_are_both_kept():
    rows = table("Beds and care homes in the county")
    beds = [row[0] for row in rows.values()]
    assert beds == ["4,818", "5,168 (sum of types)", "not printed", "circa 4,800", "5,148 (sum of types)"]
    assert "give circa 4,800 beds for 2023, but 5,168 for June 2021 and 5,148 for June 2024. Did beds close" in said()


def test_hires_are_those_who_leave_and_growth():
    filled, left, hired = (chain(quantity) for quantity in ("filled_posts", "leavers", "hires"))
    growth = filled["value"][2026] - filled["value"][2025]
    assert hired["value"][2026] == pytest.approx(left["value"][2026] + growth)
    turnover = claims(STATEMENT)["turnover_direct_care_staff"]
    assert left["value"][2026] == pytest.approx(leavers(filled["value"][2026], turnover))
    assert [wording.people(rows["value"][2026]) for rows in (hired, left)] == ["5,840", "5,610"]
    reached = [leavers(filled[end][2026], turnover) for end in ("value_p10", "value_p90")]
    rows = table("Posts in direct care, leavers and hires")
    assert rows["ONS, 2022-based: leavers in the year"][-2] == wording.likely_range(*reached) == "4,400 to 7,300"
    assert rows["ONS, 2022-based: to hire in the year"][-2:] == ["no range", "no range"]


def test_a_few_inspections_say_little():
    published = claims(STATEMENT)
    good = round(published["inspections"] * published["share_good"] / 100)
    share = rates.share(good, int(published["inspections"]))
    assert (good, wording.percentage(100 * share.lower), wording.percentage(100 * share.upper)) == (23, "35%", "63%")
    assert 100 * share.lower < published["share_good_or_outstanding_national"] < 100 * share.upper


def test_turnover_of_all_staff_is_not_drawn_beside_that_of_a_kind_of_job():
    turnover = next(bundle[FIGURE] for bundle in bundles(FIGURE) if bundle[FIGURE]["title"].startswith("Direct care"))
    assert turnover["data"][0]["x"] == [38.7, 18.6, 9.2] and "31.0%" not in turnover["alt"]
    assert "31.0%" not in said()


def test_one_question_asks_for_every_figure_that_is_old():
    assert said().count("What is it now?") == 0 and "Which people are in the totals" not in said()
    assert "figures to replace those for July 2015, January 2016 and 1 October 2015." in said()
    assert "today's ratings by the Care Quality Commission, by type of provider?" in said()


def test_no_question_judges_or_goes_in_a_circle():
    assert "too wide to plan by" not in said() and "Can officers give the printed total" not in said()
    held = 100 * claims(STATEMENT)["staff_with_information_held"] / claims(STATEMENT)["workforce"]
    assert f"Only {wording.percentage(held)} of the 15,700 care staff that the county was thought to have" in said()


def test_what_was_lost_or_must_not_be_compared_is_named():
    missing = table("Charts and figures that are not on file")
    assert any(name.startswith("Ratings of care services") for name in missing) and len(missing) == 4
    apart = read_processed("checks_leicestershire").query("verdict == 'not_comparable'")
    apart = apart[
        apart["source"].isin([STATEMENT, WEB_2023, WEB_2024]) & ~apart["check"].str.endswith("support_tables")
    ]
    assert set(table("Comparisons of these figures that would mislead")) == set(apart["what"])


def test_no_figure_of_the_city_is_in_it():
    shown = json.dumps([*bundles(TABLE), *bundles(FIGURE), *bundles("text/markdown")])
    assert "Leicester City" not in shown and "Leicester's" not in shown and "Leicester’s" not in shown


def test_members_have_two_pages_and_then_the_annex():
    paper = pdf.to_pdf(from_notebook(nbformat.read(BRIEFING, as_version=4)))
    assert pdf.annex_page(paper) == 3


@pytest.mark.papers
def test_a_year_too_far_is_refused(tmp_path):
    with pytest.raises(InputError, match="The horizon 2040 lies past the projection on file"):
        notebooks.run(BRIEFING, {"horizon": 2040}, tmp_path / "out.ipynb")
