"""Hidden counts stay hidden: method.md section 3. What one can be worked out to be stands nowhere here."""

from itertools import product

import pandas as pd
import pytest
from conftest import PROJECT
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers import sources, tidy
from helpers.disclosure import lone_cells, recoverable, withhold
from helpers.errors import InputError
from helpers.processed import read_processed
from helpers.published import HIDDEN, Suppressed, parse_figure
from helpers.suppression import SupportTable, has_both_totals
from helpers.tidy import cell_name
from helpers.totals import DIMENSIONS, KEYS

STATEMENT = "leicestershire_market_position_statement_2016"
TABLES = ("long_term_support_18_64", "long_term_support_65_plus")
PRINTED = tidy.tidy(STATEMENT)
KEPT = withhold(PRINTED)
GIVEN_AWAY = {
    "long_term_support_18_64": [("learning_disability", "nursing"), ("physical_access_and_mobility", "nursing")],
    "long_term_support_65_plus": [("learning_disability", "nursing")],
}


@pytest.mark.parametrize("table", TABLES)
def test_the_counts_hidden_in_vain_are_those_that_subtraction_by_hand_gives(table):
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
    rows = PRINTED[PRINTED["table"] == table].set_index(["support_reason", "setting"])
    assert recoverable(PRINTED[PRINTED["table"] == table]) == GIVEN_AWAY[table]
    assert {rows.loc[cell, "cell"] for cell in GIVEN_AWAY[table]} == by_hand


@pytest.mark.parametrize("table", TABLES)
def test_after_withholding_nothing_follows_from_the_statement(table):
    assert recoverable(KEPT[KEPT["table"] == table]) == []


def test_totals_and_all_other_counts_stay_as_printed():
    withheld = KEPT["status"] == "withheld"
    assert withheld.groupby(KEPT["table"]).sum()[list(TABLES)].tolist() == [2, 1]
    assert not (KEPT[withheld][["support_reason", "setting"]] == "all").any(axis=None)
    assert KEPT[~withheld].equals(PRINTED[~withheld].astype(KEPT.dtypes))
    changed = ["value", "lower", "upper", "status", "as_published"]
    assert KEPT.drop(columns=changed).equals(PRINTED.drop(columns=changed))


def test_a_withheld_count_keeps_bounds_that_hold_what_was_printed_and_nothing_else_of_it():
    for index, row in KEPT[KEPT["status"] == "withheld"].iterrows():
        assert row["lower"] <= PRINTED.loc[index, "value"] <= row["upper"] and row["lower"] < row["upper"]
        assert row["value"] == Suppressed(row["lower"], row["upper"], "withheld")
        assert row["as_published"] == "withheld"


def a_square(texts):
    """Tidy rows of a table of some reasons and two settings, with totals, row by row as printed."""
    marks = {"-": {"lower": 0, "upper": 4}, "[x]": {"state": "not_available"}, "[z]": {"state": "not_applicable"}}
    reasons = ["physical", "sensory", "mental_health"][: len(texts.split()) // 3 - 1]
    cells = list(product([*reasons, "all"], ["nursing", "residential", "all"]))
    read = [parse_figure(text, marks=marks) for text in texts.split()]
    rows = pd.DataFrame(cells, columns=["support_reason", "setting"]).assign(table="people", as_published=texts.split())
    for field in ("value", "lower", "upper", "status"):
        rows[field] = pd.Series([getattr(figure, field) for figure in read], dtype=object)
    return rows.astype({"lower": float, "upper": float})


def test_what_is_not_applicable_hides_nothing_and_is_never_withheld():
    rows = a_square("10 [z] 10  - 5 7  7 6 13  19 11 30")
    assert recoverable(rows) == [("sensory", "nursing")]
    table = SupportTable.from_tidy(rows)
    assert table.value.loc["physical", "residential"] == 0 and not table.hidden.loc["physical", "residential"]
    kept = withhold(rows)
    assert recoverable(kept) == [] and (kept["status"] == "withheld").sum() >= 2
    assert kept["status"].tolist().index("not_applicable") == 1
    # With nobody beside it, what is left of its row is the hidden count, whatever else is withheld.
    with pytest.raises(InputError, match="no count is left to withhold"):
        withhold(a_square("10 8 18  - [z] 2  7 6 13  19 14 33"))


def test_beside_what_is_not_available_a_hidden_count_may_stay():
    rows = a_square("[x] [x] [x]  - [x] 9  12 20 32")
    assert lone_cells(rows) == [] and withhold(rows)["status"].tolist() == rows["status"].tolist()


def follows(rows):
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


def test_by_hand_or_not_the_same_counts_follow_from_the_statement_as_printed():
    for table in TABLES:
        rows = PRINTED[PRINTED["table"] == table]
        by_row = rows.set_index("cell").loc[follows(rows), ["support_reason", "setting"]]
        assert sorted(by_row.itertuples(index=False, name=None)) == lone_cells(rows) == GIVEN_AWAY[table]


@pytest.mark.parametrize("path", sorted((PROJECT / "data/processed").glob("figures_*.csv")), ids=lambda path: path.stem)
def test_nothing_follows_from_what_is_written(path):
    for _, rows in read_processed(path.stem).groupby("table", sort=False):
        assert follows(rows) == []
        if has_both_totals(rows):
            assert recoverable(rows) == []


def square(counts, hidden, left_out=0):
    """A table with totals; counts by row, the places hidden, and people in the totals but in no row."""
    rows = []

    def add(reason, setting, count, is_hidden=False):
        value, lower, upper = (Suppressed(0, 4), 0, 4) if is_hidden else (count, count, count)
        status, text = ("suppressed", "-") if is_hidden else ("exact", str(count))
        rows.append(("t", reason, setting, value, lower, upper, status, text))

    for y, line in enumerate(counts):
        for x, count in enumerate(line):
            add(f"r{y}", f"s{x}", count, (y, x) in hidden)
        add(f"r{y}", "all", sum(line))
    columns = [sum(column) for column in zip(*counts, strict=True)]
    columns[0] += left_out
    for x, total in enumerate(columns):
        add("all", f"s{x}", total)
    add("all", "all", sum(columns))
    names = ["table", "support_reason", "setting", "value", "lower", "upper", "status", "as_published"]
    return pd.DataFrame(rows, columns=names).astype({"value": object})


def possible(rows):
    """Every way to fill the hidden counts within their bounds so that all totals add, by trying all of them."""
    grid = rows.set_index(["support_reason", "setting"])
    reasons, settings_ = ([name for name in level if name != "all"] for level in grid.index.levels)
    total = {cell: grid.loc[cell, "value"] for cell in grid.index if "all" in cell}

    def fills(reason):
        ranges = [
            range(int(grid.loc[(reason, s), "lower"]), int(grid.loc[(reason, s), "upper"]) + 1) for s in settings_
        ]
        return [line for line in product(*ranges) if sum(line) == total[reason, "all"]]

    tables = product(*(fills(reason) for reason in reasons))
    sums = tuple(total["all", setting] for setting in settings_)
    return [table for table in tables if tuple(map(sum, zip(*table, strict=True))) == sums]


COUNTS = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=3)
)


@st.composite
def squares(draw):
    """Counts, and some of those up to 4 hidden."""
    counts = draw(COUNTS)
    small = [(y, x) for y, line in enumerate(counts) for x, count in enumerate(line) if count <= 4]
    assume(small)
    return counts, draw(st.sets(st.sampled_from(small), min_size=1, max_size=3))


@settings(max_examples=20, deadline=None)
@given(squares(), st.integers(0, 3))
def test_in_any_table_nothing_follows_and_the_truth_lies_within_the_bounds(table, left_out):
    rows = square(*table, left_out)
    try:
        kept = withhold(rows)
    except InputError as error:
        assert "no count is left to withhold" in str(error)
        return
    assert recoverable(kept) == []
    shown = ~kept["status"].isin(HIDDEN)
    assert kept[shown].equals(rows[shown].astype(kept.dtypes))
    truth = [count for y, line in enumerate(table[0]) for count in line]
    inner = kept[(kept["support_reason"] != "all") & (kept["setting"] != "all")]
    assert all(inner["lower"] <= truth) and all(inner["upper"] >= truth)
    if not left_out:
        ways = possible(kept)
        for y, line in enumerate(table[0]):
            for x, _ in enumerate(line):
                values = {way[y][x] for way in ways}
                assert (len(values) > 1) != shown[
                    kept["support_reason"].eq(f"r{y}") & kept["setting"].eq(f"s{x}")
                ].item()


def test_a_table_that_gives_nothing_away_is_left_alone():
    rows = square([[1, 9, 2], [3, 8, 4], [9, 9, 9]], {(0, 0), (0, 2), (1, 0), (1, 2)})
    assert recoverable(rows) == [] and withhold(rows).equals(rows)


def test_a_count_that_nothing_can_hide_is_refused_with_what_to_do():
    with pytest.raises(InputError, match=r"Table 't': a hidden count \(r0, s0\) follows.*Leave the table's totals out"):
        withhold(square([[0, 0], [0, 0]], {(0, 0)}))
