"""Hidden counts stay hidden: method.md section 3. What one can be worked out to be stands nowhere here."""

import time

import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT, examples
from hidden_counts import figure, frame, possible, square
from hypothesis import assume, example, given
from hypothesis import strategies as st

from helpers.base import formulas
from helpers.base.cells import HIDDEN, Suppressed
from helpers.base.errors import InputError
from helpers.published import sources, tidy
from helpers.published.disclosure import account, in_vain, recoverable, withhold
from helpers.published.processed import read_processed
from helpers.published.relations import relations_of
from helpers.published.tidy import cell_name
from helpers.published.totals import DIMENSIONS, KEYS

STATEMENT = "leicestershire_market_position_statement_2016"
TABLES = ("long_term_support_18_64", "long_term_support_65_plus")
GIVEN_AWAY = {"long_term_support_18_64": ["B3", "B7"], "long_term_support_65_plus": ["B7"]}


@pytest.fixture(scope="module")
def printed():
    """The figures of the statement as printed."""
    return tidy.tidy(STATEMENT)


@pytest.fixture(scope="module")
def kept(printed):
    """The figures of the statement as they are written."""
    return withhold(printed)


def cells(figures, status="withheld"):
    """The cells with this status, as table!cell."""
    rows = figures[figures["status"] == status]
    return sorted(rows["table"] + "!" + rows["cell"])


@pytest.mark.parametrize("table", TABLES)
def test_the_counts_hidden_in_vain_are_those_that_subtraction_by_hand_gives(table, printed):
    path = PROJECT / f"data/raw/{STATEMENT}/{table}.csv"
    body = [row[1:] for row in sources.read_printed(path)[2:]]
    lines = [[(y, x) for x in range(7)] for y in range(8)] + [[(y, x) for y in range(9)] for x in range(6)]
    by_hand = set()
    for line in lines:
        *parts, total = (body[y][x] for y, x in line)
        if parts.count("-") == 1 and total != "-":
            left = int(total.replace(",", "")) - sum(int(part.replace(",", "")) for part in parts if part != "-")
            y, x = line[parts.index("-")]
            by_hand |= {cell_name(y + 2, x + 1)} if 0 <= left <= 4 else set()
    found = [cell for _, name, cell in recoverable(printed) if name == table]
    assert sorted(by_hand) == found == GIVEN_AWAY[table]


def test_after_withholding_nothing_follows_from_the_statement(kept):
    assert recoverable(kept) == []


def test_totals_and_all_other_counts_stay_as_printed(kept, printed):
    withheld = kept["status"] == "withheld"
    assert withheld.groupby(kept["table"]).sum()[list(TABLES)].tolist() == [2, 1]
    assert not (kept[withheld][["support_reason", "setting"]] == "all").any(axis=None)
    assert kept[~withheld].equals(printed[~withheld].astype(kept.dtypes))
    changed = ["value", "lower", "upper", "status", "as_published"]
    assert kept.drop(columns=changed).equals(printed.drop(columns=changed))


def test_a_withheld_count_keeps_bounds_that_hold_what_was_printed_and_nothing_else_of_it(kept, printed):
    for index, row in kept[kept["status"] == "withheld"].iterrows():
        assert row["lower"] <= printed.loc[index, "value"] <= row["upper"] and row["lower"] < row["upper"]
        assert row["value"] == Suppressed(row["lower"], row["upper"], "withheld")
        assert row["as_published"] == "withheld"


def by_subtraction(rows):
    """The hidden counts that are alone on a line of any dimension whose total leaves a value within their bounds."""
    hidden = rows["status"].isin(HIDDEN)
    found = []
    for dimension in DIMENSIONS:
        for _, line in rows.groupby([key for key in KEYS if key != dimension], sort=False):
            total = line[(line[dimension] == "all") & ~hidden[line.index]]
            parts = line[line[dimension] != "all"]
            secret = parts[hidden[parts.index]]
            if len(total) == len(secret) == 1:
                left = total["value"].item() - parts.loc[~hidden[parts.index], "value"].sum()
                found += secret[(secret["lower"] <= left) & (secret["upper"] >= left)]["cell"].tolist()
    return found


def test_by_hand_or_not_the_same_counts_follow_from_the_statement_as_printed(printed):
    for table in TABLES:
        assert sorted(by_subtraction(printed[printed["table"] == table])) == GIVEN_AWAY[table]


@pytest.mark.papers
@pytest.mark.parametrize("path", sorted((PROJECT / "data/processed").glob("figures_*.csv")), ids=lambda path: path.stem)
def test_nothing_follows_from_what_is_written(path):
    figures = read_processed(path.stem)
    for _, rows in figures.groupby("table", sort=False):
        assert by_subtraction(rows) == []
    assert recoverable(figures) == []


# One column with its total, and lines that leave hidden counts at the end of their bounds.


def test_in_one_column_with_its_total_the_smallest_other_count_is_withheld():
    column = frame(
        figure(120, support_reason="physical"),
        figure((1, 4), support_reason="sensory"),
        figure(61, support_reason="learning_disability"),
        figure(18, support_reason="mental_health"),
        figure(202),
    )
    kept = withhold(column)
    assert cells(kept) == ["t!B5"] and recoverable(kept) == []
    assert kept.loc[3, ["lower", "upper"]].tolist() == [17, 20]
    relations = relations_of(kept, {}, [])
    assert in_vain(relations, kept)["cell"].tolist() == ["B3"]
    assert account(relations, kept)["beside"].tolist() == [[("a", "t", "B3")]]


def test_two_cells_of_one_column_suffice_where_two_hidden_counts_are_both_at_their_least():
    counts = [[22, 31, 18, 44], [10, 3, 1, 1], [7, 9, 2, 3]]
    kept = withhold(square(counts, {(1, 2), (1, 3), (2, 2), (2, 3)}, (1, 4)))
    rows = kept[kept["status"] == "withheld"]
    assert rows["support_reason"].tolist() == ["r1", "r2"] and rows["setting"].nunique() == 1
    assert all(len({way[y][x] for way in possible(kept)}) > 1 for y in (1, 2) for x in (2, 3))


@pytest.mark.parametrize("total", [2, 8, 6 + 12])
def test_counts_at_the_end_of_their_bounds_follow_as_one_alone_does(total):
    rest = max(total - 8, 0)
    marks = [figure((1, 4), service="meals"), figure((1, 4), service="transport")]
    column = frame(*marks, figure(rest, service="respite"), figure(20, service="shared_lives"), figure(total + 20))
    assert len(recoverable(column)) == 2 if total in (2, 8, 18) else 0
    kept = withhold(column)
    assert recoverable(kept) == [] and len(cells(kept)) == 1


def test_a_hidden_total_follows_from_its_parts():
    column = frame(figure(3, locality="blaby"), figure(9, locality="melton"), figure((0, 20)))
    kept = withhold(column)
    assert recoverable(column) == [("a", "t", "B4")] and cells(kept) == ["t!B2"] and recoverable(kept) == []


def test_where_no_part_can_be_withheld_the_total_is():
    kept = withhold(frame(figure((1, 4), service="meals"), figure(3)))
    assert cells(kept) == ["t!B3"] and recoverable(kept) == []


# Several tables of the same people.


def bands(young, old, everyone):
    """Three tables by age: rows (support reason: counts by setting), None where hidden from 1 to 4."""
    rows = []
    for band, table in (("18-64", young), ("65+", old), ("18+", everyone)):
        for reason, counts in table.items():
            for setting, count in zip(("nursing", "residential", "all"), counts, strict=True):
                mark = (1, 4) if count is None else count
                rows.append(figure(mark, age_band=band, support_reason=reason, setting=setting, table=f"age_{band}"))
    return frame(*rows)


def test_ages_in_tables_of_their_own_beside_all_ages():
    figures = bands(
        {"physical": (12, 40, 52), "sensory": (None, 8, 11), "mental_health": (None, 30, 32), "all": (17, 78, 95)},
        {"physical": (210, 340, 550), "sensory": (14, 31, 45), "mental_health": (16, 44, 60), "all": (240, 415, 655)},
        {"physical": (222, 380, 602), "sensory": (17, 39, 56), "mental_health": (18, 74, 92), "all": (257, 493, 750)},
    )
    assert [cell for _, table, cell in recoverable(figures) if table == "age_18-64"] == ["B5", "B8"]
    kept = withhold(figures)
    assert recoverable(kept) == [] and len(cells(kept)) >= 2
    assert not (kept.loc[kept["status"] == "withheld", "setting"] == "all").any()


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["18-64", "65+"], "18+"),
        (["18-64", "65+"], "all"),
        (["18-64", "65-84", "85+"], "18+"),
        (["65-74", "75-84", "85+"], "65+"),
    ],
)
def test_age_bands_that_make_up_a_wider_one(parts, whole):
    counts = [figure((1, 4), age_band=parts[0]), *(figure(50, age_band=band) for band in parts[1:])]
    figures = frame(*counts, figure(3 + 50 * (len(parts) - 1), age_band=whole, table="other"))
    assert recoverable(figures) == [("a", "t", "B2")]
    assert recoverable(withhold(figures)) == []


def test_a_band_between_two_wider_ones_follows_from_their_difference():
    figures = frame(
        figure(90, age_band="18-64", table="one"), figure((1, 4), age_band="25-64"), figure(87, age_band="18-24")
    )
    assert recoverable(figures) == [("a", "t", "B3")]
    apart = frame(figure(90, age_band="18-64", table="one"), figure((1, 4), age_band="25-64"))
    assert recoverable(apart) == []


QUARTERS = [("2023-04-01", "2023-06-30"), ("2023-07-01", "2023-09-30"), ("2023-10-01", "2023-12-31")]


def flow(value, start, end, measure):
    about = {"quantity": "new_contacts", "unit": "contacts", "measure": measure, "table": measure}
    return figure(value, **about, period_start=start, period_end=end)


@pytest.mark.parametrize("hidden", [0, 1, 2, 3])
def test_quarters_beside_a_year_to_date(hidden):
    counts = [3, 40, 50, 93]
    spans = [*((*quarter, "quarter") for quarter in QUARTERS), ("2023-04-01", "2023-12-31", "year_to_date")]
    marked = [(0, 100) if number == hidden else count for number, count in enumerate(counts)]
    figures = frame(*(flow(count, *span) for count, span in zip(marked, spans, strict=True)))
    assert len(recoverable(figures)) == 1
    assert recoverable(withhold(figures)) == []


def test_a_quarter_follows_from_the_year_and_the_year_to_date():
    figures = frame(
        flow((0, 9), "2024-01-01", "2024-03-31", "quarter"),
        flow(93, "2023-04-01", "2023-12-31", "year_to_date"),
        flow(95, "2023-04-01", "2024-03-31", "during_year"),
    )
    assert recoverable(figures) == [("a", "quarter", "B2")] and recoverable(withhold(figures)) == []


def test_people_on_dates_do_not_add_over_time():
    days = [{"measure": "at_date", "period_start": day, "period_end": day} for day in ("2023-03-31", "2024-03-31")]
    assert recoverable(frame(figure((0, 4), **days[0]), figure(3, **days[1]))) == []


def test_what_a_later_edition_prints_is_withheld_there():
    figures = frame(
        figure((0, 4), service="meals"),
        figure((0, 4), service="respite"),
        figure(3, service="meals", source="later", table="u", period_kind="span"),
    )
    kept = withhold(figures)
    assert recoverable(figures) == [("a", "t", "B2")]
    assert cells(kept) == ["u!B4"] and recoverable(kept) == []


def test_an_edition_that_counts_anew_tells_nothing_of_the_other():
    figures = frame(figure((0, 4), service="meals"), figure(30, service="meals", source="later"))
    assert recoverable(figures) == [] and withhold(figures).equals(figures)


def test_districts_in_tables_of_their_own_beside_the_county():
    places = {"blaby": 30, "melton": (1, 4), "charnwood": 50}
    figures = frame(
        *(figure(count, locality=place, table=place) for place, count in places.items()), figure(82, table="county")
    )
    assert recoverable(figures) == [("a", "melton", "B3")] and recoverable(withhold(figures)) == []


def test_kinds_that_make_up_a_wider_kind():
    figures = frame(
        figure((0, 4), setting="nursing"), figure(61, setting="residential"), figure(63, setting="care_home", table="u")
    )
    assert recoverable(figures) == [("a", "t", "B2")] and recoverable(withhold(figures)) == []


SHARE = {"quantity": "share_with_eligible_needs", "unit": "per_cent"}


@pytest.mark.parametrize(
    ("share", "base", "follows"),
    [((1.5, 1.45, 1.55), 202, True), ((1, 0.5, 1.5), 202, False), ((2, 1.5, 2.5), 100, True), ((50, 0, 100), 5, False)],
)
def test_a_share_beside_its_base(share, base, follows):
    counts = [
        figure((1, 4), support_reason="sensory"),
        figure((1, 4), support_reason="social"),
        figure(120, support_reason="physical"),
        figure(base, table="whole"),
    ]
    figures = frame(*counts, figure(share, support_reason="sensory", table="shares", **SHARE))
    kept = withhold(figures)
    assert ("shares!B6" in cells(kept)) == follows


def test_a_share_of_a_withheld_count_is_withheld_with_it():
    figures = frame(
        figure((1, 4), support_reason="sensory"),
        figure(18, support_reason="social"),
        figure(180, support_reason="physical"),
        figure(200),
        figure((9, 8.95, 9.05), support_reason="social", table="shares", **SHARE),
    )
    assert cells(withhold(figures)) == ["shares!B6", "t!B3"]


def test_a_check_that_agrees_tells_what_its_figure_hides():
    claim = {"quantity": "none", "table": "claims", "measure": "at_date"}
    figures = frame(
        figure((0, 4), service="meals"), figure(60, service="respite"), figure(62, cell="people_served", **claim)
    )
    check = ("a/people_served", formulas.parse("t!B2 + t!B3", "a", ["a"]), False)
    assert recoverable(figures) == [] and recoverable(figures, checks=[check]) == [("a", "t", "B2")]
    kept = withhold(figures, checks=[check])
    assert recoverable(kept, checks=[check]) == [] and cells(kept) == ["t!B3"]


def test_a_checked_share_tells_what_it_is_a_share_of():
    figures = frame(
        figure((0, 4), service="meals"),
        figure(200, service="respite"),
        figure((1.5, 1.45, 1.55), cell="share_served", quantity="none", table="claims", unit="per_cent"),
    )
    check = ("a/share_served", formulas.parse("100 * t!B2 / t!B3", "a", ["a"]), False)
    assert "claims!share_served" in cells(withhold(figures, checks=[check]))


def test_a_figure_in_prose_may_be_the_total_that_a_table_hides():
    figures = frame(
        figure((0, 30), age_band="18-64"),
        figure(655, age_band="65+"),
        figure(667, age_band="18+", quantity="none", table="claims", cell="adults"),
        figure(41, age_band="all", quantity="none", table="claims", cell="staff", unit="jobs"),
    )
    kept = withhold(figures)
    assert len(cells(kept)) == 1 and cells(kept)[0] in ("claims!adults", "t!B3")


def test_figures_that_tell_nothing_are_left_alone():
    rows = square([[1, 9, 2], [3, 8, 4], [9, 9, 9]], {(0, 0), (0, 2), (1, 0), (1, 2)})
    assert recoverable(rows) == [] and withhold(rows).equals(rows)
    shown = square([[1, 9, 2], [3, 8, 4]], set())
    assert withhold(shown) is shown


def test_a_count_that_nothing_can_hide_is_refused_with_what_to_do():
    marks = [figure((1, 4), service=name) for name in ("meals", "transport", "respite")]
    with pytest.raises(InputError, match=r"data/raw/a, table t, cell B2: this hidden count .* Compare the marks"):
        withhold(frame(*marks, figure((0, 3), table="u")))


def test_nothing_but_totals_to_withhold_is_no_reason_to_refuse():
    kept = withhold(square([[0, 0], [0, 0]], {(0, 0)}))
    assert recoverable(kept) == [] and len({way[0][0] for way in possible(kept)}) > 1


# Any table.

COUNTS = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=3)
)


@st.composite
def squares(draw, most=9):
    """Counts, the lower bound of the mark, and some of those up to 4 hidden."""
    counts = draw(COUNTS)
    least = draw(st.integers(0, 1))
    small = [(y, x) for y, line in enumerate(counts) for x, count in enumerate(line) if least <= count <= 4]
    assume(small)
    return counts, draw(st.sets(st.sampled_from(small), min_size=1, max_size=4)), (least, 4)


# A row and a column that each tell the hidden count, and not the same one.
@example(([[1, 2, 6], [6, 8, 6]], {(0, 0)}, (1, 4)), 3)
@example(([[3, 0], [1, 1], [8, 5]], {(1, 0)}, (1, 4)), 2)
# What is withheld lets the table add up, with a person in a row where nobody is.
@example(([[0, 1], [0, 0]], {(0, 0)}, (0, 4)), 2)
@examples(25)
@given(squares(), st.integers(0, 3))
def test_in_any_table_nothing_follows_and_the_truth_lies_within_the_bounds(table, left_out):
    counts, hidden, mark = table
    rows = square(counts, hidden, mark, left_out)
    kept = withhold(rows)
    assert recoverable(kept) == []
    shown = ~kept["status"].isin(HIDDEN)
    assert kept[shown].equals(rows[shown].astype(kept.dtypes))
    inner = kept[(kept["support_reason"] != "all") & (kept["setting"] != "all")]
    truth = [count for line in counts for count in line]
    assert all(inner["lower"] <= truth) and all(inner["upper"] >= truth)
    if not left_out and kept["upper"].max() < 100:
        ways = possible(kept)
        for y, x in hidden:
            assert len({way[y][x] for way in ways}) > 1


@pytest.mark.parametrize("seed", range(4))
def test_also_who_knows_how_it_is_chosen_learns_no_hidden_count(seed):
    # Each is alone in its row. (Where several of one sum are all at the end of their bounds, that more is withheld
    # says so: what is promised is that nothing follows from what is written.) Counts far apart, so that a person more
    # or less makes none of them the smaller.
    draws = np.random.default_rng(seed)
    sizes = (20 * (draws.permutation(6) + 1)).tolist()
    counts = [[int(draws.integers(1, 4)), *sizes[:2]], [int(draws.integers(1, 4)), *sizes[2:4]], [8, *sizes[4:]]]
    hidden = {(0, 0), (1, 0)}
    kept = withhold(square(counts, hidden))
    ways = sorted(possible(kept), key=lambda way: np.abs(np.array(way) - np.array(counts)).sum())
    for y, x in hidden:
        others = [way for way in ways if way[y][x] != counts[y][x]]
        assert any(withhold(square(way, hidden)).equals(kept) for way in [*others[:2], *others[::-1]])


def test_what_later_ones_make_needless_is_shown_again():
    kept = withhold(square([[5, 5, 4], [18, 3, 11], [1, 11, 15]], {(1, 1), (0, 2), (2, 0)}))
    withheld = np.flatnonzero(kept["status"] == "withheld")
    assert len(withheld) == 3
    # Not one of them could be shown: its value would give a hidden count away.
    rows = square([[5, 5, 4], [18, 3, 11], [1, 11, 15]], {(1, 1), (0, 2), (2, 0)})
    for number in withheld:
        shown = kept.copy()
        shown.iloc[number] = rows.iloc[number]
        assert recoverable(shown) != []


def test_a_large_table_takes_no_time():
    draws = np.random.default_rng(1)
    counts = np.floor(np.exp(draws.normal(3, 1.5, (20, 10)))).astype(int)
    small = (counts <= 4) & (draws.random(counts.shape) < 0.3)
    rows = square(counts.tolist(), set(map(tuple, np.argwhere(small).tolist())))
    started = time.perf_counter()
    kept = withhold(rows)
    assert time.perf_counter() - started < 10 and recoverable(kept) == []


def test_the_order_of_the_figures_changes_nothing_that_is_withheld():
    rows = square([[22, 31, 18, 44], [10, 3, 1, 1], [7, 9, 2, 3]], {(1, 2), (1, 3), (2, 2), (2, 3)}, (1, 4))
    turned = withhold(pd.DataFrame(rows[::-1])).sort_index()
    assert cells(turned) == cells(withhold(rows))


def with_status(figures, cell, status):
    """The same figures with one cell that is not given."""
    figures = figures.copy()
    figures.loc[figures["cell"] == cell, ["status", "lower", "upper"]] = status, np.nan, np.nan
    return figures


def test_what_is_not_applicable_hides_nothing_and_is_never_withheld():
    # r1 is 2 (hidden), 0 (not applicable) and 7, in all 9.
    rows = with_status(square([[10, 9, 3], [2, 0, 7]], {(1, 0)}), "B7", "not_applicable")
    assert rows.set_index("cell").loc[["B6", "B7"], "status"].tolist() == ["suppressed", "not_applicable"]
    assert [cell for *_, cell in recoverable(rows)] == ["B6"]
    kept = withhold(rows)
    assert recoverable(kept) == [] and cells(kept, "not_applicable") == ["t!B7"] and cells(kept)


def test_beside_what_is_not_available_a_hidden_count_does_not_follow():
    rows = square([[10, 9, 3], [2, 5, 7]], {(1, 0)})
    assert [cell for *_, cell in recoverable(rows)] == ["B6"]
    for cell in ("B9", "B10", "B13"):  # the totals of its row and of its column, and the grand total
        rows = with_status(rows, cell, "not_available")
    assert recoverable(rows) == [] and cells(withhold(rows)) == []


# Rates on a base of another day, and changes.

YEAR_2024 = {"period_start": "2024-04-01", "period_end": "2025-03-31", "period": "2024/25", "age_band": "65+"}


@pytest.mark.parametrize("day", ["2024-06-30", "2024-03-31", "2025-03-31", "2024-09-30", "2023-06-30"])
@pytest.mark.parametrize(("rate", "base"), [((6.4, 6.35, 6.45), 47_210), ((4.2, 4.15, 4.25), 47_210)])
def test_a_rate_on_a_base_of_a_day_in_or_near_its_year_is_withheld(day, rate, base):
    rows = frame(
        figure((1, 4), quantity="new_admissions_to_care_homes", unit="admissions", **YEAR_2024),
        figure(base, quantity="population", measure="at_date", **{**YEAR_2024, "period_start": day, "period_end": day}),
        figure(rate, quantity="admission_rate_65_plus", unit="per_100k", **YEAR_2024),
    )
    kept = withhold(rows)
    assert (kept["status"] == "withheld").sum() == 1 and kept["status"].iloc[2] == "withheld"


def test_a_rate_on_a_base_of_other_people_or_of_years_before_stays():
    other = {**YEAR_2024, "period_start": "2015-06-30", "period_end": "2015-06-30"}
    rows = frame(
        figure((1, 4), quantity="new_admissions_to_care_homes", unit="admissions", **YEAR_2024),
        figure(47_210, quantity="population", measure="at_date", **other),
        figure((6.4, 6.35, 6.45), quantity="admission_rate_65_plus", unit="per_100k", **YEAR_2024),
    )
    assert "withheld" not in set(withhold(rows)["status"])


FIRST = {"period_start": "2023-04-01", "period_end": "2024-03-31"}
LAST = {"period_start": "2024-04-01", "period_end": "2025-03-31"}
SPAN = {"period_start": "2023-04-01", "period_end": "2025-03-31"}


@pytest.mark.parametrize(
    ("counts", "change", "said"),
    [
        ((12, (1, 4)), -9, {}),
        (((1, 4), 12), 9, {}),
        ((12, (1, 4)), -9, LAST),
        ((12, (1, 4)), (-75, -75.5, -74.5), {"unit": "per_cent"}),
        (((1, 4), 12), (300, 299.5, 300.5), {"unit": "per_cent"}),
        ((12, (1, 4)), -9, {"quantity": "none", "table": "claims", "cell": "fall"}),
    ],
)
def test_a_change_beside_its_two_counts_is_withheld_or_the_other_count(counts, change, said):
    rows = frame(
        figure(counts[0], **FIRST), figure(counts[1], **LAST), figure(change, **{"measure": "change", **SPAN, **said})
    )
    assert recoverable(rows) or said.get("unit") == "per_cent"
    kept = withhold(rows)
    assert (kept["status"] == "withheld").sum() == 1 and recoverable(kept) == []
    if said.get("unit") == "per_cent":
        assert kept["status"].iloc[2] == "withheld"


def test_a_change_between_other_years_tells_nothing():
    later = {"period_start": "2027-04-01", "period_end": "2028-03-31"}
    rows = frame(
        figure(12, **FIRST),
        figure((1, 4), **LAST),
        figure(20, **later),
        figure(8, table="u", measure="change", **later),
    )
    assert "withheld" not in set(withhold(rows)["status"])
