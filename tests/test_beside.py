"""Councils beside each other: the figures on file, pinned; the rule; how a council stands; what is refused."""

import numpy as np
import pandas as pd
import pytest
import yaml

from helpers.base.errors import InputError
from helpers.council import beside
from helpers.council.beside import Beside
from helpers.paper import beside_annex, beside_paper
from helpers.published.official.areas import councils_of_today
from helpers.published.processed import read_processed

LEICESTER, LEICESTERSHIRE, CUMBERLAND = "E06000016", "E10000018", "E06000063"


@pytest.fixture(scope="module")
def city():
    return Beside(LEICESTER)


@pytest.fixture(scope="module")
def county():
    return Beside(LEICESTERSHIRE)


def test_the_neighbours_of_both_councils(city, county):
    assert city.neighbours()["council"].tolist()[:3] == ["Nottingham", "Salford", "Bristol"]
    assert county.neighbours()["council"].tolist()[:3] == ["Cambridgeshire", "Oxfordshire", "Warwickshire"]
    for council in (city, county):
        near = council.neighbours()
        assert len(near) == 15 and near["distance"].astype(float).is_monotonic_increasing
        assert council.area_code not in near.index


def test_the_characteristics_are_the_published_ones(city, county):
    # Mid-2024, persons aged 65 and over; File 11 of the Indices of 2019, average score.
    alike = read_processed(beside.LIKENESS).set_index("area_code")
    older = alike["share_65_plus_pct"] * alike["population"] / 100
    assert older[[LEICESTER, LEICESTERSHIRE]].tolist() == pytest.approx([46_623, 157_349], abs=1)
    assert alike.loc[[LEICESTER, LEICESTERSHIRE], "deprivation_score"].tolist() == [30.877, 12.33]


def test_who_lacks_a_score_has_no_neighbours_and_is_nobodys(city):
    assert len(city.unlike_any) == 4 and "Cumberland" in city.unlike_any
    assert not Beside(CUMBERLAND).can_compare and city.can_compare
    with pytest.raises(InputError, match="Cumberland has 0 neighbours on file, and 3 are needed"):
        Beside(CUMBERLAND).neighbours()
    near = read_processed(beside.NEAREST)
    assert CUMBERLAND not in set(near["neighbour_code"]) and near["area_code"].nunique() == len(councils_of_today()) - 4


def test_london_boroughs_are_compared_with_each_other_alone():
    near, alike = read_processed(beside.NEAREST), read_processed(beside.LIKENESS).set_index("area_code")
    in_london = alike["region_code"] == beside.LONDON
    assert (in_london[near["area_code"]].to_numpy() == in_london[near["neighbour_code"]].to_numpy()).all()


PUBLISHED = [
    (LEICESTER, "admissions_65_plus", 278, 46_623, 596.3),
    (LEICESTERSHIRE, "admissions_65_plus", 829, 157_349, 526.9),
    (LEICESTER, "direct_payments", 1634, 4004, 40.8),
    (LEICESTERSHIRE, "safeguarding", 650, 680, 95.3),
    (LEICESTER, "reviewed", 1240, 3775, 100 * 1240 / 3775),
    (LEICESTER, "support_65_plus", 3966, 46_623, 100_000 * 3966 / 46_623),
    (LEICESTERSHIRE, "gross_spending", None, None, 406.6),
    (LEICESTER, "nursing_18_64", None, None, 682.0047),
    (LEICESTERSHIRE, "quality_of_life", None, 400, 18.6),
    (LEICESTER, "turnover", None, None, 19.6),
    ("E92000001", "admissions_65_plus", 65_060, 10_981_090, 592.5),
]


@pytest.mark.parametrize(("area", "measure", "count", "among", "value"), PUBLISHED)
def test_figures_are_the_published_ones(city, area, measure, count, among, value):
    row = city.every.loc[(measure, area)]
    assert row["value"] == pytest.approx(value, abs=0.05)
    assert count is None or row["numerator"] == count
    assert among is None or row["denominator"] == among


def test_a_region_is_what_its_councils_come_to_together(city):
    region = [code for code, one in councils_of_today().items() if one.region_code == city.region_code]
    rows = city.every.loc["admissions_65_plus"]
    of_councils = rows[rows.index.isin(region)]
    assert rows.loc[city.region_code, "numerator"] == of_councils["numerator"].sum() > 1000
    turnover = city.every.loc["turnover"]["value"]
    assert turnover[city.region_code] == pytest.approx(turnover[turnover.index.isin(region)].median())


def test_a_measure_that_its_publisher_gives_no_result_of_is_left_out(city):
    # Luton reports 415 enquiries with the risk reduced of 135 with a risk: the publisher prints [z] for the share.
    assert "E06000032" not in city.every.loc["safeguarding"].index and len(city.every.loc["safeguarding"]) > 150


def test_the_figures_of_the_heading(city, county):
    assert (
        str(beside_paper.finding(city)) == "Leicester lies within the limits of similar councils on 40 of 41 measures"
    )
    assert str(beside_paper.finding(county)) == (
        "Leicestershire lies below the limits of similar councils on long-term spending on older people: "
        "£499 against £731"
    )


def test_whether_a_measure_lies_outside_with_other_numbers_of_neighbours_is_said(city, county):
    assert beside_paper.which_outside(city) == (
        "It is “Cost of a nursing week at working age”; beside fewer or more councils it is within them."
    )
    assert beside_paper.which_outside(county) == (
        "They are “Long-term spending on older people” and “Long-term spending at working age”."
    )
    assert beside_paper.lies_within_with(county, "long_term_spending_18_64") == ["fewer"]
    found = beside_annex.other_rules(county)
    assert list(found["Outside the limits"]) == [1, 2, 2] and found["Which"][0] == "Long-term spending on older people"


@pytest.mark.parametrize(
    ("area_code", "words"),
    [
        ("E06000001", "Three of them follow; the chart marks all."),  # Hartlepool: seven
        ("E09000008", "They follow."),  # Croydon: three
        ("E06000003", "It is “In the community twelve weeks after hospital”, with fewer or more councils too."),
    ],
)
def test_which_lie_outside_is_said_of_many_and_of_one_that_does_under_every_rule(area_code, words):
    council = Beside(area_code)
    assert beside_paper.which_outside(council) == words
    told = [one.lies for one in beside_paper.telling(council, leading=True)]
    outside = min(len(beside_paper.furthest_out(council)), beside_paper.MOST_TOLD)
    assert told == ["outside the limits"] * outside + ["within the limits"] * (beside_paper.MOST_TOLD - outside)


def test_the_chart_has_room_for_so_many_and_leaves_out_those_nearest_to_the_middle():
    hartlepool = Beside("E06000001")
    shown, place = beside_paper.leading(hartlepool), hartlepool.standing["place"].abs()
    left_out = [name for name in beside_paper.others(hartlepool) if hartlepool.content["measures"][name].get("leading")]
    assert len(shown) == beside_paper.MOST_DRAWN and len(left_out) == 4
    assert place[left_out].max() < place[shown].min()
    assert len(beside_paper.furthest_out(hartlepool)) == 7 and {*beside_paper.furthest_out(hartlepool)} < {*shown}
    assert list(hartlepool.standing.index[hartlepool.standing.index.isin(shown)]) == shown


def test_all_that_lie_outside_are_drawn_however_many(city):
    council = Altered(LEICESTER)
    council.__dict__["standing"] = city.standing.assign(verdict="above", place=1.5)
    assert len(beside_paper.leading(council)) == len(city.standing) > beside_paper.MOST_DRAWN


@pytest.mark.parametrize(
    ("area_code", "measure", "words"),
    [
        ("E06000015", "at_home_65_plus", "above the limits of similar councils on older people with support who live"),
        ("E08000009", "safe", "below the limits of similar councils on people who feel safe: 62.8% against 71.3%"),
    ],
)
def test_a_heading_names_a_measure_as_a_sentence_does(area_code, measure, words):
    council = Beside(area_code)
    assert beside_paper.furthest_out(council)[0] == measure and words in str(beside_paper.finding(council))


def test_a_share_does_not_say_again_of_whom_it_is(city):
    assert str(beside_paper.tell(city, "reviewed").unit) == str(beside_paper.tell(city, "at_home_65_plus").unit) == ""
    assert str(beside_paper.tell(city, "direct_payments").unit) == " of people with community support"
    assert str(beside_paper.tell(city, "reviewed").of_what) == " of people supported for over a year"


def test_a_figure_of_few_says_its_count_and_not_that_none_is_beyond_it():
    few = beside_paper.tell(Beside("E09000028"), "safeguarding")  # Southwark: far below all its neighbours
    assert str(few.unit) == " of enquiries that say how they ended (a count of 55)" and few.rank == ""


def test_a_rate_of_few_says_how_few(county):
    (few,) = (one for one in beside_paper.telling(county, 9) if one.lead == "Working-age admissions to care homes")
    assert str(few.of_what) == " for every hundred thousand people aged 18 to 64 (a count of 50)"
    older = next(one for one in beside_paper.telling(county, 9) if one.lead == "Older people with support")
    assert "count" not in str(older.of_what)


def test_the_verdicts_follow_from_the_limits(city, county):
    for council in (city, county):
        rows = council.standing.drop("self_directed")  # at 100%, beyond any limit of a share and within its chance
        outside = (rows["own"] < rows["lower"]) | (rows["own"] > rows["upper"])
        assert (rows["verdict"].isin(beside_paper.OUTSIDE) == outside).all()
        chance = rows["lower_own"].notna() & ~rows["middle"].between(rows["lower_own"], rows["upper_own"])
        assert (rows.loc[~outside, "verdict"] == "differs").equals(chance[~outside])
        assert chance.any() and (~chance).any()


def test_the_limits_held_about_as_many_figures_as_they_say():
    rows = read_processed(beside.HELD)
    councils, held = rows["councils_tried"].astype(int), rows["limits_held_pct"].astype(float)
    assert councils.max() > 140 and len(rows) == 41
    assert (held * councils).sum() / councils.sum() == pytest.approx(94.5, abs=0.5)
    assert held.min() > 88


# Altered figures: what is said follows them


class Altered(Beside):
    """A council with one figure of its own changed."""

    def put(self, name, **columns):
        every = self.every.copy()
        for column, value in columns.items():
            every.loc[(name, self.area_code), column] = value
        self.__dict__["every"] = every
        return self


@pytest.mark.parametrize(
    ("numerator", "word", "verdict"),
    [(124, "lower", "below"), (874, "level", "alike"), (3900, "higher", "above")],
)
def test_the_words_turn_with_the_figure(numerator, word, verdict):
    council = Altered(LEICESTER).put(
        "direct_payments", numerator=numerator, value=100 * numerator / 4004, limit_lower=100 * (numerator - 80) / 4004,
        limit_upper=100 * (numerator + 80) / 4004,
    )  # fmt: skip
    assert council.standing.loc["direct_payments", "verdict"] == verdict
    said = beside_paper.beside_limits(council, "direct_payments")
    if verdict == "alike":
        assert said == "within" and beside_annex.chance(council, "direct_payments") == "may be chance"
        return
    assert said == f"outside, {word}" and beside_annex.chance(council, "direct_payments") == f"{word}, more than chance"
    assert beside_paper.tell(council, "direct_payments").where == f"{word}, and outside the limits"
    told = beside_paper.telling(council, 1)[0]
    assert told.lead == "People with direct payments" and str(told.own) == f"{100 * numerator / 4004:.1f}%"
    assert told.rank == f", and none of them is {word}"


def test_an_end_is_said_only_where_chance_does_not_explain_it(city):
    # Direct payments: 39.3% at least, and the highest neighbour has 37.9%; satisfaction: within the margin of error.
    assert beside_paper.tell(city, "direct_payments").rank == ", and none of them is higher"
    assert beside_paper.tell(city, "satisfied").rank == ""


def test_a_council_within_all_limits_is_said_to_be(city):
    council = Altered(LEICESTER)
    council.__dict__["standing"] = city.standing.assign(verdict="alike")
    assert str(beside_paper.finding(council)) == (
        "Leicester lies within the limits of similar councils on all 41 measures"
    )
    assert beside_paper.telling(council, 3) == [] and str(beside_paper.outside(council)) == "none"
    assert beside_paper.which_outside(council) == "So it differs no more than such councils usually do."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content["measures"].append(content["measures"][0]), "'support_18_64' stands twice"),
        (lambda content: content["measures"][0].update(group="suport"), "in a group 'suport'.*'support'"),
        (lambda content: content["neighbours"].update(least=2), "least"),
        (lambda content: content["measures"][0].update(kind="guess"), "guess"),
    ],
)
def test_what_is_declared_wrongly_is_refused(tmp_path, monkeypatch, change, words):
    content = yaml.safe_load((beside.root() / beside.BESIDE_OTHERS).read_text(encoding="utf-8"))
    change(content)
    (tmp_path / "data/assumptions").mkdir(parents=True)
    (tmp_path / beside.BESIDE_OTHERS).write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(beside, "root", lambda: tmp_path)
    with pytest.raises(InputError, match=words):
        beside.declared()


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({"column": "numerator", "measure": "9z"}, "'admissions_65_plus': .*counts_and_shares has no row where"),
        ({"column": "numerator", "colour": "red"}, "asks for 'colour', and .*counts_and_shares has no such column"),
    ],
)
def test_a_measure_that_asks_for_what_is_not_there_is_refused(of, words):
    measure = beside.declared()["measures"]["admissions_65_plus"] | {"of": of}
    with pytest.raises(InputError, match=words):
        beside._figures(measure, of)


def test_hidden_and_missing_figures_are_left_out_and_never_nothing(city):
    figures = city.every["value"]
    assert figures.notna().all() and not figures.isin([np.inf]).any()
    # Hackney did not submit the collection of 2021/22; a price of 0 means that nothing was bought.
    assert ("requests_65_plus", "E09000012") not in figures.index
    assert (figures.loc[["residential_18_64", "home_care_hour"]] > 0).all()
    assert isinstance(figures, pd.Series)


@pytest.mark.parametrize("area_code", ["E06000014", "E06000006", "E10000018", "E06000053"])
def test_the_limits_as_printed_say_what_the_verdict_says(area_code):
    # York's safeguarding printed 96.7% beside limits to 96.6%, and was within: both are on one scale now.
    council = Beside(area_code)
    rows = council.standing[council.standing["verdict"] != "none"]
    counted = council.every["numerator"].xs(area_code, level="area_code").reindex(rows.index)
    among = council.every["denominator"].xs(area_code, level="area_code").reindex(rows.index)
    kinds = {name: council.content["measures"][name] for name in rows.index}
    exact = {name: counted[name] / among[name] * kinds[name].get("per", 1) for name in rows.index
             if kinds[name]["kind"] in ("share", "rate")}  # fmt: skip
    assert len(exact) > 10 or area_code == "E06000053"
    for name, own in exact.items():
        outside = rows.loc[name, "verdict"] in ("above", "below")
        assert outside == (not rows.loc[name, "lower"] <= own <= rows.loc[name, "upper"]), name
