"""Periods as publications write them."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base.errors import InputError
from helpers.base.periods import KINDS, MONTHS, is_day, parse_period, parse_periods, published_on


@pytest.mark.parametrize(
    ("text", "start", "end", "kind", "label"),
    [
        ("2015/16", "2015-04-01", "2016-03-31", "financial_year", "2015/16"),
        ("1999/00", "1999-04-01", "2000-03-31", "financial_year", "1999/00"),
        ("2023/4", "2023-04-01", "2024-03-31", "financial_year", "2023/24"),
        ("2023/2024", "2023-04-01", "2024-03-31", "financial_year", "2023/24"),
        ("Q1 2023/24", "2023-04-01", "2023-06-30", "quarter", "Q1 2023/24"),
        ("- Q2 (2022/23)", "2022-07-01", "2022-09-30", "quarter", "Q2 2022/23"),
        ("2022/23 Q3", "2022-10-01", "2022-12-31", "quarter", "Q3 2022/23"),
        ("Q4 of 2022/23", "2023-01-01", "2023-03-31", "quarter", "Q4 2022/23"),
        ("q1 of 2023/4", "2023-04-01", "2023-06-30", "quarter", "Q1 2023/24"),
        ("mid-2015", "2015-06-30", "2015-06-30", "mid_year", "mid-2015"),
        ("2015", "2015-01-01", "2015-12-31", "calendar_year", "2015"),
        ("July 2015", "2015-07-01", "2015-07-31", "month", "July 2015"),
        ("Feb 2024", "2024-02-01", "2024-02-29", "month", "February 2024"),
        ("2015-02", "2015-02-01", "2015-02-28", "month", "February 2015"),
        ("30/06/2023", "2023-06-30", "2023-06-30", "date", "30 June 2023"),
        ("1 October 2024", "2024-10-01", "2024-10-01", "date", "1 October 2024"),
        ("1st  September 2023", "2023-09-01", "2023-09-01", "date", "1 September 2023"),
        ("2023-06-30", "2023-06-30", "2023-06-30", "date", "30 June 2023"),
        ("2012 to 2037", "2012-01-01", "2037-12-31", "span", "2012 to 2037"),
        ("2012-2037", "2012-01-01", "2037-12-31", "span", "2012 to 2037"),
        ("2012 to 2013", "2012-01-01", "2013-12-31", "span", "2012 to 2013"),
        ("2015-16", "2015-04-01", "2016-03-31", "financial_year", "2015/16"),
        ("2009-10", "2009-04-01", "2010-03-31", "financial_year", "2009/10"),
        ("2000-01", "2000-04-01", "2001-03-31", "financial_year", "2000/01"),
        ("1999-00", "1999-04-01", "2000-03-31", "financial_year", "1999/00"),
        ("2011–12", "2011-04-01", "2012-03-31", "financial_year", "2011/12"),
        ("2015-2016", "2015-04-01", "2016-03-31", "financial_year", "2015/16"),
        ("2015 - 2016", "2015-04-01", "2016-03-31", "financial_year", "2015/16"),
        ("Q1 2009-10", "2009-04-01", "2009-06-30", "quarter", "Q1 2009/10"),
        ("2015-16 Q4", "2016-01-01", "2016-03-31", "quarter", "Q4 2015/16"),
        ("2009-10 to 2011-12", "2009-04-01", "2012-03-31", "span", "2009/10 to 2011/12"),
        ("2016-01", "2016-01-01", "2016-01-31", "month", "January 2016"),
        ("mid-2012 to mid-2037", "2012-06-30", "2037-06-30", "span", "mid-2012 to mid-2037"),
        ("2016/17 - 2019/20", "2016-04-01", "2020-03-31", "span", "2016/17 to 2019/20"),
        ("2022/23 Q4 to 2023/24 Q1", "2023-01-01", "2023-06-30", "span", "Q4 2022/23 to Q1 2023/24"),
        (
            "1 September 2023 – 30 September 2024",
            *("2023-09-01", "2024-09-30", "span", "1 September 2023 to 30 September 2024"),
        ),
    ],
)
def test_each_form_has_its_first_and_last_day(text, start, end, kind, label):
    period = parse_period(text)
    assert (period.start, period.end, period.kind, period.label) == (start, end, kind, label)


def test_a_year_is_what_its_table_says_it_is():
    assert parse_period("2015", "mid_year") == parse_period("mid-2015")
    assert parse_period("2015", "calendar_year") == parse_period("2015")


@pytest.mark.parametrize(
    ("text", "months"),
    [("1 September 2023 to 30 September 2024", 13), ("2015/16", 12), ("Q1 2023/24", 3), ("February 2023", 1)]
    + [("2018/19 to 2020/21", 36), ("30 June 2023", 0)],
)
def test_its_length_is_in_months(text, months):
    assert parse_period(text).months == months


@pytest.mark.parametrize(
    "text",
    [
        "2016/16",
        "2023/13",
        "2023/25",
        "30/02/2023",
        "31 April 2023",
        "2023-13",
        "2023-00-10",
        "Q5 2023/24",
        "Q1 2023/23",
        "2026-02-31",
        "0000",
        "0000-01",
        "2015-17",
        "2023-4",
    ]
    + ["20037", "May", "17th Oct", "", "soon", "2037 to 2012", "2016/16 to 2019/20", "2016-20", "10 th & 19 th Oct"],
)
def test_what_is_no_period_is_refused_with_its_text(text):
    with pytest.raises(InputError) as error:
        parse_period(text)
    assert f"{text!r} is no period" in str(error.value)
    assert "corrections.yaml" in str(error.value)


def test_a_declared_kind_decides_between_two_readings():
    assert parse_period("2009-10", "month") == parse_period("October 2009")
    assert parse_period("2009-10", "financial_year") == parse_period("2009/10")
    assert parse_period("2015-2016", "span") == parse_period("2015 to 2016")
    assert parse_periods(["2009-09", "2009-10"], "month")[1].label == "October 2009"
    assert published_on("2009-10").label == "October 2009" and published_on("2016-01").label == "January 2016"


def test_a_year_with_a_hyphen_beside_a_month_is_refused_with_both_readings():
    assert [period.label for period in parse_periods(["2009-10", "2010-11", "2012-13"])] == [
        "2009/10",
        "2010/11",
        "2012/13",
    ]
    assert [period.kind for period in parse_periods(["2009-10", "July 2009"])] == ["financial_year", "month"]
    for texts in (["2009-09", "2009-10"], ["2009-10", "2010-01"], ["2010-11", "2012-13", "2011-03"]):
        with pytest.raises(InputError, match=r"can be the financial year 20.* or .* is a month.*kind: month"):
            parse_periods(texts)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Q1 2023", ["January to March 2023", "Q1 2022/23", "Q1 2023/24"]),
        ("2023 Q4", ["October to December 2023", "Q4 2022/23", "Q4 2023/24"]),
        ("03/04", ["the financial year 2003/04", "3 April", "March 2004"]),
        ("12/11", ["12 November", "December 2011"]),
        ("23/24", ["the financial year 2023/24"]),
        ("May-23", ["May 2023", "23 May"]),
        ("Mar 24", ["March 2024", "24 March"]),
        ("FY24", ["2023/24", "2024/25"]),
    ],
)
def test_what_no_rule_decides_is_refused_with_its_readings(text, readings):
    with pytest.raises(InputError) as error:
        parse_period(text)
    assert f"{text!r} can be " in str(error.value) and "Say which under labels" in str(error.value)
    assert all(reading in str(error.value) for reading in readings)


@pytest.mark.parametrize(
    ("text", "month", "years"),
    [
        ("2009-11", "November 2009", "2009 to 2011"),
        ("2010-12", "December 2010", "2010 to 2012"),
        ("2003–05", "May 2003", "2003 to 2005"),
        ("1999-01", "January 1999", "1999 to 2001"),
    ],
)
def test_a_month_that_can_be_years_pooled_is_refused_until_it_is_declared(text, month, years):
    with pytest.raises(InputError, match=rf"{text}' can be {month}, or the years {years}, .*kind: month.*kind: span"):
        parse_period(text)
    with pytest.raises(InputError, match="Say which"):
        parse_periods(["2015-07", text])
    assert parse_period(text, "month").label == month and parse_period(text, "span").label == years
    assert published_on(text).label == month


@pytest.mark.parametrize("text", ["2009-11 to 2010-12", "2009-09 to 2009-11", "2009-10 - 2010-12"])
def test_a_span_with_such_an_end_is_refused(text):
    with pytest.raises(InputError, match=r"or the years 20.* to 20.*Say which: under labels, period"):
        parse_period(text)


def test_years_pooled_read_as_a_span_where_that_is_declared():
    assert parse_period("2018-20", "span").label == "2018 to 2020"
    assert parse_period("2018 – 20", "span").label == "2018 to 2020"
    for text in ("2018-19", "2018-17"):
        with pytest.raises(InputError, match="is no span"):
            parse_period(text, "span")


def test_other_digits_and_days_that_do_not_exist_are_said_to_be_that():
    for text in ("２０１５", "2015/１６", "٢٠١٥"):
        with pytest.raises(InputError, match="ordinary 0 to 9"):
            parse_period(text)
    with pytest.raises(InputError, match="there is no such day, month or year"):
        parse_period("2026-02-31")


@pytest.mark.parametrize(
    ("text", "day"), [("2024-02-29", True), ("2026-02-31", False), ("20260101", False), (None, False)]
)
def test_a_day_is_of_the_calendar(text, day):
    assert is_day(text) == day


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("2015/16", "mid_year", "'2015/16' is no mid year; a mid year reads like 'mid-2015'"),
        ("2015", "financial_year", "'2015' is no financial year; a financial year reads like '2015/16'"),
        ("2016/16", "financial_year", "'2016/16' is no financial year"),
    ],
)
def test_a_period_of_another_kind_is_refused(text, kind, message):
    with pytest.raises(InputError, match=message):
        parse_period(text, kind)


def test_the_message_shows_one_of_each_kind_and_each_reads_as_that():
    with pytest.raises(InputError) as error:
        parse_period("soon")
    for kind, example in KINDS.items():
        assert parse_period(example).kind == kind and repr(example) in str(error.value)


YEARS = st.integers(1900, 2198)
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2198, 12, 31))
FINANCIAL = YEARS.map(lambda year: f"{year}/{(year + 1) % 100:02d}")
SINGLE = [
    *(
        YEARS.map(str),
        YEARS.map("mid-{}".format),
        FINANCIAL,
        st.tuples(st.integers(1, 4), FINANCIAL).map("Q{0[0]} {0[1]}".format),
    ),
    *(
        DAYS.map(str),
        DAYS.map(lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}"),
        DAYS.map(lambda day: f"{MONTHS[day.month - 1]} {day.year}"),
    ),
]
SPANS = [
    st.tuples(kind, kind).map(lambda ends: " to ".join(sorted(ends, key=lambda end: parse_period(end).start)))
    for kind in SINGLE
]


@given(st.one_of(*SINGLE, *SPANS))
def test_the_label_of_a_period_reads_as_the_same_period(text):
    period = parse_period(text)
    assert parse_period(period.label) == period
    assert period.start <= period.end


@given(YEARS, st.sampled_from(["/", "-", "–"]), st.booleans())
def test_a_financial_year_reads_alike_however_it_is_joined(year, joint, long):
    second = str(year + 1) if long else f"{(year + 1) % 100:02d}"
    assert parse_period(f"{year}{joint}{second}") == parse_period(f"{year}/{(year + 1) % 100:02d}")


@given(YEARS, st.integers(1, 12))
def test_a_month_never_comes_of_a_year_and_the_next(year, month):
    text = f"{year}-{month:02d}"
    if 2 <= (month - year) % 100 <= 50 and year + (month - year) % 100 <= 2200:
        with pytest.raises(InputError, match=f"can be {MONTHS[month - 1]} {year}, or the years {year} to "):
            parse_period(text)
        assert parse_period(text, "span").end == f"{year + (month - year) % 100}-12-31"
        assert parse_period(text, "month").label == f"{MONTHS[month - 1]} {year}"
        return
    period = parse_period(text)
    assert period.kind == ("financial_year" if month == (year + 1) % 100 else "month")
    assert parse_period(f"{year}-{month:02d}", "month").kind == "month"


@given(YEARS)
def test_the_quarters_of_a_year_follow_one_another_and_fill_it(year):
    label = f"{year}/{(year + 1) % 100:02d}"
    quarters = [parse_period(f"Q{each} {label}") for each in range(1, 5)]
    assert (quarters[0].start, quarters[3].end) == (parse_period(label).start, parse_period(label).end)
    for before, after in itertools.pairwise(quarters):
        following = datetime.date.fromisoformat(before.end) + datetime.timedelta(days=1)
        assert after.start == following.isoformat()
