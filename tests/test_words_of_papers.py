"""Figures altered under four papers: no comparison word outlives the figures that it rests on.

Signs are turned, premises taken away, the order of two periods swapped; each paper is read again, and says otherwise.
"""

import json
import re

import nbformat
import pandas as pd
import pytest
import third_council
from altered_papers import Papers, put
from conftest import PROJECT

from helpers.base import authorities
from helpers.base.errors import InputError, NotOnFile
from helpers.council import assumptions, checks
from helpers.paper.publish import arithmetic
from helpers.paper.publish.document import from_notebook
from helpers.pipeline import notebooks

pytestmark = pytest.mark.papers
REPORT, STATEMENT = "leicester_performance_report_2023", "leicestershire_market_position_statement_2016"
FIGURES, CLAIMS = f"figures_{REPORT}", f"claims_{REPORT}"
LAST, FIRST = "2022/23", "2017/18"


@pytest.fixture
def papers(tmp_path, monkeypatch):
    """The project's briefings, to be read on altered tables."""
    monkeypatch.chdir(PROJECT)
    return Papers(tmp_path, monkeypatch)


def swapped(before, after, **where):
    """An edit: the figures of two periods in each other's place."""

    def edit(frame):
        rows = pd.Series(True, frame.index)
        for column, wanted in where.items():
            rows &= frame[column] == wanted
        columns = ["value", "lower", "upper", "as_published"]
        one, other = (frame.index[rows & (frame["period"] == period)] for period in (before, after))
        assert len(one) == len(other) > 0
        frame.loc[one, columns], frame.loc[other, columns] = (
            frame.loc[other, columns].to_numpy(),
            frame.loc[one, columns].to_numpy(),
        )

    return edit


def gone(**where):
    """An edit: the rows where these columns read so are not on file."""

    def edit(frame):
        rows = pd.Series(True, frame.index)
        for column, wanted in where.items():
            rows &= frame[column] == wanted
        assert rows.any()
        return frame[~rows]

    return edit


def scaled(factor, columns=("value",), **where):
    """An edit: projected numbers times a factor, in the rows where these columns hold these words."""

    def edit(frame):
        rows = pd.Series(True, frame.index)
        for column, words in where.items():
            rows &= frame[column].str.contains(words, regex=False)
        assert rows.any()
        for column in columns:
            numbers = pd.to_numeric(frame.loc[rows, column], errors="coerce")
            frame.loc[rows, column] = [
                text if pd.isna(number) else str(number * factor)
                for text, number in zip(frame.loc[rows, column], numbers, strict=True)
            ]

    return edit


def claim(name, value, text=None):
    """An edit of one single figure in prose."""
    return put(value, text, claim=name)


def every_review_swapped(frame):
    for quantity in ("people_reviewed", "people_eligible_for_review", "reviews_completed"):
        for before, after in ((FIRST, LAST), ("2018/19", "2021/22"), ("2019/20", "2020/21")):
            swapped(before, after, quantity=quantity)(frame)


def assert_no_sentence_is_false(text):
    """What holds of every paper, whatever its figures: what is said of numbers follows from those beside them."""
    assert not [fault for line in text.splitlines() for fault in arithmetic.in_text(line)]
    assert not re.search(r"(?:between|of|by) (?:£[−-]\d|[−-]£)", text)
    assert "about the same than" not in text and "about the same beds" not in text


def assessed_all(frame):
    """An edit: every provider was assessed."""
    rows = frame["quantity"].isin(["providers", "providers_assessed"])
    frame.loc[rows, ["value", "lower", "upper", "as_published"]] = "20"


PERFORMANCE = {
    "more people get a review": (
        {FIGURES: [every_review_swapped]},
        ["Most of the people due a review had one: 80% in 2022/23, 47% in 2017/18", "had one rose from 47%"],
        ["Less than half", "fell from"],
    ),
    "as many get a review": (
        {
            FIGURES: [
                put(value, quantity=quantity, period_kind="financial_year")
                for quantity, value in (("people_reviewed", 2500), ("people_eligible_for_review", 5000))
            ]
        },
        ["Half of the people due a review had one", "went from 50% in 2017/18 to 50%"],
        ["fell from", "rose from", "Less than half", "Most of the"],
    ),
    "nobody gets a review": (
        {FIGURES: [put(0, quantity="people_reviewed", period=LAST)]},
        ["None of the people due a review had one: 0% in 2022/23"],
        ["Less than half", "Most of the"],
    ),
    "fewer waited at another time": (
        {CLAIMS: [claim("people_long_without_review_lowest", 2000)]},
        ["1,348 people had gone 24 months"],
        ["The fewest on record"],
    ),
    "nine in ten providers meet the standard": (
        {FIGURES: [put(90, "90%", quantity="providers_compliant_share", period="30 June 2023")]},
        ["assessed 134 of 172 providers. 121 of these met its standard."],
        ["All of these met", "None of these met"],
    ),
    "no provider meets the standard": (
        {FIGURES: [put(0, "0%", quantity="providers_compliant_share", period="30 June 2023")]},
        ["None of these met its standard."],
        ["All of these met"],
    ),
    "every provider was assessed": (
        {FIGURES: [assessed_all]},
        ["assessed 80 of 80 providers. All of these met its standard."],
        ["Hatched: the lowest share", "Of those not assessed"],
    ),
    "more people start support and fewer come with questions": (
        {
            CLAIMS: [claim("new_long_term_support_quarter_1", 330), claim("admissions_quarter_1", 72)],
            FIGURES: [put(4000, "4,000", quantity="new_contacts", period="Q1 2023/24")],
        },
        [
            "support | 258 | 330 | 28% more | 227 to 291",
            "care homes | 71.5 | 72 | about the same | 56 to 91",
            "New contacts | 4,484 | 4,000 | 11% fewer",
            "support were 330 in the quarter, and 258 in an average one. Is it need",
        ],
        ["25% fewer", "Permanent moves into care homes were"],
    ),
    "a series is long enough for a signal": (
        {FIGURES: [lambda frame: more_quarters(frame, 30.0)]},
        ["Commissioning division: a signal", "13 points"],
        ["Commissioning division: too few points"],
    ),
    "a series is long enough and has none": (
        {FIGURES: [lambda frame: more_quarters(frame, 11.0)]},
        ["Safeguarding division: no signal"],
        [],
    ),
}


def more_quarters(frame, value):
    """A quarter more of days lost to sickness, in both divisions, after a steady series."""
    last = frame[(frame["quantity"] == "sickness_days") & (frame["period"] == "Q4 2022/23")]
    steady = frame["quantity"] == "sickness_days"
    numbers = [str(10 + (one.count("Q1") + one.count("Q3")) % 2) for one in frame.loc[steady, "period"]]
    frame.loc[steady, "value"] = numbers
    added = {"period": "Q1 2023/24", "period_start": "2023-04-01", "period_end": "2023-06-30", "value": str(value)}
    return pd.concat([frame, last.assign(**added)])


@pytest.mark.parametrize("case", PERFORMANCE)
def test_performance(papers, case):
    reads_so(papers, "performance", "leicester", *PERFORMANCE[case])


def reads_so(papers, briefing, authority_id, altered, said, not_said):
    for table, edits in altered.items():
        papers.alter(table, *edits)
    text = papers.read(briefing, authority_id=authority_id)
    assert_no_sentence_is_false(text)
    for words in said:
        assert words in text, words
    for words in not_said:
        assert words not in text, words


BANDS = ("value", *(f"value_p{share:02}" for share in (5, 10, 25, 50, 75, 90, 95)))


VINTAGES = {
    "leicester": ("ons_2018_based", "ons_2022_based"),
    "leicestershire": ("ons_2018_based", "ons_2022_based", "statement_2012_based"),
}


def chains(authority_id, *edits):
    """The same edits of what was worked out on each population projection of a council."""
    return {f"consequences_{authority_id}_{vintage}_constant_rates": list(edits) for vintage in VINTAGES[authority_id]}


def projections(authority_id, *edits):
    """The same edits of the projection that leads."""
    return {f"projection_{authority_id}_ons_2022_based_constant_rates": list(edits)}


def fewer_people_each_year(frame):
    """Projected people who fall by a hundredth a year."""
    years = frame["year"].astype(int) - frame["year"].astype(int).min()
    for column in (name for name in frame.columns if name.startswith("people")):
        first = pd.to_numeric(
            frame.groupby(["age_band", "support_reason", "setting"])[column].transform("first"), errors="coerce"
        )
        numbers = pd.to_numeric(frame[column], errors="coerce")
        falling = (first * 0.99**years).round(1).astype(str)
        frame[column] = frame[column].where(numbers.isna() | first.isna(), falling)


FALLING_PEOPLE = [scaled(0.6, BANDS, assumption="held still")]
COSTS = {
    "fewer people, in the city": (
        chains("leicester", *FALLING_PEOPLE, gone(quantity="fewer_entrants_a_month"))
        | projections("leicester", fewer_people_each_year),
        [
            "dearer support would add £",
            "and fewer people would take away £",
            "all of it from fewer people",
            "The number of people would not rise",
            "Fewer people, costs up 8% a year",
        ],
        ["Most of the rise", "from more people", "would have to come into support", "More people"],
    ),
    "more from people than from prices, in the city": (
        chains("leicester", scaled(1.8, BANDS, assumption="held still"), scaled(1.2, BANDS, assumption="rise by")),
        ["**Less than half of the rise would come from dearer support.**"],
        ["Most of the rise"],
    ),
    "a small income of another kind": (
        {
            "claims_leicester_overview_2024": [
                lambda frame: frame.replace(
                    {
                        "what": {
                            frame.set_index("claim").loc[
                                "income_in_gross_budget", "what"
                            ]: "Income counted in the gross budget"
                        }
                    }
                )
            ]
        },
        ["Income of £65 million (30%) is counted in it."],
        ["mostly from the National Health Service"],
    ),
    "a budget that says its year": (
        {
            "claims_leicester_overview_2024": [
                lambda frame: frame.assign(what=frame["what"].str.replace(" (financial year not stated)", ""))
            ]
        },
        ["**The budget is £215 million before income"],
        ["does not say for which year", "If that is for", "higher where"],
    ),
    "care homes are not the largest service": (
        {"figures_leicester_foi_gross_budgets_2012": [put(400000, "£400.0", service="residential_and_nursing_care")]},
        ["Care homes took 1% of the budgets listed"],
        ["Hatched: care homes"],
    ),
    "care homes are not among the services": (
        {"figures_leicester_foi_gross_budgets_2012": [gone(service="residential_and_nursing_care")]},
        ["of budgets are listed by type of service.** Home care took"],
        ["Care homes took", "Hatched: care homes"],
    ),
    "many more come in than the working takes": (
        {CLAIMS: [claim("new_long_term_support_2022_23", 6000, "6,000")]},
        ["would come in; 500 a month were counted in 2022/23"],
        ["That is high", "is lower than any of these"],
    ),
}
COUNTY_COSTS = {
    "fewer people, in the county": (
        chains("leicestershire", *FALLING_PEOPLE, gone(quantity="fewer_entrants_a_month"))
        | projections("leicestershire", fewer_people_each_year),
        [
            "**Fewer people alone would take spending to about £",
            "% less than in 2014/15**",
            "fewer people alone would take spending to",
            "The number of people would not rise",
        ],
        [
            "More people alone",
            "more people alone would take",
            "% fewer than in",
            "would have to come into support",
        ],
    ),
    "about as much is spent": (
        chains(
            "leicestershire",
            lambda frame: frame.assign(
                **{column: frame[column].where(frame["quantity"] != "spending", "161800000") for column in BANDS}
            ),
        ),
        ["about the same as in 2014/15**"],
        ["about the same than", "so wide that it includes"],
    ),
    "two misses of one sign": (
        {"figures_dhsc_ascof_2024_25": [put(9000, "9,000", table="long_term_support_leicestershire")]},
        [" By age: 6"],
        ["misses cancel"],
    ),
    "a later figure on spending": (
        {
            f"claims_{STATEMENT}": [
                lambda frame: pd.concat(
                    [
                        frame,
                        frame[frame["claim"] == "spend_total"].assign(
                            claim="gross_budget", period_start="2016-04-01", period_end="2017-03-31", period="2016/17"
                        ),
                    ]
                )
            ]
        },
        ["The money was not tested."],
        ["It is the latest in the council's own papers", "No later figure on spending"],
    ),
    "nothing on who gave the care": (
        {f"claims_{STATEMENT}": [gone(claim="spend_in_house")]},
        ["How spending is shared out, by type of service or of provider, is not on file."],
        ["of spending in 2014/15 went to independent providers", "These figures agree"],
    ),
}


@pytest.mark.parametrize("case", COSTS)
def test_money_of_the_city(papers, case):
    reads_so(papers, "money", "leicester", *COSTS[case])


@pytest.mark.parametrize("case", COUNTY_COSTS)
def test_money_of_the_county(papers, case):
    reads_so(papers, "money", "leicestershire", *COUNTY_COSTS[case])


WEB_2023, WEB_2024, CENSUS = (
    "claims_leicestershire_residential_care_2023",
    "figures_leicestershire_residential_care_2024",
    "claims_ons_care_home_residents_2021",
)
MARKET = {
    "beds fall to about as many as there are": (
        chains(
            "leicestershire",
            lambda frame: frame.assign(
                **{column: frame[column].where(frame["quantity"] != "beds_needed", "5150") for column in BANDS}
            ),
        ),
        ["That is about the same as, or about the same as in June 2024."],
        ["about the same than", "about the same, or"],
    ),
    "the total moves as well as the mix": (
        {WEB_2024: [put(6000, "6,000", service="care_homes_older_adults", quantity="beds", period="June 2024")]},
        ["**Beds by type: the total is 49% more.**"],
        ["the mix is not"],
    ),
    "no type of bed moves": (
        {
            WEB_2024: [
                put(value, service=service, quantity="beds", period="June 2024")
                for service, value in (
                    ("care_homes_older_adults", 3032),
                    ("care_homes_working_age", 463),
                    ("nursing_homes", 1673),
                )
            ]
        },
        ["the total is about the same, and so is each type.**", "There are about as many beds for older adults"],
        ["the mix is not", "about the same beds"],
    ),
    "fewer are hired than leave": (
        chains("leicestershire", scaled(0.5, ("value",), quantity="hires")),
        ["**Staff: fewer would be hired than leave, as posts follow the number of people down.**", " less "],
        ["most new staff", " for growth."],
    ),
    "most of the new staff are for growth": (
        chains("leicestershire", scaled(3.0, ("value",), quantity="hires")),
        ["**Staff: less than half new staff would replace people who leave.**"],
        ["most new staff"],
    ),
    "more inspections found good care than in the country": (
        {f"claims_{STATEMENT}": [put(20, "20%", claim="share_good_or_outstanding_national")]},
        ["the county's is higher", "a higher share in the county than in the country"],
        ["higher between", "no clear difference between"],
    ),
    "many inspections": (
        {f"claims_{STATEMENT}": [put(4700, "4,700", claim="inspections")]},
        ["Chance alone could give", "worked out: the nearest whole number"],
        ["With so few", "so few inspections", "only 4700", "the only whole number"],
    ),
    "managers' jobs fall vacant as often": (
        {f"claims_{STATEMENT}": [put(37.0, "37.0%", claim="turnover_managers")]},
        ["Direct care jobs fell vacant about as often as managers' jobs"],
        ["times as often"],
    ),
    "managers' jobs fall vacant more often": (
        {f"claims_{STATEMENT}": [put(90.0, "90.0%", claim="turnover_managers")]},
        ["Direct care jobs fell vacant less often than managers' jobs"],
        ["times as often"],
    ),
    "managers' jobs fall vacant half as often": (
        {f"claims_{STATEMENT}": [put(19.0, "19.0%", claim="turnover_managers")]},
        ["about twice as often as managers' jobs"],
        ["two times"],
    ),
    "every place is occupied": (
        {f"claims_{STATEMENT}": [put(4000, "4,000", claim="places_total")]},
        ["It gives 4,000 places in January 2016"],
        ["the same number as places"],
    ),
}


@pytest.mark.parametrize("case", MARKET)
def test_care_market(papers, case):
    reads_so(papers, "care_market", "leicestershire", *MARKET[case])


def test_shares_that_rise_beside_an_assumption_that_they_fall_are_refused(papers):
    papers.alter(CENSUS, put(4.1, "4.1%", claim="share_of_population_2021"))
    with pytest.raises(InputError, match=r"its words rest on .* does not hold: the one is 4\.1, the other 3\.2"):
        papers.read("care_market", authority_id="leicestershire")


def verdicts(authority_id, verdict, instead):
    """Every check with a verdict has another instead; None: is gone."""

    def edit(frame):
        rows = frame["verdict"] == verdict
        assert rows.any()
        if instead is None:
            return frame[~rows]
        frame.loc[rows, "verdict"] = instead

    return {f"checks_{authority_id}": [edit]}


CHECKED = {
    "all agree": (
        verdicts("leicester", "disagrees", "agrees"),
        [
            "No published figure that can be checked is at odds",
            "No figure that could be checked disagrees with others.",
        ],
        ["Most of the", "8 do not", "The widest gap", "Hatched: figures"],
    ),
    "none agrees": (
        verdicts("leicester", "agrees", "disagrees"),
        ["No published figure that can be checked fits the others"],
        ["Most of the figures"],
    ),
    "few agree": (
        {
            "checks_leicester": [
                lambda frame: frame.assign(
                    verdict=frame["verdict"].mask((frame["verdict"] == "agrees") & (frame.index % 4 > 0), "disagrees")
                )
            ]
        },
        ["Less than half of the figures that can be checked fit; "],
        ["Most of the figures"],
    ),
    "one does not fit": (
        {"checks_leicester": [lambda frame: frame[(frame["verdict"] != "disagrees") | (frame["printed"] == "65")]]},
        ["Most of the figures that can be checked fit; 1 does not", "printed as 65%; other figures give 36.3%"],
        ["1 do not"],
    ),
    "none would mislead": (
        verdicts("leicester", "not_comparable", None),
        ["No comparison that would mislead members is known."],
        ["would mislead; "],
    ),
    "nothing was worked out": (
        verdicts("leicester", "derived_only", None),
        ["Nothing was worked out here that is printed nowhere."],
        ["Worked out: "],
    ),
    "nothing could be checked": (
        {"checks_leicester": [lambda frame: frame[frame["verdict"].isin(["not_comparable", "derived_only"])]]},
        ["No published figure can be checked against others", "could be checked against others."],
        ["Most of the", "0 of 0", "fit them"],
    ),
}


@pytest.mark.parametrize("case", CHECKED)
def test_figures_checked(papers, case):
    reads_so(papers, "figures_checked", "leicester", *CHECKED[case])


PREVENTION = "Fewer new entrants through prevention"


def under_prevention(papers, authority_id, scenario="prevention"):
    """What was worked out at constant rates, as if under prevention or another scenario."""
    for vintage in VINTAGES[authority_id]:
        name = f"consequences_{authority_id}_{vintage}"
        as_if = [lambda frame: frame.assign(scenario=scenario)]
        papers.alter(f"{name}_{scenario}", *as_if, of=f"{name}_constant_rates")


@pytest.mark.parametrize(
    ("briefing", "authority_id"),
    [("money", "leicester"), ("money", "leicestershire"), ("care_market", "leicestershire")],
)
def test_another_scenario_is_said_wherever_its_people_are(papers, briefing, authority_id):
    under_prevention(papers, authority_id)
    text = papers.read(briefing, authority_id=authority_id, scenario="prevention")
    assert text.count(PREVENTION) > 8
    of_others = (
        r"than would at constant rates|constant rates miss(ed)?\b"  # the scenario's meaning; the backtest
        r"|Projecting from [^.]+ at constant rates|support at constant rates missed"  # a test of years before
        r"|people at constant rates would|at constant rates, if prices held still"  # from an older figure to the base
        r"|would if the same share of each age group went on having support"
        r"|% too many at constant rates|held against 2023 is constant rates|Constant rates, \w+, 20\d\d-based"
    )
    said = re.sub(of_others, "", text)
    for words in ("constant rates", "Constant rates", "the same share of each age group", "same share of people"):
        assert words not in said, words


@pytest.mark.parametrize(
    ("authority_id", "scenario", "beside"),
    [
        ("leicester", "constant_rates", ""),
        ("leicester", "prevention", ", beside the fewer that the scenario assumes"),
        ("leicestershire", "prevention", ", beside the fewer that the scenario assumes"),
        ("leicester", "healthier_ageing", ", beside the change that the scenario assumes"),
    ],
)
def test_fewer_who_come_are_beside_those_of_the_scenario(papers, authority_id, scenario, beside):
    if scenario != "constant_rates":
        under_prevention(papers, authority_id, scenario)
    text = papers.read("money", authority_id=authority_id, scenario=scenario)
    assert f"would have to come into support{beside}." in text
    assert re.search(rf"^Holding the number of people takes \d+% fewer new people[^.\n]*{beside}$", text, re.M)
    assert re.search(rf"^Fewer new people from 2026/27 on .* in 2036/37{beside}$", text, re.M)
    assert ("that the scenario assumes" in text) is bool(beside)


@pytest.mark.parametrize("scenario", ["prevention", "healthier_ageing"])
def test_money_and_beds_hold_constant_rates_against_a_count_under_any_scenario(papers, scenario):
    under_prevention(papers, "leicestershire", scenario)
    money, beds = (
        papers.read(paper, authority_id="leicestershire", scenario=scenario) for paper in ("money", "care_market")
    )
    assert "Projecting from 2015/16 at constant rates, on" in money
    assert "% too many at constant rates. What is held against 2023 is constant rates." in beds
    assert "\nConstant rates, ONS, 2018-based | " in beds


@pytest.mark.parametrize(("authority_id", "one_is_printed"), [("leicester", False), ("leicestershire", True)])
def test_figures_on_money_that_are_printed_nowhere_are_not_said_to_be_checked(papers, authority_id, one_is_printed):
    text = papers.read("money", authority_id=authority_id)
    assert ("### How the figures on money were checked" in text) is one_is_printed
    assert ("Figure | Printed | Other figures give | Working" in text) is one_is_printed
    assert ("### What follows from the figures on money" in text) is not one_is_printed
    assert ("Figure | Worked out, and printed nowhere | Working" in text) is not one_is_printed


def test_the_figures_on_money_are_said_to_be_checked_where_one_of_them_is_printed(papers):
    def printed(frame):
        frame.loc[frame["what"].str.startswith("Budget of adult social care after"), "as_published"] = "£150m"

    papers.alter("checks_leicester", printed)
    text = papers.read("money", authority_id="leicester")
    assert "### How the figures on money were checked" in text and "printed nowhere" not in text


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks/briefings").glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_is_typed_in_a_paper_names_no_council(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    typed = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    for council in authorities.known_authorities().values():
        place = re.sub(r" (City|County) Council$", "", council["name"])
        assert not re.search(rf"\b{place}\b", typed), place


def test_the_scenario_that_a_paper_sets_beside_others_is_refused(papers):
    with pytest.raises(InputError, match="sets “Fewer older people in care homes” beside another scenario"):
        papers.read("care_market", authority_id="leicestershire", scenario="care_home_decline")


@pytest.mark.parametrize(
    ("briefing", "authority_id", "words"),
    [
        ("performance", "leicestershire", "Not on file for Leicestershire County Council: a performance report."),
        (
            "care_market",
            "leicester",
            "Not on file for Leicester City Council: a statement of its care market and web pages on care homes.",
        ),
    ],
)
def test_a_council_without_the_documents_of_a_paper_is_told_so(papers, briefing, authority_id, words):
    with pytest.raises(NotOnFile, match=f"^{re.escape(words)}$"):
        papers.read(briefing, authority_id=authority_id)
    assert "so it is left out" in "".join(
        line for data in papers.shown for line in data.values() if isinstance(line, str)
    )


def left_with(monkeypatch, authority_id, *, without=(), vintages=None, figures=None, scenarios=None):
    """A council that has less on file: keys of authorities.toml, vintages, figures of what support costs, scenarios."""
    councils = authorities.known_authorities()
    entry = dict(councils[authority_id])
    entry = {key: value for key, value in entry.items() if key not in without}
    if vintages:
        entry["vintages"] = {name: about for name, about in entry["vintages"].items() if name in vintages}
    monkeypatch.setattr(authorities, "known_authorities", lambda: councils | {authority_id: entry})
    on_file = assumptions.scenario_named

    def named(scenario):
        rule = on_file(scenario)
        return {**rule, "figures": {authority_id: figures}} if figures and scenario == "unit_cost" else rule

    monkeypatch.setattr(assumptions, "scenario_named", named)
    if scenarios:
        monkeypatch.setattr(assumptions, "scenarios_for", lambda authority_id: scenarios)


OVERVIEW = "claims_leicester_overview_2024"


def test_money_of_a_council_with_one_figure_on_spending(papers, monkeypatch):
    left_with(
        monkeypatch,
        "leicester",
        without=("latest_count", "backtest", "estimates"),
        vintages=["ons_2022_based"],
        figures={"spending": "leicester_overview_2024/gross_budget"},
        scenarios=["constant_rates"],
    )
    papers.alter(OVERVIEW, gone(claim="income_in_gross_budget"), gone(claim="preventative_share_of_budget"))
    papers.alter("figures_leicester_foi_gross_budgets_2012", lambda frame: frame.assign(quantity="other_budget"))
    papers.alter(CLAIMS, gone(claim="new_long_term_support_2022_23"), gone(claim="reviews_with_increased_package"))
    papers.alter(
        "consequences_leicester_ons_2022_based_constant_rates",
        lambda frame: frame[(frame["quantity"] == "spending") & ~frame["assumption"].str.contains("rise")],
    )
    text = papers.read("money", authority_id="leicester")
    assert_no_sentence_is_false(text)
    for words in (
        "**The council spent £215 million on support for adults in 2024.** It is the latest in the council's own",
        "More people alone would take spending to about £",
        "How spending is shared out, by type of service or of provider, is not on file.",
        "Not on file for Leicester City Council: a later count of people with long-term support.",
        "on one population projection",
        "So neither the number of people nor the money was tested.",
        "No number of fewer new people is on file",
    ):
        assert words in text, words
    for words in (
        "£65 million",
        "Care homes took",
        "Costs up",
        "would have to come into support",
        "Savings of",
        "other population",
    ):
        assert words not in text, words


@pytest.mark.parametrize(
    ("left", "lacks"),
    [
        (
            {"without": ("support", "vintages")},
            "people with long-term support, by age and a projection of the population",
        ),
        ({"without": ("consequences",)}, "figures on what support costs"),
        ({"figures": {"savings_target": "leicester_overview_2024/gross_budget"}}, "what support costs"),
    ],
)
def test_money_of_a_council_without_what_it_rests_on(papers, monkeypatch, left, lacks):
    left_with(monkeypatch, "leicester", **left)
    with pytest.raises(NotOnFile, match=f"Not on file for Leicester City Council: {lacks}"):
        papers.read("money", authority_id="leicester")


def test_performance_where_nothing_disagrees_and_nothing_is_lost(papers, monkeypatch):
    papers.alter(
        "checks_leicester", gone(verdict="disagrees"), gone(verdict="not_comparable"), gone(verdict="derived_only")
    )
    nothing = checks.missing_from("leicester").iloc[:0]
    monkeypatch.setattr(checks, "missing_from", lambda authority_id: nothing)
    text = papers.read("performance", authority_id="leicester")
    assert_no_sentence_is_false(text)
    for words in (
        "No figure of the report that could be checked disagrees with others.",
        "No comparison of these figures that would mislead is known.",
        "None is known to be missing.",
    ):
        assert words in text, words
    assert "How many providers were rated inadequate" not in text


@pytest.mark.parametrize("briefing", ["performance", "care_market", "money"])
def test_a_council_with_little_on_file_gets_a_paper_that_says_so(project, briefing):
    third_council.add(project)
    paper = notebooks.run(
        project / f"notebooks/briefings/{briefing}.ipynb", {"authority_id": "mercia"}, project / "out.ipynb"
    )
    blocks = str(from_notebook(nbformat.read(paper, as_version=4))["blocks"])
    assert "Not on file for Mercia County Council" in blocks and "so it is left out" in blocks
    assert not list(project.glob("*.failed.ipynb"))
