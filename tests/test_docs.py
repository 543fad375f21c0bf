"""The pages in docs/: what code cites is there, links lead somewhere, and the values they print are the library's."""

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base import wording
from helpers.base.cells import parse_figure
from helpers.base.formulas import nearest_share
from helpers.checks.reconciliation import verdict_on
from helpers.council import assumptions, figures, series
from helpers.projection import backtest, consequences, decomposition, demand, rates, scenarios, spread
from helpers.projection.control_charts import xmr
from helpers.projection.population import (
    Population,
    at_31_march,
    error_pct,
    financial_year,
    growth_18_64_bounds,
    growth_65_plus,
    mid_year,
)
from helpers.projection.spread import population_log_sd
from helpers.published.processed import read_processed
from helpers.published.suppression import LATENT, TOTAL, SupportTable, explain, truncated_poisson_mean

pytestmark = pytest.mark.papers

PROJECT = Path(__file__).parent.parent
METHOD = (PROJECT / "docs/method.md").read_text(encoding="utf-8")
PAGES = [*sorted((PROJECT / "docs").rglob("*.md")), PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"]
SECTIONS = {
    int(number): text
    for number, text in re.findall(r"^## (\d+)\. (.+?)(?=^## |\Z)", METHOD, flags=re.MULTILINE | re.DOTALL)
}


# What is cited


def citations() -> Iterator[tuple[Path, int]]:
    """Every section of the method that code, a test or a notebook cites, with the file that does."""
    files = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "tests").rglob("*.py")]
    for file in [*files, *(PROJECT / "notebooks").rglob("*.ipynb")]:
        if file == Path(__file__):
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            _, found, after = line.partition("method.md")
            if found:
                numbers = re.findall(r"(?:^ |\bsections? )(\d+(?:(?:, | and | to )\d+)*)", after)
                yield from ((file, int(number)) for number in re.findall(r"\d+", " ".join(numbers)))


CITED = list(dict.fromkeys(citations()))


def test_code_cites_the_method():
    assert {number for _, number in CITED} >= {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}


@pytest.mark.parametrize(("file", "number"), CITED, ids=lambda value: getattr(value, "stem", value))
def test_a_section_that_is_cited_is_there_and_names_who_cites_it(file, number):
    assert number in SECTIONS, f"{file.name} cites section {number}, and docs/method.md has none. Write it."
    named = f"[`{file.stem}`]" in SECTIONS[number]
    assert named or file.suffix == ".ipynb", f"docs/method.md, section {number}: name {file.stem}, which cites it."


def test_sections_are_numbered_in_order():
    assert list(SECTIONS) == list(range(1, len(SECTIONS) + 1))


# Links


def without_code(text: str) -> str:
    """Markdown without its code, in which nothing is a link or a heading."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "code", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), flags=re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{number}" if number else slug for slug, last in found.items() for number in range(last + 1)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_a_file_and_a_heading(page):
    links = re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8")))
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists() and target.is_relative_to(PROJECT.resolve()), f"{page.name}: {link} leads nowhere."
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{page.name}: {link} has no such heading."
    assert links or page.name == "glossary.md", f"{page.name} has no links: are they read?"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_module_is_called_by_its_name(page):
    for name, path in re.findall(r"\[`(\w+)`\]\(([^)]+?)\.(?:py|ipynb)\)", page.read_text(encoding="utf-8")):
        assert name in (Path(path).name, Path(path).parent.name), f"{page.name}: {path} is called {name}."


def test_anchors_are_those_of_github():
    assert anchors("# A\n## 7. Beds, posts\n## A\n```\n# no\n```\n") == {"a", "7-beds-posts", "a-1"}


# The glossary


def test_the_glossary_is_in_order_and_short():
    text = (PROJECT / "docs/glossary.md").read_text(encoding="utf-8")
    seen = []
    for group in text.split("\n## ")[1:]:
        entries = re.findall(r"^\* \*\*(.+?)\.\*\* (.+?)(?=^\* |\Z)", group, flags=re.MULTILINE | re.DOTALL)
        words = [word for word, _ in entries]
        assert words == sorted(words, key=str.lower) and len(words) == group.count("\n* ")
        assert all(len(re.findall(r"[.!?](?:\s|$)", said)) <= 3 for _, said in entries)
        seen += words
    assert len(seen) == len(set(seen)) > 60


# Check values: tables of the method, worked out anew


def rows_of(section: int, first: str) -> list[dict[str, str]]:
    """The table of a section whose first column has this heading: a row each, by heading."""
    form = rf"^\| {re.escape(first)} \|.+\n\|[- |]+\|\n(?:\|.+\n)+"
    tables = re.findall(form, SECTIONS[section], flags=re.MULTILINE)
    assert len(tables) == 1, f"docs/method.md, section {section}: {len(tables)} tables begin with {first!r}, not one."
    headings, _, *rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in tables[0].splitlines()]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace(",", "").replace("−", "-").replace("infinite", "inf"))


def agrees(printed: str, value: float) -> bool:
    """Whether a value is printed to the digits that the page gives."""
    if math.isinf(number(printed)):
        return value == number(printed)
    decimals = -Decimal(printed.replace(",", "").replace("−", "-")).as_tuple().exponent
    return abs(number(printed) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-6)


def assert_printed(row: dict[str, str], **values: float) -> None:
    """Each of these columns of a row prints its value. A heading of several words is written with underscores."""
    for name, value in values.items():
        heading = next(heading for heading in row if re.sub(r"\W+", "_", heading).strip("_").lower() == name)
        assert agrees(row[heading], float(value)), f"docs/method.md: {row}: {heading} comes to {value}"


def assert_worked_examples(section: int, expected: dict[str, float]) -> None:
    """The table of worked examples of a section holds these, all of them and no others."""
    rows = rows_of(section, "Worked example")
    assert [row["Worked example"] for row in rows] == list(expected)
    for row in rows:
        assert_printed(row, gives=expected[row["Worked example"]])


def test_the_page_is_read_as_it_prints():
    assert number("−1,234.5") == -1234.5
    assert agrees("1.30", 1.304) and not agrees("1.30", 1.306)
    assert agrees("7,837", 7837.4) and not agrees("7,837", 7837.6)


@pytest.fixture(scope="module")
def tables():
    """The county's base as printed but for what is withheld, by age."""
    rows = figures.first_support_of("leicestershire")
    return {age: SupportTable.from_tidy(of_age) for age, of_age in rows.groupby("age_band")}


def test_bounds_of_printed_figures():
    for row in rows_of(3, "Printed"):
        rounded_to = float(row["Rounded to"]) if row["Rounded to"] else None
        figure = parse_figure(row["Printed"], row["Unit"], rounded_to=rounded_to, prose=True)
        assert (figure.lower, figure.upper) == (number(row["Least"]), number(row["Most"])), row


def test_lines_that_a_publisher_left_out(tables):
    for row in rows_of(3, "Age"):
        explained = explain(tables[row["Age"]])
        reason, setting = (row[f"People in a {what} that is not printed"] for what in ("reason", "setting"))
        assert wording.count_range(*explained.bounds_of(LATENT, TOTAL)) == reason
        latent_setting = LATENT in explained.lower.columns
        assert (
            wording.count_range(*explained.bounds_of(TOTAL, LATENT)) if latent_setting else "none needed"
        ) == setting


def test_means_of_truncated_counts():
    for row in rows_of(3, "Bounds"):
        lower, upper = map(int, row["Bounds"].split(" to "))
        means = {f"mean_{mean}": truncated_poisson_mean(mean, lower, upper) for mean in (1, 2, 3, 5)}
        assert_printed(row, **means)


def test_moments():
    found = {row["Moment"]: number(row["Decimal year"]) for row in rows_of(4, "Moment")}
    assert found == {"mid-2015": mid_year(2015), "31 March 2015": at_31_march(2015), "2024/25": financial_year(2024)}


@pytest.mark.parametrize("first", ["Smooth curve", "Crossing curves"])
def test_smooth_curves(first):
    rows = rows_of(4, first)
    years = {heading: int(heading.removeprefix("mid-")) for heading in rows[0] if heading != first}
    printed = {row[first]: {year: number(row[heading]) for heading, year in years.items()} for row in rows}
    population = Population("x", "v", pd.DataFrame(printed).drop(2011), "pchip")
    for row in rows:
        for heading, year in years.items():
            assert agrees(row[heading], float(population.people(row[first], mid_year(year)))), (row, heading)


def test_the_statements_population_against_the_estimates():
    time, later = mid_year(2020), figures.population_of("leicestershire", "ons_2018_based")
    for row in rows_of(4, "Age"):
        for path in ("linear", "geometric"):
            statement = figures.population_of("leicestershire", "statement_2012_based", path)
            error = error_pct(statement.people(row["Age"], time), later.people(row["Age"], time))
            assert_printed(row, **{path: error})


def test_growth_at_65_and_over():
    for row in rows_of(5, "rho"):
        assert agrees(row["G(rho)"], growth_65_plus(10_000, 2_000, 13_000, 3_000, number(row["rho"])))


def test_gradients_are_those_on_file():
    on_file = assumptions.age_bands()["gradients"]
    rows = rows_of(5, "Gradient")
    assert {row["Gradient"] for row in rows} == set(on_file)
    for row in rows:
        entry = on_file[row["Gradient"]]
        assert [number(row[end.capitalize()]) for end in ("low", "central", "high")] == [
            entry[end] for end in ("low", "central", "high")
        ]


def test_bounds_of_the_growth_at_18_to_64():
    bounds = growth_18_64_bounds(100, 200, 120, 210, 0.3, 0.4)
    for row, value in zip(rows_of(5, "Bound"), bounds, strict=True):
        assert_printed(row, growth_at_18_64=value)
    working_age = assumptions.age_bands()["working_age"]
    shares = working_age["share_18_24_pct"]
    assert f"{working_age['error_pct']} percentage points either way" in SECTIONS[5]
    assert f"from {shares['low']}% to {shares['high']}%, at the base" in SECTIONS[5]


@pytest.fixture(scope="module")
def base():
    return demand.base_cells(figures.first_support_of("leicestershire"))


def older(base, vintage, path, gradients, years) -> np.ndarray:
    """People aged 65 and over with support in the county at constant rates."""
    population = figures.population_of("leicestershire", vintage, path)
    times = mid_year(np.array(years))
    cells = demand.project(base, population, mid_year(2015), times, gradients, working_age_error=0)
    return demand.total_up(cells, ["age_band"]).query("age_band == '65+'")["people"].to_numpy()


def test_the_acceptance_table(base):
    rows = rows_of(6, "Mid-year")
    by_setting = demand.Gradients(9.1, 2.4)
    columns = {
        "Statement, linear, rho 1": ("statement_2012_based", "linear", demand.FLAT),
        "Statement, geometric, by setting": ("statement_2012_based", "geometric", by_setting),
        "ONS, rho 1": ("ons_2018_based", None, demand.FLAT),
        "ONS, by setting": ("ons_2018_based", None, by_setting),
    }
    assert list(rows[0]) == ["Mid-year", *columns]
    for heading, assumed in columns.items():
        found = older(base, *assumed, [int(row["Mid-year"]) for row in rows])
        assert all(agrees(row[heading], people) for row, people in zip(rows, found, strict=True)), (heading, found)


def test_the_headline_figures(base):
    bands = assumptions.age_bands()
    for row in rows_of(6, "Gradients"):
        years = [heading for heading in row if heading != "Gradients"]
        found = older(base, "ons_2018_based", None, bands[row["Gradients"]], list(map(int, years)))
        assert all(agrees(row[year], people) for year, people in zip(years, found, strict=True)), (row, found)


def test_bases_are_those_on_file():
    county, city = map(open_council, ("leicestershire", "leicester"))
    councils = {"county": county, "city": city, "county, history": county.history, "city, history": city.history}
    for row in rows_of(6, "Council"):
        council = councils.pop(row["Council"])
        people = council.base.groupby("age_band")["people"].sum()
        assert row["People"] == f"{people['18-64']:,.0f} aged 18-64, {people['65+']:,.0f} aged 65+"
        assert_printed(row, taken_at=council.start)
    assert not councils


def numbers_of(values: object) -> set[float]:
    """The numbers that a scenario's parameters hold, but for 0, without their signs."""
    if isinstance(values, dict | list):
        return set().union(*map(numbers_of, values.values() if isinstance(values, dict) else values))
    return {abs(values)} if isinstance(values, int | float) and values else set()


def test_scenarios_are_those_on_file():
    rows = {row["Scenario"]: row for row in rows_of(7, "Scenario")}
    assert set(rows) == set(assumptions.known_scenarios())
    councils = {"leicester": "city", "leicestershire": "county"}
    for name, row in rows.items():
        rule = assumptions.scenario_named(name)
        whom = [councils[one] for one in rule.get("authorities", [])]
        said = {0: "any council", 1: "".join(whom), 2: "both"}[len(whom)]
        assert (row["Kind"], row["For"], row["From"]) == (rule["kind"], said, str(rule.get("from_year", "the base")))
        expected = numbers_of(rule["values"])
        for council in rule.get("figures", {}):
            found = series.figures_of_scenario(council, rule).values()
            expected |= {float(figure["value"]) for figure in found if figure["unit"] == "per_cent"}
        printed = set(map(float, re.findall(r"\d+(?:\.\d+)?", row["Values"])))
        assert expected <= printed, f"docs/method.md: {row} lacks {expected - printed}"


def test_worked_examples_of_scenarios():
    stay, damped = 28 / 12, scenarios.rate_change(0.03, np.array(2.0), 0.9)
    assert_worked_examples(
        7,
        {
            "admissions a year that keep 950 residents who stay 28 months": scenarios.entrants(950, stay),
            "share of a cut reached after 1 year, stay of 28 months": scenarios.share_of_stock_reached(1, stay),
            "share of a cut reached after 5 years, stay of 28 months": scenarios.share_of_stock_reached(5, stay),
            "damped log change after 2 years, 0.03 a year, damping 0.9": damped,
            "posts where 1,000 are filled and 4.1% vacant": consequences.posts(1000, 4.1),
            "leavers a year of 1,000 at 38.7%": consequences.leavers(1000, 38.7),
            "hires a year for 2% growth besides": consequences.hires(1000, 38.7, 0.02 * 1000),
            **{f"beds for 950 residents at {share}%": consequences.beds_needed(950, share) for share in (95, 90, 85)},
            "£20 after 3 years at 8% a year": consequences.unit_cost(20, 8, 3),
        },
    )


def test_the_error_of_the_population():
    county, city = (assumptions.widths(name, 0) for name in ("leicestershire", "leicester"))

    def error_pct(widths, band, years):
        return 100 * population_log_sd(widths.population_10_years_pct, widths.population_85_plus_pct, band, years)

    for row in rows_of(8, "Years past the estimate"):
        years = number(row["Years past the estimate"])
        assert_printed(
            row,
            below_85_county=error_pct(county, "65-84", years),
            below_85_city=error_pct(city, "65-84", years),
            **{"85": error_pct(county, "85+", years)},
        )


def test_widths_and_draws_are_those_on_file():
    on_file = assumptions.uncertainty()
    assert [row["Layer"] for row in rows_of(8, "Layer")] == list(on_file["layers"]) == list(spread.LAYERS)
    assert f"{on_file['draws']:,} draws" in SECTIONS[8]
    before, drift = on_file["rule_before"], on_file["rule_before"]["sd_a_year_pct"]
    assert f"({drift['18-64']}% a year at 18-64, {drift['65+']}% at 65+)" in SECTIONS[10]
    assert f"error of {before['sd_pct']}% of every year" in SECTIONS[10]


def test_the_spread_of_councils():
    every, large = map(assumptions.local_term, (0, 1e6))
    national = assumptions.national_terms()
    for row in rows_of(8, "Years ahead"):
        years = number(row["Years ahead"])
        assert_printed(
            row,
            local=every.sd(years),
            local_large=large.sd(years),
            national_65=national["65+"].sd(years),
            national_18_64=national["18-64"].sd(years),
        )
    on_file = assumptions.uncertainty()
    layers = on_file["layers"]
    assert f"sd = {layers['break']['sd']}" in SECTIONS[8]
    assert f"over {layers['local']['large_from_people_65_plus']:,} people aged 65 and over" in SECTIONS[8]
    assert f"a correlation of {on_file['between_ages']['correlation']} in each term" in SECTIONS[8]
    assert f"a correlation of {on_file['between_population_bands']['correlation']} between bands" in SECTIONS[8]
    assert f"{on_file['damped_trend']['kept']} is kept" in SECTIONS[10]


def test_the_backtest_of_all_councils():
    scores = read_processed("england/backtest_by_years").query("age_band == '65+'")
    scores = (
        scores.drop(columns="age_band")
        .astype({"years_apart": float})
        .set_index(["years_apart", "forecast_by"])
        .astype(float)
    )
    rows = rows_of(10, "Years ahead")
    assert len(rows) == scores.index.get_level_values(0).nunique()
    for row in rows:
        found = scores.loc[number(row["Years ahead"])]
        missed, held = found["mean_absolute_log_error"], found.loc["constant_rates"]
        assert_printed(
            row,
            constant_rates=missed["constant_rates"],
            no_change=missed["no_change"],
            **{"90_band_held_per_cent": held["coverage_pct"]},
            by_the_rule_before=held["coverage_before_pct"],
        )
        assert row["Damped trend"] == "none" or agrees(row["Damped trend"], missed["damped_trend"])


def test_contributions_to_a_product():
    examples: dict[str, list] = {}
    for row in rows_of(9, "Example"):
        examples.setdefault(row["Example"], []).append(row)
    for rows in examples.values():
        before, after = ({row["Factor"]: number(row[end]) for row in rows} for end in ("Before", "After"))
        added = decomposition.of_product(before, after)
        for row in rows:
            assert_printed(row, adds=added[row["Factor"]])


def test_contributions_of_size_structure_and_rate():
    added = decomposition.of_people([10_000, 2_000], [13_000, 3_000], [0.01, 0.05], [0.009, 0.05])
    in_print = decomposition.printed(added, sum(added.values()))
    rows = rows_of(9, "Part")
    assert [row["Part"] for row in rows] == list(added)
    for row in rows:
        assert_printed(row, adds=added[row["Part"]], prints=in_print[row["Part"]])


def test_worked_examples_of_the_backtest():
    points = pd.DataFrame({"time": [2021.12, 2022.46, 2023.12], "value": [1510, 1672, 1611]})
    points = points.assign(series="placements", known_from=points["time"], lower=points["value"], upper=points["value"])
    predictions = backtest.predict(points, lambda series, start, end, known: 1.02 ** (end - start))
    scores = backtest.score(predictions).set_index("method")
    made = predictions[predictions["method"] == "constant_rates"]
    forecasts = {
        f"constant rates, {row.origin_value:,.0f} at {row.origin_time} to {row.target_time}": row.forecast
        for row in made.itertuples()
    }
    assert_worked_examples(
        10,
        forecasts
        | {
            "mean miss of no change, people": scores.loc["persistence", "mean_absolute_error"],
            "mean miss of constant rates, people": scores.loc["constant_rates", "mean_absolute_error"],
            "skill of constant rates": scores.loc["constant_rates", "skill"],
        },
    )


def test_what_the_band_covered_is_that_on_file():
    names = {"county": "leicestershire", "city": "leicester"}
    for row in rows_of(10, "Council"):
        found = read_processed(f"backtest_held_{names.pop(row['Council'])}").iloc[0]
        assert_printed(row, forecasts=float(found["forecasts"]), covered_per_cent=float(found["coverage_pct"]))
    assert not names


def test_control_charts():
    printed = re.findall(r"^    ([AB]): ((?:.+\n)+?)(?=    [AB]:|\n)", SECTIONS[11], flags=re.MULTILINE)
    values = {name: [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", numbers)] for name, numbers in printed}
    assert {name: len(numbers) for name, numbers in values.items()} == {"A": 18, "B": 20}
    for row in rows_of(11, "Series"):
        chart = xmr(values[row["Series"]], rule_set=row["Rule set"])
        limits = {"mean": chart.centre, "lower_limit": chart.lower, "upper_limit": chart.upper}
        assert_printed(row, **limits, points_flagged=len(chart.signals))


def test_intervals():
    expected = {
        "65 events (Byar)": (65, *rates.poisson_interval(65)),
        "5 events, for every 100 (exact)": rates.rate(5, 100, 100),
        "65 of 100 (Wilson)": rates.share(65, 100),
        "56 of 70 after 48 of 80 (Newcombe)": rates.difference_of_shares(48, 80, 56, 70),
    }
    rows = rows_of(12, "Estimate, 95%")
    assert [row["Estimate, 95%"] for row in rows] == list(expected)
    for row in rows:
        value, lower, upper = expected[row["Estimate, 95%"]]
        assert_printed(row, value=value, lower=lower, upper=upper)


def test_verdicts():
    for row in rows_of(13, "Formula gives"):
        found = tuple(number(row[heading]) for heading in ("Formula gives", "Least", "Most"))
        assert verdict_on((14.5, 15.5), found, row["Hidden"] == "yes") == row["Verdict"], row


def test_shares_of_whole_numbers_of_people():
    for row in rows_of(13, "Count"):
        assert_printed(row, nearest_share=nearest_share(number(row["Count"]), number(row["Printed share"])))


def test_disagreements_are_those_on_file():
    for row in rows_of(13, "Kind"):
        found = read_processed(f"checks_{ {'county': 'leicestershire', 'city': 'leicester'}[row['Council']] }")
        verdicts = found.set_index("check")["verdict"]
        assert {verdicts[check] for check in row["Check"].split(", ")} == {"disagrees"}, row


def test_a_page_that_code_sends_a_person_to_is_there():
    for file in (PROJECT / "src/helpers").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "CONTRIBUTING.md" not in text, f"{file.name}: the pages in docs/ say how"
        for page in re.findall(r"docs/[\w/-]+\.md", text):
            assert (PROJECT / page).is_file(), f"{file.name}: {page}"
