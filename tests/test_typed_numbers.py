"""Numbers typed in the texts of YAML files: which stand for figures, and which are ages, dates and names."""

import re
from functools import cache
from pathlib import Path

import pytest
from conftest import replace
from hypothesis import given
from hypothesis import strategies as st

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.base.typed_numbers import named_in, refuse_typed, typed_number
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import assumptions, checks, figures
from helpers.published import sources, tidy

STATEMENT, REPORT = "leicestershire_market_position_statement_2016", "leicester_performance_report_2023"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        # as they stood in the files
        ("It sounds as if these 1,348 people had waited one year.", "1,348"),
        ("It sounds as if these people had waited one year.", "one year"),
        ("It was a year, when it is two or more.", "two or more"),
        ("Was it 82 of 92 or of 93 providers?", "82"),
        ("There were three or four on the day.", "three"),
        ("One base of about 245,000 people.", "245,000"),
        ("So the printed 34% does not fit.", "34%"),
        ("The rows add to 2,659.", "2,659"),
        ("Plans would allow for nearly three times as many people.", "three"),
        ("They look about a twelfth higher.", "twelfth"),
        ("A tenth of older people", "tenth"),
        ("Nearly half of people", "half"),
        ("Nearly twice the growth", "twice"),
        ("Two studies two decades apart", "decades"),
        ("The sixth may be counted there.", "sixth"),
        ("About 0.8% a year", "0.8%"),
        ("The £161.7 million spent", "£161.7"),
        ("up to one person in a hundred", "hundred"),
        ("It is read as 0 to 4 people.", "0"),
        # others of their kind
        ("Growth of 65%", "65%"),
        ("They are 18 to 64 people.", "18"),
        ("Two thirds of them", "thirds"),
        ("Three quarters of that number", "Three"),
        ("A tenfold rise", "tenfold"),
        ("Costs doubled.", "doubled"),
        ("There are twenty-nine providers.", "twenty"),
        ("About 2000 were left vacant.", "2000"),
        ("There are 2000 jobs in other roles.", "2000"),
        ("They were 1990 of them.", "1990"),
        ("It is 12 months overdue.", "12"),
        ("a dozen homes", "dozen"),
        ("Four times as many people", "Four"),
        ("Of 1/3 it is not known.", "1/3"),
        ("People over 65", "65"),
        ("In 65 and over 70 homes", "70"),
        ("In 2012/13 there were 23.", "23"),
        ("Costs £2.3m", "£2.3m"),
        ("\uff11\uff12 homes", "\uff11\uff12"),
        ("It rose from {a} to 40.", "40"),
        ("five years", "five"),
        ("over the last five years", "five"),
        ("over these four years", "four"),
        ("per 1,000,000 people", "1,000,000"),
    ],
)
def test_a_number_that_stands_for_a_figure_is_found(text, word):
    assert typed_number(text).lower() == word.lower()
    with pytest.raises(InputError, match=re.escape(f"a.yaml, x: {typed_number(text)!r} is typed")):
        refuse_typed(text, "a.yaml, x")


@pytest.mark.parametrize(
    "text",
    [
        "People aged 65 and over in mid-2012, and those of 18 to 64 in 2015/16",
        "Staff aged 61 to 64 and those aged 25-44",
        "people aged 18-64, 65+ and 0 to 24",
        "The progress list of 22 September 2023, the minutes of 24 August 2023, and 31 March",
        "April to July 2023, the first quarter of 2023/24 (Q1 2023/24)",
        "ONS estimates to 2020, then the ONS 2018-based projection",
        "Emerson and Hatton, 2008 and 2011.",
        "Safeguarding alerts per 100,000 people, and cases for every 100 referrals",
        "Workers with a qualification at level 2 or above, as in table 2c",
        "One counts people, the other homes; two tables, at one date, of one part of the population.",
        "Calls in 52 weeks, and four times one quarter is not a year's count",
        "These shares need not add to 100. The figure is rounded to thousands.",
        "for these two years nobody can say",
        "The projected need for care over the next five years",
        "{share_a} of {people as count} is {100 * a / b as per_cent}",
        "The second of both is the first; once a quarter is over.",
        "No number of it is known, and none is printed.",
        "as happened from census to census, a hidden count or a true one",
    ],
)
def test_ages_dates_rates_and_names_are_no_figures(text):
    assert typed_number(text) is None
    refuse_typed(text, "a.yaml, x")


@given(
    st.integers(0, 10**7), st.sampled_from(["{:,} people", "about {:,}", "it is {:,}%", "£{:,}", "of {:,}.", "({:,})"])
)
def test_no_count_in_digits_is_overlooked(number, said):
    if said in ("of {:,}.", "({:,})") and 1900 <= number < 2100:
        said = "{:,} people"
    assert typed_number(said.format(number)) is not None


@pytest.mark.parametrize("label", [label for label in AGE_BANDS.values() if label != "All ages"])
def test_every_age_band_may_be_said(label):
    assert typed_number(f"People aged {label}, of {label}") is None


@pytest.mark.parametrize("text", ["{a", "a}", "{a {b} c}", "}{"])
def test_braces_that_do_not_fit_are_refused(text):
    with pytest.raises(InputError, match="a brace opens or closes nothing"):
        refuse_typed(text, "a.yaml, x")


def test_what_braces_hold_is_listed():
    assert named_in(["{a} and {b as word}", "none", "{c!B3}"]) == ["a", "b as word", "c!B3"]


def read_descriptors() -> None:
    for source in sources.known_sources():
        tidy.read_corrections(sources.read_descriptor(source))


@cache
def book(council: str):
    return checks.figure_book(council)


READ = {
    "checks.yaml": lambda: checks.checks_of("leicester", book("leicester")),
    "missing.yaml": lambda: checks.missing_from("leicester"),
    "breaks.yaml": figures.breaks,
    "age_bands.yaml": assumptions.age_bands,
    "spread.yaml": assumptions.uncertainty,
    "need_drivers.yaml": assumptions.need_drivers,
    "prevention.yaml": lambda: assumptions.scenario_declared("prevention"),
    "authorities.toml": authorities.known_authorities,
    "datapackage.yaml": read_descriptors,
    "corrections.yaml": read_descriptors,
}
TYPED = [
    (
        f"data/raw/{REPORT}/checks.yaml",
        "the same {people_long_without_review} people",
        "the same 1,348 people",
        "1,348",
    ),
    (f"data/raw/{REPORT}/missing.yaml", "within {repeat_contact_window} months", "within 12 months", "12"),
    ("data/raw/leicester_provider_hub_needs/checks.yaml", "{printed / comes_to as times}", "nearly twice", "twice"),
    (f"data/raw/{REPORT}/checks.yaml", "do not say; the likely", "are two months old; the likely", "two months"),
    ("data/raw/leicester_overview_2024/missing.yaml", "exact figures", "40 exact figures", "40"),
    (f"data/raw/{REPORT}/checks.yaml", "joins: The report itself", "joins: The report of 60 pages itself", "60"),
    ("data/assumptions/breaks.yaml", "by other rules", "by ten other rules", "ten"),
    ("data/assumptions/age_bands.yaml", "no published count of community", "none of 12 counts of community", "12"),
    ("data/assumptions/spread.yaml", "There is one national history", "There are three national histories", "three"),
    ("data/assumptions/need_drivers.yaml", "{low as number}", "1.2", "1.2"),
    ("data/assumptions/scenarios/prevention.yaml", "hence the wide range", "hence 18 to 48 months", "18"),
    ("authorities.toml", 'title = "permanent residential placements"', 'title = "1,510 placements"', "1,510"),
    (
        f"data/raw/{STATEMENT}/datapackage.yaml",
        "Which people are in the totals",
        "Which 20 people are in the totals",
        "20",
    ),
    (
        f"data/raw/{STATEMENT}/datapackage.yaml",
        "The likely cause is a setting left",
        "The cause is one of two settings or {a} left",
        "{",
    ),
    (f"data/raw/{STATEMENT}/corrections.yaml", "the plan is of", "the plan has four years of", "four"),
]


@pytest.mark.parametrize(("file", "old", "new", "word"), TYPED)
def test_a_number_typed_in_any_file_is_refused_as_it_is_read(project, file, old, new, word):
    text = (project / file).read_text(encoding="utf-8")
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert text != (project / file).read_text(encoding="utf-8")

    with pytest.raises(InputError) as error:
        READ[Path(file).name]()
    assert file in str(error.value) and f"{word!r}" in str(error.value), str(error.value)


def test_the_way_out_is_said(project):
    replace(
        project / f"data/raw/{REPORT}/checks.yaml",
        "the same {people_long_without_review} people",
        "the same 1,348 people",
    )
    with pytest.raises(
        InputError, match=r"overdue_months_beside_months_since_last_review, reason: '1,348' is typed.*in braces"
    ):
        checks.checks_of("leicester", book("leicester"))
