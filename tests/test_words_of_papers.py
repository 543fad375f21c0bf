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
from helpers.council import assumptions, checks, spending
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
        ["Most of the people due a review in 2022/23 had one: 80%, after 47% in 2017/18", "had one rose from 47%"],
        ["Less than half", "fell from"],
    ),
    "as many get a review": (
        {
            FIGURES: [
                put(value, quantity=quantity, period_kind="financial_year")
                for quantity, value in (("people_reviewed", 2500), ("people_eligible_for_review", 5000))
            ]
        },
        [
            "Half of people due a review in 2022/23 had one: 50%, after 50% in 2017/18",
            "went from 50% in 2017/18 to 50%",
        ],
        ["fell from", "rose from", "Less than half", "Most of the", "than it has moved"],
    ),
    "nobody gets a review": (
        {FIGURES: [put(0, quantity="people_reviewed", period=LAST)]},
        ["None of the people due a review in 2022/23 had one: 0%, after 80% in 2017/18"],
        ["Less than half", "Most of the"],
    ),
    "fewer waited at another time": (
        {CLAIMS: [claim("people_long_without_review_lowest", 2000)]},
        ["1,348 people had gone 24 months"],
        ["The fewest on record"],
    ),
    "nine in ten providers meet the standard": (
        {FIGURES: [put(90, "90%", quantity="providers_compliant_share", period="30 June 2023")]},
        ["checked 134 of 172 care providers; 121 of those checked met its standard."],
        ["all of those checked", "none of those checked"],
    ),
    "no provider meets the standard": (
        {FIGURES: [put(0, "0%", quantity="providers_compliant_share", period="30 June 2023")]},
        ["care providers; none of those checked met its standard."],
        ["all of those checked"],
    ),
    "every provider was assessed": (
        {FIGURES: [assessed_all]},
        ["checked 80 of 80 care providers; all of those checked met its standard."],
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
            "330 people went straight into long-term support in April to June 2023; an average quarter of 2022/23 had "
            "258. Too many for chance alone; the season may explain it.",
            "had 71.5. Chance alone could make that difference.",
            "support were 330 in April to June 2023, and 258 in an average quarter. Is it need",
        ],
        ["25% fewer", "Too few for chance alone", "Permanent moves into care homes were"],
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


def later(factor, quantity):
    """An edit: what is projected after the base times a factor."""

    def edit(frame):
        rows = (frame["quantity"] == quantity) & (frame["year"].astype(int) > 2024)
        assert rows.any()
        for column in BANDS:
            numbers = pd.to_numeric(frame.loc[rows, column], errors="coerce")
            frame.loc[rows, column] = [
                text if pd.isna(number) else str(number * factor)
                for text, number in zip(frame.loc[rows, column], numbers, strict=True)
            ]

    return edit


def as_in_the_base(frame):
    """An edit: spending by setting stays what it is in the base."""
    rows = frame[frame["quantity"] == "spending_by_setting"].set_index("assumption")
    base = rows.loc[rows["year"] == "2024", "value"]
    after = (frame["quantity"] == "spending_by_setting") & (frame["year"].astype(int) > 2024)
    for column in BANDS:
        frame.loc[after, column] = frame.loc[after, "assumption"].map(base)


SPENDING = "spending_by_setting"
COSTS = {
    "fewer people": (
        chains("leicester", later(0.8, SPENDING)),
        [
            "the cost would fall from £115.1 million to about £96.2 million, at prices",
            "Fewer people aged 65 and over: £6.8 million less",
            "## Fewer people would take away £18.9 million a year by 2029/30; in 2021/22 alone, dearer or larger",
        ],
        ["rise from £115.1", "More people", "rising"],
    ),
    "as many people": (
        chains("leicester", as_in_the_base),
        [
            "the cost would stay about the same, £115.1 million and about £115.1 million",
            "## As many people would cost as much in 2029/30; in 2021/22 alone, dearer or larger support added £4.5",
        ],
        ["would add as much", "rise from £115.1", "More people"],
    ),
    "no budget": (
        {
            "claims_leicester_overview_2024": [
                gone(claim="income_in_gross_budget"),
                gone(claim="preventative_share_of_budget"),
            ]
        },
        ["£215m"],
        ["£65m"],
    ),
}
COUNTY_COSTS = {
    "fewer people, in the county": (
        chains("leicestershire", later(0.7, SPENDING)),
        [
            "the cost would fall from £156.6 million to about £119.6 million, at prices",
            "## Fewer people would take away £37.0 million a year by 2029/30; in 2021/22 alone, dearer or larger",
        ],
        ["rise from £156.6", "More people"],
    ),
    "no savings target by year": (
        {
            f"figures_{STATEMENT}": [
                lambda frame: frame.assign(quantity=frame["quantity"].replace("cumulative_savings_target", "other"))
            ]
        },
        ["Not on file for Leicestershire County Council: budgets by type of service, or savings by year."],
        ["of savings planned by", "Savings that were planned"],
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


def standing_of(name, value):
    """An edit: the county's figure on a measure that is set beside other councils, with limits of chance around it."""

    def edit(frame):
        row = (frame["indicator"] == name) & (frame["area_code"] == "E10000018")
        assert row.sum() == 1
        frame.loc[row, ["value", "limit_lower", "limit_upper"]] = [str(value), str(value - 1), str(value + 1)]
        if (of := frame.loc[row, "denominator"].iloc[0]) != "none":  # a share is held to the limits by its counts
            frame.loc[row, "numerator"] = str(round(int(of) * value / 100))

    return {"england/compared_measures": [edit]}


MARKET = {
    "fewer beds": (
        chains("leicestershire", later(0.8, "beds_needed")),
        [
            "## Care home beds needed by 2030: likely 3,400 to 5,200 with a falling share, about 5,150 with the same "
            "number in homes; 5,148 in June 2024",
            "about **4,200** would be needed in 2029/30.",
        ],
        ["about **5,250**", "**Why more.**"],
    ),
    "many more residents came": (
        {WEB_2023: [put(6300, "circa 6,300", claim="beds")]},
        [
            "likely 4,800 to 7,400 with the same share, about 5,150 with the same number in homes; 5,148 in June 2024",
            "If the same share of older people live there, about **5,940** would be needed in 2029/30.",
            "the same share gave about as many people in care homes and a falling share 17% too few",
            "If as many people live in care homes as now, about 5,150.",
        ],
        ["which helps it", "a falling share gave", "**Why more.**"],
    ),
    "as many residents came": (
        {WEB_2023: [put(5385, "circa 5,400", claim="beds")]},
        [
            "## Care home beds needed by 2030: about 5,150 with the same number, likely 4,800 to 7,400 with the same "
            "share in homes; 5,148 in June 2024",
            "If as many people live in care homes as now, about **5,150** would be needed in 2029/30.",
            "the same number gave about as many people in care homes and the same share 16% too many",
        ],
        ["which helps it", "a falling share gave", "The range for beds", "**Why more.**"],
    ),
    "more staff left": (
        standing_of("turnover", 60),
        ["60.0% of care staff left", "the share of staff who left is higher than is usual in similar councils."],
        ["neither is unusual"],
    ),
    "fewer homes are good": (
        standing_of("rated_good", 40),
        [
            "40.0% of homes were rated good or outstanding: the share of homes so rated is lower than is usual in "
            "similar councils."
        ],
        ["neither is unusual"],
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
        ["Most of the", "8 do not", "The widest gap", "All stand in", "more apart"],
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
        [
            "Most of the figures that can be checked fit; 1 does not\n",
            "printed as 65%; other figures give 36.3%",
            "One lies 5% or more apart. It stands in Provider hub, web page.",
        ],
        ["1 do not", "lie closer"],
    ),
    "none is far apart": (
        {
            "checks_leicester": [
                lambda frame: frame[
                    (frame["verdict"] != "disagrees") | frame["check"].str.startswith("safeguarding_share")
                ]
            ]
        },
        [
            "fit; 2 do not, all in Commission papers",
            "**What does not fit.** Two lie closer. All stand in Commission papers",
        ],
        ["lie 5%", "lies 5%"],
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
    assert text.count(PREVENTION) > 2
    said = re.sub(
        r"than would at constant rates|on each population\b", "", text
    )  # the scenario's meaning; the backtest
    for words in ("at constant rates", "the same share of each age group", "same share of people"):
        assert words not in said.replace("in 2023 at constant rates", ""), words


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
    assert "so nothing more is said" in "".join(
        line for data in papers.shown for line in data.values() if isinstance(line, str)
    )


def left_with(monkeypatch, authority_id, *, without=(), vintages=None, figures=None, scenarios=None):
    """A council that has less on file: keys of authorities.toml, vintages, figures of what support costs, scenarios."""
    entries = authorities._on_file()
    entry = dict(entries[authority_id])
    entry = {key: value for key, value in entry.items() if key not in without}
    if vintages:
        entry["vintages"] = {name: about for name, about in entry["vintages"].items() if name in vintages}
    monkeypatch.setattr(authorities, "_on_file", lambda: entries | {authority_id: entry})
    on_file = assumptions.scenario_named

    def named(scenario):
        rule = on_file(scenario)
        return {**rule, "figures": {authority_id: figures}} if figures and scenario == "unit_cost" else rule

    monkeypatch.setattr(assumptions, "scenario_named", named)
    if scenarios:
        monkeypatch.setattr(assumptions, "scenarios_for", lambda authority_id: scenarios)


def test_money_of_a_council_with_little_of_its_own(papers, monkeypatch):
    left_with(
        monkeypatch,
        "leicester",
        without=("latest_count", "backtest", "estimates"),
        vintages=["ons_2022_based"],
        figures={"spending": "leicester_overview_2024/gross_budget"},
        scenarios=["constant_rates"],
    )
    papers.alter("figures_leicester_foi_gross_budgets_2012", lambda frame: frame.assign(quantity="other_budget"))
    papers.alter("consequences_leicester_ons_2022_based_constant_rates", gone(quantity="fewer_entrants"))
    text = papers.read("money", authority_id="leicester")
    assert_no_sentence_is_false(text)
    for words in (
        "How far have prices, and the size of packages, moved in each year since 2021/22?",
        "Not on file for Leicester City Council: how many fewer people would have to start",
        "Not on file for Leicester City Council: budgets by type of service, or savings by year.",
    ):
        assert words in text, words
    for words in ("Its report of", "The council’s own rate", "How many fewer would have to start"):
        assert words not in text, words


def test_what_moved_spending_last_goes_the_way_of_its_figures(papers, monkeypatch):
    rows = spending.last_change

    def turned(council):
        found = rows(council)
        signs = found.assign(people=-found["people"], for_each=-found["for_each"])
        return signs.assign(before=found["after"], after=found["before"])

    monkeypatch.setattr(spending, "last_change", turned)
    text = papers.read("money", authority_id="leicester")
    assert "; in 2021/22 alone, cheaper or smaller support took away £4.5 million" in text
    assert "cheaper or smaller support took away 4.1%, inflation included; fewer people took away 2.6%." in text
    monkeypatch.setattr(spending, "last_change", lambda council: rows(council).iloc[:0])
    text = papers.read("money", authority_id="leicester")
    assert "## More people would add £5.1 million a year by 2029/30; prices or packages up 1% a year would add" in text
    assert "In 2021/22 long-term care cost £110.9 million before income." in text
    assert "Compared with the year before" not in text


@pytest.mark.parametrize(
    ("left", "lacks"),
    [
        (
            {"without": ("support", "vintages")},
            "people with long-term support, by age and a projection of the population",
        ),
        ({"without": ("consequences",)}, "figures on what support costs"),
    ],
)
def test_money_of_a_council_without_what_it_rests_on(papers, monkeypatch, left, lacks):
    left_with(monkeypatch, "leicester", **left)
    with pytest.raises(NotOnFile, match=f"Not on file for Leicester City Council: {lacks}"):
        papers.read("money", authority_id="leicester")


def test_money_of_a_council_without_official_spending(papers):
    papers.alter("consequences_leicester_ons_2022_based_constant_rates", gone(quantity="spending_by_setting"))
    with pytest.raises(NotOnFile, match="Not on file for Leicester City Council: what long-term care costs"):
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
    assert "Not on file for Mercia County Council" in blocks and "so nothing more is said" in blocks
    assert not list(project.glob("*.failed.ipynb"))
