"""Sentences filled from figures: how each number prints, what is refused, and none that outlives its figure."""

import json
import re
from functools import cache

import pandas as pd
import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from test_reconciliation import COUNTY, FIGURES, SOURCES, figure

from helpers.base import checked_files, formulas, paths, schemas
from helpers.base.errors import InputError
from helpers.base.typed_numbers import named_in
from helpers.checks import filled_texts
from helpers.checks.figure_book import Book
from helpers.checks.filled_texts import Words
from helpers.checks.reconciliation import reconcile
from helpers.council import assumptions, checks
from helpers.council.figures import breaks
from helpers.pipeline import reads
from helpers.published.sources import read_descriptor

pytestmark = pytest.mark.papers

BOOK = Book(
    COUNTY,
    pd.DataFrame.from_dict(
        FIGURES
        | {
            "trial/plain": figure(656600, as_published="656600"),
            "trial/capitals": figure(50, "per_cent", as_published="NEARLY 50%"),
            "trial/sentence": figure(50, "per_cent", as_published="Nearly half"),
            "trial/half": figure(0.5, "times"),
            "trial/three": figure(3),
            "trial/share": figure(34, "per_cent", as_published="34%", lower=33.5, upper=34.5),
        },
        orient="index",
    ),
)


def fill(text: str, source: str = "trial", **own) -> str:
    return Words(BOOK, source, SOURCES, "a.yaml, entry", own).fill(text)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{people} people", "60 people"),
        ("{share} of them", "34% of them"),
        ("in all {plain} people", "in all 656,600 people"),
        ("the {capitals} in capitals", "the nearly 50% in capitals"),
        ("{sentence} do. It says {sentence}.", "Nearly half do. It says nearly half."),
        ("{share as number} of", "34 of"),
        ("{100 * women / people as per_cent}", "60.0%"),
        ("{100 * men / people as whole_per_cent}", "40%"),
        ("{women - men as count} more", "12 more"),
        ("about {plain as thousands}", "about 657,000"),
        ("{women + men as people}", "60 people"),
        ("There are {three as word}, and the {three + half - half as ordinal}.", "There are three, and the third."),
        ("{three as word} are. {three as word} were.", "Three are. Three were."),
        ("{three as words home} and {men / men as words home}", "Three homes and one home"),
        ("it is {women / men as part}", "it is 150%"),
        ("it is {men / people / 4 as part} more", "it is a tenth more"),
        ("it is {men / women as part}", "it is two thirds"),
        ("it is {half as part}", "it is half"),
        ("it is {share / 100 as part}", "it is more than a third"),
        ("it is {1 - share / 100 as part}", "it is nearly two thirds"),
        ("{people / men as times} as many", "2.5 times as many"),
        ("is {people / 1 / (women - three) as times} as many", "is nearly twice as many"),
        ("both {men / people / 1 - men / people / 1 + three / three / three as one_in}", "both one in three"),
        ("{men / people / 100 as one_in_at_most person}", "One person in a hundred"),
        ("read as {others as range} people", "read as 0 to 4 people"),
        (
            "at most {100 * share / 100 as most per_cent}, at least {share as least per_cent}",
            "at most 34.5%, at least 33.5%",
        ),
        ("{months_apart(people, people_after) as number} months apart", "108 months apart"),
        ("for {months(people) as number} months", "for 12 months"),
        ("{city/people} there, {people} here, {national/people} in all", "80 there, 60 here, 120 in all"),
        ("{own_formula as count} of {own_number as word}", "36 of five"),
        ("Nothing to fill.", "Nothing to fill."),
    ],
)
def test_how_figures_print_in_a_sentence(text, filled):
    assert fill(text, own_formula="people - men", own_number=5) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("these 60 people", "'60' is typed"),
        ("{peple}", "no figure 'peple' in 'trial'. Did you mean 'people'"),
        ("{elsewhere/people}", "no figure"),
        ("{women + men}", "{women + men} does not say how it prints"),
        ("{people as persons}", "nothing prints as 'persons'"),
        ("{people as word}", "60 has no such word; whole numbers up to twenty have. Choose how it prints"),
        ("{men / women as word}", "0.666667 has no such word"),
        ("{men - men as ordinal}", "0 has no such word"),
        ("{men / women as one_in}", "0.666667 is not one in a whole number"),
        ("{women / men as one_in_at_most person}", "is more than one in two"),
        ("{others as count}", "rests on a hidden count. Words may say its bounds alone"),
        ("{others}", "rests on a hidden count"),
        ("{people - others as count}", "rests on a hidden count"),
        ("{people + city/people as count}", "has figures of two councils (E06000016, E10000018)"),
        ("{23 as word}", "'23' names no figure"),
        ("{12 * 4 as number}", "names no figure"),
        ("{people + 23 as count}", "the number 23 is typed in 'people + 23'"),
        ("{23 * people as count}", "the number 23 is typed"),
        ("{maximum(people, 4) as count}", "the number 4 is typed"),
        ("{people ** 2 as count}", "the number 2 is typed"),
        ("{people / (men - men) as count}", "divides by zero"),
        ("{log(men - people) as count}", "gives no number"),
        ("{people as words}", "nothing prints as 'words'"),
        ("{people as word home}", "nothing prints as 'word home'"),
        ("{}", "the braces hold no figure"),
        ("{people as }", "'people as' is no formula"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_its_place(text, message):
    with pytest.raises(InputError) as error:
        fill(text)
    assert "a.yaml, entry" in str(error.value) and message in str(error.value), str(error.value)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("women + men == people", True),
        ("women == men", False),
        ("women != men", True),
        ("women > men", True),
        ("men > women", False),
        ("men < women", True),
        ("men <= men", True),
        ("men < men", False),
        ("women >= men", True),
        ("people == 60", True),
        ("people == 61", False),
        ("share_of_women fits 100 * women / people", True),
        ("share_of_men fits 100 * men / people", False),
        ("share_of_men misses 100 * men / people", True),
        ("people - women > -1", True),
        ("own_formula == men", True),
    ],
)
def test_words_stand_only_where_what_they_rest_on_holds(condition, holds):
    words = Words(BOOK, "trial", SOURCES, "a.yaml, entry", {"own_formula": "people - women"})
    if holds:
        words.check_holds([condition])
        return
    with pytest.raises(InputError, match=re.escape(f"a.yaml, entry: its words rest on `{condition}`, which does not")):
        words.check_holds([condition])


def test_a_condition_without_a_relation_is_refused():
    with pytest.raises(InputError, match="'women' has none of ==, !=, <=, >=, <, >, fits, misses"):
        Words(BOOK, "trial", SOURCES, "a.yaml, entry").check_holds(["women"])


@given(st.floats(0.01, 20))
def test_a_part_or_multiple_in_words_is_never_far_off(value):
    for style, words in (("part", filled_texts.PARTS), ("times", filled_texts.TIMES)):
        said = filled_texts.STYLES[style](value)
        for known, word in words.items():
            if said == word:
                assert value == pytest.approx(known, rel=0.006)
            elif said == f"nearly {word}":
                assert 0.87 * known < value < known
            elif said == f"more than {word}":
                assert known < value < 1.13 * known


# Every figure that a text of the project names, altered: the text follows, or the run stops.

ENTRIES = {"checks": ("cause", "matters", "question"), "derived": ("what",), "not_comparable": ("what", "reason")}
COLUMNS = ["what", "cause", "matters", "question"]
COUNCILS = ("leicester", "leicestershire")


@cache
def book_of(council: str) -> Book:
    return checks.figure_book(council)


def altered(book: Book, key: str, factor: float) -> Book:
    """The figures with one of them changed, if it is among them: as printed, and its bounds."""
    if key not in book.frame.index:
        return book
    frame = book.frame.copy()
    row = frame.loc[key].copy()
    value = factor * float(row["lower"] + row["upper"]) / 2 + 1
    sign = "%" if str(row["as_published"]).endswith("%") else ""
    row["lower"] = row["upper"] = value
    hidden = row["status"] in ("suppressed", "withheld")
    row["value"], row["as_published"] = (row["value"] if hidden else value), f"{value:g}{sign}"
    frame.loc[key] = row
    return Book(book.area_code, frame)


@cache
def declared(source: str) -> dict:
    file = PROJECT / "data/raw" / source / "checks.yaml"
    return checked_files.read_yaml(file, schemas.CHECKS) if file.is_file() else {}


@cache
def registered() -> list[dict]:
    return breaks()


def keys_named(entry: dict, kind: str, source: str, own: dict) -> list[str]:
    """The keys of figures whose values stand in the texts of an entry."""
    sources, found = paths.known_sources(), []
    for inside in named_in([entry[text] for text in ENTRIES[kind] if text in entry]):
        text = formulas.with_own(inside.rpartition(" as ")[0] or inside, own)
        text = re.sub(r"\b(?:count|months|months_apart)\([^()]*(?:\([^()]*\)[^()]*)*\)", "1", text)
        found += formulas.parse(text, source, sources).keys
    return list(dict.fromkeys(found))


def named_figures() -> list[tuple]:
    found = []
    for source in paths.known_sources():
        content = declared(source)
        derived = {entry["id"]: entry["formula"] for entry in content.get("derived", [])}
        for kind, entries in content.items():
            for entry in entries:
                own = {"comes_to": entry.get("formula", ""), "printed": entry.get("published", ""), **derived}
                keys = keys_named(entry, kind, source, own)
                found += [(source, kind, entry["id"], key) for key in keys]
    return found


def said(book: Book, source: str, kind: str, name: str) -> tuple:
    content = declared(source)
    chosen = [entry for entry in content[kind] if entry["id"] == name]
    kept = {"derived": [entry for entry in content.get("derived", []) if entry["id"] in repr(chosen)], kind: chosen}
    found = reconcile(book, {source: kept}, {}, registered(), paths.known_sources())
    return tuple(found.set_index("check").loc[name, COLUMNS])


NAMED = named_figures()


def test_texts_of_checks_name_figures():
    assert len(NAMED) >= 60 and len({entry for _, _, entry, _ in NAMED}) >= 20


@pytest.mark.parametrize(("source", "kind", "name", "key"), NAMED)
def test_a_text_of_a_check_follows_each_figure_that_it_names(source, kind, name, key):
    council = "leicestershire" if source.startswith("leicestershire") else "leicester"
    before = said(book_of(council), source, kind, name)
    for factor in (-1, 0.3, 2):
        try:
            after = said(altered(book_of(council), key, factor), source, kind, name)
        except InputError:
            continue
        assert after != before, (name, key, factor)


#: Entries whose words rest on a relation of figures, each with a figure that breaks it.
PREMISES = [
    (REPORT := "leicester_performance_report_2023", "seven_hundred_and_seventy_six_twice", "assessments_quarter_1"),
    (REPORT, "share_of_eligible_needs_and_of_safeguarding_wishes", "safeguarding_outcomes_achieved_quarter_1"),
    (REPORT, "one_in_five_twice", "reviews_with_increased_package"),
    (REPORT, "forty_two_admissions_twice", "admissions_2022_23"),
    (REPORT, "twenty_nine_providers_twice", "providers_of_concern"),
    (REPORT, "alerts_meeting_threshold_six_hundred_and_thirty_six_twice", "alerts_meeting_threshold_2022_23"),
    (REPORT, "admissions_with_and_without_self_funders", "admissions_average_before_pandemic"),
    (REPORT, "people_long_without_review_and_eligible_in_quarter", "reviews!D8"),
    (REPORT, "eligible_for_review_quarter_scaled_to_year", "reviews!D8"),
    (REPORT, "sickness_days_and_message_on_long_term_sickness", "sickness_days!B3"),
    (REPORT, "inadequate_providers_remaining_against_recent_number", "inadequate_providers_hoped_for"),
    (REPORT, "overdue_months_beside_months_since_last_review", "months_until_review_is_overdue"),
    (REPORT, "quality_assurance_coverage_care_homes_may_2023", "quality_assurance!C9.total"),
    (REPORT, "day_centre_people_with_health_against_progress_list", "day_centre_people_with_health_looking_for_places"),
    ("leicester_provider_hub_needs", "population_65_plus_growth_share", "population_65_plus_growth_share"),
    ("leicester_foi_2024", "complaints_period_as_asked", "complaints_period_asked"),
    (STATEMENT := "leicestershire_market_position_statement_2016", "share_limited_a_lot", "share_limited_a_little"),
    (STATEMENT, "infographic_people_limited_a_lot", "people_limited_a_lot"),
    (STATEMENT, "majority_45_64", "share_staff_45_64"),
    (STATEMENT, "share_in_bad_or_very_bad_health_65_plus", "share_in_good_health_65_plus"),
    (STATEMENT, "infographic_share_in_poor_health_over_65", "share_not_in_good_health_65_plus"),
    (STATEMENT, "turnover_of_groups_against_all_staff", "turnover_all_staff"),
    (STATEMENT, "direct_payments_against_support_tables", "share_with_direct_payment"),
    (STATEMENT, "personal_budgets_against_support_tables", "share_with_personal_budget"),
    (STATEMENT, "share_good_of_whole_inspections", "share_good"),
    ("leicestershire_residential_care_2023", "occupied_and_spare_beds", "spare_beds"),
]


@pytest.mark.parametrize(("source", "name", "figure"), PREMISES)
def test_a_sentence_whose_premise_is_gone_stops_the_run_and_is_named(source, name, figure):
    content = declared(source)
    kind = next(kind for kind, entries in content.items() if name in [entry["id"] for entry in entries])
    council = "leicestershire" if source.startswith("leicestershire") else "leicester"
    stopped = []
    for factor in (-1, 0.3, 0.8, 1.2, 3):
        try:
            said(altered(book_of(council), f"{source}/{figure}", factor), source, kind, name)
        except InputError as error:
            assert f"data/raw/{source}/checks.yaml, {name}" in str(error)
            stopped.append("its words rest on" in str(error))
    assert any(stopped)


def test_the_words_on_totals_follow_their_tables():
    key = f"{STATEMENT}/long_term_support_18_64!H11"
    resource = next(one for one in read_descriptor(STATEMENT)["resources"] if one["name"] == "long_term_support_18_64")

    def found(book: Book) -> pd.Series:
        rows = book.frame[(book.frame["source"] == STATEMENT) & (book.frame["table"] == resource["name"])]
        results = reconcile(book, {}, {STATEMENT: [(resource, rows)]}, [], paths.known_sources())
        return results.set_index("check").loc["long_term_support_18_64_H11_across_setting"]

    before, after = found(book_of("leicestershire")), found(altered(book_of("leicestershire"), key, 1.3))
    assert before["cause"].startswith("The columns add to 2,660 and the printed total is 2,661. The likely cause")
    assert "up to one person in a hundred. A hidden count, a dash in the source, is read as 0 to 4" in before["matters"]
    assert "the printed total is 3460.3." in after["cause"] and "up to one person in two." in after["matters"]


def test_a_task_that_reads_an_assumption_waits_for_the_figures_that_it_names():
    named = reads.scenario_files("care_home_decline", "bed_pressure", "constant_rates")
    assert "data/processed/claims_ons_care_home_residents_2021.csv" in named
    assert "data/processed/claims_leicestershire_residential_care_2023.csv" in named
    shared = reads.base_files({"support": {"source": "leicester_jsna_2016"}})
    tables = [f"data/processed/figures_{source}.csv" for source in ("dhsc_ascof_2024_25", "ons_mid_year_estimates")]
    assert {*tables, "data/raw/dhsc_ascof_2024_25/datapackage.yaml"} <= set(shared)
    assert reads.scenario_files("constant_rates") == ["data/assumptions/scenarios/constant_rates.yaml"]


@pytest.mark.parametrize("council", COUNCILS)
def test_what_is_missing_follows_the_figures_that_it_names(council, monkeypatch):
    entries = {}
    for source in checks.documents_of(council):
        file = PROJECT / "data/raw" / source / "missing.yaml"
        if file.is_file():
            for entry in checked_files.read_yaml(file, schemas.MISSING)["missing"]:
                texts = named_in([entry["what"], entry["needed_for"]])
                keys = [f"{source}/{text.partition(' as ')[0]}" for text in texts if "count(" not in text]
                entries |= {entry["id"]: keys} if keys else {}
    assert entries
    before = checks.missing_from(council).set_index("id")
    read = checks.figure_book
    for name, keys in entries.items():
        for key in keys:
            monkeypatch.setattr(checks, "figure_book", lambda *given, key=key: altered(read(*given), key, 2))
            after = checks.missing_from(council).set_index("id")
            monkeypatch.setattr(checks, "figure_book", read)
            assert after.loc[name].to_dict() != before.loc[name].to_dict(), (name, key)


def figures_of_assumptions() -> list[tuple]:
    """The figures that words and values of assumptions are worked out from; not those that projections start from."""
    found = set()
    for file in (PROJECT / "data/assumptions").rglob("*.yaml"):
        text = re.sub(r"(?s)^figures:.*?(?=^\w)", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        text = re.sub(r"figures: \{.*\}", "", text)
        names = "|".join(paths.known_sources())
        found |= {(file.stem, key) for key in re.findall(rf"\b(?:{names})/[a-z][\w!]*(?:\.[a-z]+)?", text)}
    return sorted(found)


OF_ASSUMPTIONS = figures_of_assumptions()


@pytest.mark.parametrize(("name", "key"), OF_ASSUMPTIONS)
def test_an_assumption_follows_each_published_figure_that_it_names(name, key, monkeypatch):
    read = checks.figure_book

    def resolved() -> str:
        known = {"age_bands": assumptions.age_bands, "spread": assumptions.uncertainty}
        return repr(known.get(name, lambda: assumptions.scenario_named(name))())

    before = resolved()
    for factor in (-1, 0.3, 2):
        monkeypatch.setattr(checks, "figure_book", lambda *given, factor=factor: altered(read(*given), key, factor))
        monkeypatch.setattr(assumptions, "fingerprint", lambda path: object())
        try:
            assert resolved() != before
        except InputError as error:
            assert f"{name}.yaml" in str(error)


def test_the_figures_behind_the_assumptions_are_named():
    assert {name for name, _ in OF_ASSUMPTIONS} == {"age_bands", "bed_pressure", "care_home_decline", "unit_cost"}
    assert len(OF_ASSUMPTIONS) >= 11


def test_values_of_the_method_are_what_the_figures_give():
    named = assumptions.scenario_named
    assert named("bed_pressure")["values"] == {"other_occupancies_pct": [90, 95]}
    assert "rose by 8% a year" in named("unit_cost")["evidence"]


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [(-2.4686, 0.01, -2.47), (2.465, 0.01, 2.47), (3.25, 0.1, 3.3), (87.5, 1, 88), (0, 0.5, 0), (-0.004, 0.01, 0)],
)
def test_rounding_is_to_the_step_that_is_declared(value, step, rounded):
    assert assumptions.rounded_to(value, step) == pytest.approx(rounded, abs=1e-12)


def test_the_example_number_of_the_readme_is_printed_in_a_paper():
    numbers = re.findall(r"figure --number ([\d,]+)", (PROJECT / "README.md").read_text(encoding="utf-8"))
    papers = [
        json.loads(file.read_text(encoding="utf-8")) for file in (PROJECT / "notebooks/briefings").glob("*.ipynb")
    ]
    shown = " ".join(json.dumps(cell.get("outputs", [])) for paper in papers for cell in paper["cells"])
    assert numbers and all(re.search(rf"(?<![\d,]){number}(?![\d,])", shown) for number in numbers)
