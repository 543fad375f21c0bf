"""Sums, shares, rises and ranges that a paper prints are worked out again; what does not follow is not published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.base import wording
from helpers.base.numbers import Number
from helpers.base.printed_numbers import figures_in, read_number
from helpers.paper.publish import arithmetic

#: What follows, and the same with one number, unit or word of it another, so that it does not.
SAID = {
    "a share": ("In 2022/23, 2,403 of 5,144 people aged 65+ had one. That is 47%.", "47%", "48%"),
    "a share in brackets": ("So 121 of the 134 providers (90%) met it.", "134", "143"),
    "a share before its parts": ("It funded 46% of places in January 2016, 2,205 of 4,818.", "46%", "64%"),
    "a share and its parts in brackets": ("That is 89.1% (82 of 92).", "82", "83"),
    "a share of another": ("It is £215 million. Income of £65 million (30%) is part of it.", "30%", "32%"),
    "a rise": ("The number rose from 3,850 in 2021/22 to 3,966 in 2024/25.", "rose", "fell"),
    "a rise of another number": ("The number rose from 3,850 in 2021/22 to 3,966.", "3,966", "3,566"),
    "a fall": ("People reviewed fell from 3,816 (80% of those eligible) to 2,403 (47%).", "fell", "rose"),
    "a rise with its size": ("It would rise from 6,913 to about 11,490, or 66% more.", "66%", "56%"),
    "a rise with a word turned": ("It would rise from 6,913 to about 11,490, or 66% more.", "more", "fewer"),
    "from and to, with its size": ("Beds go from 5,168 to 5,148 (20 fewer).", "20 fewer", "30 fewer"),
    "a rise by a number": ("It rose by 116 from 3,850 to 3,966.", "116", "126"),
    "no rise": ("It would stay about the same, 6,913 and about 6,890.", "6,890", "7,890"),
    "a comparison in per cent": ("About 4,320 people. That is 9% more than the 3,966 of 2024/25.", "9%", "90%"),
    "a comparison turned": ("About 4,320 people. That is 9% more than the 3,966 of 2024/25.", "more", "fewer"),
    "a comparison of numbers": ("There were 636 alerts, 145 fewer than the 781 of 2020/21.", "145", "154"),
    "percentage points": ("It was 88.2%, or 6.4 percentage points above 81.8%.", "6.4", "4.6"),
    "above turned": ("It was 88.2%, or 6.4 percentage points above 81.8%.", "above", "below"),
    "a range": ("The likely range is 3,500 to 5,400.", "5,400", "2,400"),
    "a range of money": ("The range is £430 to 700 million.", "700", "400"),
    "between": ("Four in five futures lie between 3,500 and 5,400.", "5,400", "2,400"),
    "a number in its range": ("About 4,320 (likely range, four in five: 3,500 to 5,400).", "4,320", "5,432"),
    "a share in its range": ("That is 47% (range 45% to 48%).", "47%", "74%"),
    "parts": ("Of £325 million more, £276 million would come from prices and £49 million from people.", "£49", "£94"),
    "parts with a range": (
        "About 5,840 in 2026/27: 5,610 for those who leave (futures: 4,400 to 7,300) and 235 for growth.",
        "235",
        "325",
    ),
    "a sum": ("It has 2,111 people of working age and 2,952 older ones, 5,063 in all.", "2,952", "2,592"),
    "a part of a whole": ("Of all 76, 22 compare two places; 54 work a figure out.", "22 compare", "82 compare"),
    "a word that says which way": ("That is 5% more.", "5%", "−5%"),
}


@pytest.mark.parametrize("what", SAID)
def test_what_follows_is_passed_and_what_does_not_is_found(what):
    text, old, new = SAID[what]
    text = text.replace("5,063 in all", "in all 5,063")
    assert text.count(old) >= 1 and not list(arithmetic.in_text(text))
    assert list(arithmetic.in_text(text.replace(old, new, 1)))


@pytest.mark.parametrize(
    "text",
    [
        "People to the nearest 5, or 10 above 1,000; parts need not add.",
        "Alerts were 781 in 2020/21, 1,001 in 2021/22 (clearly higher) and 636 in 2022/23 (clearly lower).",
        "Only 43% of the 15,700 care staff were covered, and 31 were not.",
        "Between 2 and 1 July 2023 the share aged 65 and over rose from 2021/22 to 2024/25.",
        "People reviewed fell from 3,816 in 2017/18 to 2,403 (47%). It was 80% of those eligible.",
        "Of 134 providers 121 met it, 90% of them in home care. So 121 of 134 providers met it, 50% of them small.",
        "There were 72 admissions (range among the neighbours 80 to 120), 9% more than 5 years ago, when 60 were.",
        "The likely range is 3,500 to 5,400, and 240 more than the 2,740 would have personal care.",
        "Two lists of 12 and 15 homes together have 300 beds; beds went 500 to 400.",
        "About 2,980 people would have support for it, 240 more than in 2024/25.",
        "1,348 people had gone 24 months or more without a review, the most on record (fewest: 120, in March 2018).",
        "It missed by 11% aged 65 and over and by 13% aged 18 to 64. No change missed by 13% and 14%.",
        "8,230 (5,000 to 14,000) would be needed: 60% more, or 79% more, than in June 2024.",
    ],
)
def test_numbers_that_say_nothing_of_one_another_are_passed(text):
    assert not list(arithmetic.in_text(text))


def table(rows, labels=("Setting", "People", "Share"), note=""):
    columns = [{"label": label} for label in labels]
    return {"columns": columns, "rows": rows, "note": note, "number": 1, "title": "A", "total_row": True}


def test_a_total_is_the_sum_of_its_rows_and_a_share_is_of_it():
    rows = [["Nursing", "1,310", "28%"], ["Residential", "3,390", "72%"], ["All", "4,700", "100%"]]
    assert not list(arithmetic.in_total(table(rows)))
    for row, column, wrong, told in (
        (2, 1, "4,070", "the column “People” adds to 4,700, and “All” is 4,070"),
        (0, 1, "1,301", "adds to 4,691"),
        (1, 2, "27%", "“Residential”, “Share”: 3,390 of 4,700 is not 27%"),
    ):
        altered = [list(each) for each in rows]
        altered[row][column] = wrong
        assert any(told in fault for fault in arithmetic.in_total(table(altered)))


def test_rounded_parts_need_not_add_where_the_table_says_so():
    rows = [["A", "2,740"], ["B", "1,225"], ["All", "3,966"]]
    assert list(arithmetic.in_total(table(rows, ("Setting", "People"))))
    assert not list(arithmetic.in_total(table(rows, ("Setting", "People"), "Rounded; parts need not add.")))
    rows[0][1] = "2,470"
    assert list(arithmetic.in_total(table(rows, ("Setting", "People"), "Rounded; parts need not add.")))


def test_rows_for_parts_of_a_total_are_counted_once():
    rows = [["A", "0.3"], ["B", "18.4"], ["C", "0.7"], ["D", "47.6"], ["A and B", "18.7"], ["C and D", "48.3"]]
    assert not list(arithmetic.in_total(table([*rows, ["All", "67.0"]], ("Setting", "Million pounds"))))
    assert list(arithmetic.in_total(table([*rows, ["All", "76.0"]], ("Setting", "Million pounds"))))


def test_hidden_parts_leave_a_total_larger_and_never_smaller():
    rows = [["A", "20"], ["B", "30"], ["C", "hidden"], ["All", "53"]]
    assert not list(arithmetic.in_total(table(rows, ("Setting", "People"))))
    rows[3][1] = "49"
    assert list(arithmetic.in_total(table(rows, ("Setting", "People"))))


def test_what_is_told_for_each_does_not_add():
    assert not list(arithmetic.in_total(table([["A", "27"], ["B", "30"], ["All", "28"]], ("District", "Beds a home"))))


def test_where_a_fault_stands_is_told():
    document = {
        "title": "T",
        "blocks": [
            {"kind": "heading", "level": 2, "text": "Key messages"},
            {"kind": "paragraph", "inlines": [{"kind": "text", "text": "It rose from 20 to 10 beds."}]},
            table([["A", "1"], ["B", "2"], ["All", "4"]], ("Setting", "People")) | {"kind": "table"},
        ],
    }
    assert list(arithmetic.faults(document)) == [
        "under “Key messages”: “rose from 20 to 10”: 20 to 10 is no rise.",
        "table 1, “A”: the column “People” adds to 3, and “All” is 4.",
    ]


VALUES = st.floats(0.05, 5e9)
UNITS = st.sampled_from(["people", "per_cent", "gbp", "gbp_a_year", "beds", "days"])


@given(VALUES, UNITS, st.booleans())
def test_a_number_as_it_prints_reads_back_within_its_rounding(value, unit, is_published):
    text = str(Number(value, "A", (), unit, is_published))
    (figure,) = figures_in(text)
    assert figure == read_number(text) and figure.unit == {"per_cent": "%"}.get(unit, "£" * unit.startswith("gbp"))
    least = 0.05 if unit in ("per_cent", "beds", "days") and value < 1000 else 0.5
    house = wording.rounding_unit(value) / 2 if unit == "people" and not is_published else 0
    assert abs(float(figure.value) - value) <= max(least, float(figure.error), house) + 1e-6


@given(VALUES, VALUES)
def test_a_range_as_it_prints_reads_back_in_its_order(one, other):
    ends = sorted((one, other))
    figures = figures_in(wording.likely_range(*ends))
    assert all(abs(float(read.value) - end) <= max(0.5, 0.05 * end) for read, end in zip(figures, ends, strict=False))
    assert not list(arithmetic.in_text(f"The likely range is {wording.likely_range(*ends)}."))


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_every_change_that_wording_says_is_found_to_follow_and_its_opposite_is_not(before, after):
    first, then = Number(before, "A", (), published=True), Number(after, "B", ())
    if not then.as_printed:
        return
    change = then.beside(first)
    told = f"It would {change.goes}. About {then} people, {change.size} {change.than} the {first} of 2024/25."
    assert not list(arithmetic.in_text(told))
    turned = {"rise": "fall", "fall": "rise"}.get(str(change.goes).split()[0])
    if turned:
        assert list(arithmetic.in_text(f"It would {turned} from {first} to about {then}."))
