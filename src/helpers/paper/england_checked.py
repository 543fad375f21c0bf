"""What the checks of all councils' official tables mean for a reader: the figures that stand out, and what to ask."""

from functools import cached_property

import pandas as pd

from helpers.base import wording
from helpers.base.numbers import Said, Worked, said
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import england_checks
from helpers.council.england_checks import FOUND, RULES, TRIED
from helpers.council.numbers import step
from helpers.paper import charts
from helpers.published.official.tables import descriptor_of
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: Checks of which a finding cannot be right, whatever is hidden; of the others it is a reason to ask.
CANNOT_BE = ("totals", "of_england", "rates", "same", "twice", "codes")
#: How many of each stand on the members' pages, and how many questions are asked.
SHOWN, ASKED = 8, 4
#: What all checks of sums and rates are called together in a message.
SUMS = ("totals", "of_england", "rates", "same")


class Checked:
    """The findings of notebooks/18_check_england, as the paper says them."""

    @cached_property
    def content(self) -> dict:
        return england_checks.declared()

    @cached_property
    def tried(self) -> pd.DataFrame:
        frame = read_processed(TRIED)
        return frame.assign(tried=frame["tried"].astype(int), found=frame["found"].astype(int))

    @cached_property
    def found(self) -> pd.DataFrame:
        """Every finding; before, least, most and gap are numbers, NaN where there is none."""
        frame = read_processed(FOUND)
        numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in ("before", "least", "most", "gap")}
        return frame.assign(**numbers)

    def of(self, *rules: str) -> pd.DataFrame:
        return self.found[self.found["rule"].isin(rules)]

    @cached_property
    def jumps(self) -> pd.DataFrame:
        """Sudden changes, the furthest out first."""
        return self.of("jumps").sort_values(["gap", "what"], ascending=[False, True], kind="stable")

    @cached_property
    def leading(self) -> pd.DataFrame:
        """The furthest sudden change of each council, the furthest council first."""
        return self.jumps.drop_duplicates("council").reset_index(drop=True)

    # Numbers that know what they rest on

    def number(self, value: int, what: str) -> Worked:
        return Worked(wording.count(value), what, (step(FOUND, what),))

    def times_tried(self, *rules: str) -> Worked:
        rows = self.tried[self.tried["rule"].isin(rules or RULES)]
        what = "figures tried: " + "; ".join(RULES[rule].lower() for rule in rules or RULES)
        return Worked(wording.count(rows["tried"].sum()), what, (step(TRIED, what),))

    def times_found(self, *rules: str) -> Worked:
        return self.number(len(self.of(*rules)), "findings: " + "; ".join(RULES[rule].lower() for rule in rules))

    def councils(self, *rules: str) -> Worked:
        rows = self.of(*rules)
        rows = rows[rows["council"] != "England"]
        return self.number(rows["area_code"].nunique(), f"councils with findings: {'; '.join(rules)}")

    @cached_property
    def finding(self) -> Said:
        """What page one finds, as its heading."""
        wrong = len(self.of(*SUMS))
        if wrong:
            figures = "figure" if wrong == 1 else "figures"
            begins, names = f"{{n}} official {figures} cannot be right", {"n": self.times_found(*SUMS)}
        else:
            begins, names = "Official totals and rates add up", {}
        if self.jumps.empty:
            return said(begins, **names)
        return said(
            f"{begins}, but {{m}} sudden changes in {{c}} councils need a reason",
            m=self.times_found("jumps"), c=self.councils("jumps"), **names,
        )  # fmt: skip

    @cached_property
    def sums_said(self) -> Said:
        """Whether sums and rates fit, as a message."""
        wrong = len(self.of(*SUMS))
        if wrong:
            return said("{n} of {all} totals, rates and repeated figures do not fit.", n=self.times_found(*SUMS),
                        all=self.times_tried(*SUMS))  # fmt: skip
        return said("All {all} totals, rates and repeated figures fit, as far as rounding and hidden counts show.",
                    all=self.times_tried(*SUMS))  # fmt: skip

    # What a finding is called

    def where(self, row: pd.Series) -> str:
        """The table of a finding, as a reader knows it."""
        table = f"{row['source']}/{row['table']}"
        name = next((one.get("name") for one in self.content["tables"] if one["table"] == table), None)
        return name or wording.sentence_start(row["table"].replace("_", " "))

    def in_sentence(self, row: pd.Series) -> str:
        """A figure in a sentence: "income: client contributions, 2021/22"."""
        return f"{wording.in_sentence(self.where(row)).partition(' (')[0]}, {self.what(row)},"

    def what(self, row: pd.Series) -> str:
        """What a figure is of, without its column: "short term, aged 65 and over, 2021/22"."""
        keys = row["what"].rpartition(", ")[0] or row["what"]
        return ", ".join(f"aged {AGE_BANDS[key]}" if key in AGE_BANDS else key for key in keys.split(", "))

    def printed(self, row: pd.Series, name: str = "as_published", with_unit: bool = False) -> Worked:
        """A finding's figure, or another of its numbers, as it prints: in a table plain, in a sentence with unit."""
        value = pd.to_numeric(row[name], errors="coerce")
        text = str(row[name]) if pd.isna(value) else _figure(float(value), row["what"] if with_unit else "")
        what = f"{row['council']}, {self.where(row)}, {self.what(row)}"
        return Worked(text, what, (step(FOUND, what),))

    def follows(self, row: pd.Series) -> Worked:
        """What would follow, as a range."""
        ends = [str(self.printed(row, name)) for name in ("least", "most")]
        return self.printed(row).as_text(" to ".join(dict.fromkeys(ends)))

    # Tables

    def jumps_table(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Sudden changes: council, figure, the one before, what is printed, what other councils' changes would give."""
        told = [
            [row["council"], f"{self.where(row)}: {self.what(row)}"]
            + [self.printed(row, "before"), self.printed(row), self.follows(row)]
            for _, row in rows.iterrows()
        ]
        columns = ["Council", "Figure", "Year before", "Printed", "Others’ changes would give"]
        return pd.DataFrame(told, columns=columns)

    def codes_table(self) -> pd.DataFrame:
        """Figures under a code that no council has any more: council, table, period, printed."""
        told = [
            [row["council"], self.where(row), self.what(row), self.printed(row)]
            for _, row in self.of("codes", "twice").iterrows()
        ]
        return pd.DataFrame(told, columns=["Council", "Table", "Of", "First figure"])

    def below_zero_table(self) -> pd.DataFrame:
        """Figures that are less than nothing: council, table, of, and as published."""
        told = [
            [
                row["council"],
                self.where(row),
                self.what(row),
                self.printed(row).as_text(row["as_published"].replace("-", "−")),
            ]
            for _, row in self.of("below_zero").iterrows()
        ]
        return pd.DataFrame(told, columns=["Council", "Table", "Of", "Printed"])

    def sums_table(self) -> pd.DataFrame:
        """Figures that do not follow from others: what is printed, what would follow, how far apart at least."""
        rows = self.of(*SUMS)
        gaps = [self.printed(row, "gap") for _, row in rows.iterrows()]
        named = {"Others’ changes would give": "Would follow"}
        return (
            self.jumps_table(rows)
            .drop(columns="Year before")
            .rename(columns=named)
            .assign(**{"Apart by at least": gaps})
        )

    @cached_property
    def missing(self) -> pd.DataFrame:
        """How many figures each council has no number for where nearly all print one: council, hidden, not given."""
        rows = self.of("without_number")
        is_hidden = rows["as_published"] == "[c]"
        told = rows.assign(hidden_figures=rows["gap"].where(is_hidden, 0), not_given=rows["gap"].where(~is_hidden, 0))
        told = told.groupby("council")[["hidden_figures", "not_given"]].sum().astype(int)
        told["all"] = told.sum(axis=1)
        return told.sort_values("all", ascending=False, kind="stable")

    def missing_table(self, most: int | None = None) -> pd.DataFrame:
        rows = self.missing.head(most) if most else self.missing
        told = rows.reset_index().set_axis(["Council", "Hidden", "Not given", "Together"], axis=1)
        return told.map(lambda value: int(value) if not isinstance(value, str) else value)

    def by_check(self) -> pd.DataFrame:
        """How much was tried and found, by check, with all of them together."""
        rows = self.tried.groupby("rule")[["tried", "found"]].sum().loc[list(RULES)]
        told = [[RULES[rule], int(row["tried"]), int(row["found"])] for rule, row in rows.iterrows()]
        return pd.DataFrame(
            [*told, ["All", int(rows["tried"].sum()), int(rows["found"].sum())]], columns=["Check", "Tried", "Found"]
        )

    def by_table(self, source: str) -> pd.DataFrame:
        """How much was tried and found in each table of a publication."""
        titles = {one["name"]: one["title"] for one in descriptor_of(source)["resources"]}
        rows = self.tried[self.tried["source"] == source].groupby("table", sort=False)[["tried", "found"]].sum()
        told = [[titles[table], int(row["tried"]), int(row["found"])] for table, row in rows.iterrows()]
        return pd.DataFrame(told, columns=["Table", "Tried", "Found"])

    # The chart, and questions

    def drawn(self) -> charts.Figure:
        """How many sudden changes there are, by table."""
        numbers = self._by_table
        return charts.bar_chart(numbers, numbers.map(wording.count))

    def drawn_in_words(self) -> str:
        each = "; ".join(f"{name}: {wording.count(number)}" for name, number in self._by_table.items())
        return f"Bar chart of sudden changes by table. {each}."

    @cached_property
    def _by_table(self) -> pd.Series:
        return self.jumps.apply(self.where, axis=1).value_counts(sort=True)

    def questions(self) -> list[Said]:
        """What to ask: of the councils furthest out, and of the publisher where a code is wrong."""
        asked = [
            said(
                "{council}: {what} went from {before} to {printed}. Is it a slip, or what happened?",
                council=row["council"], what=self.in_sentence(row),
                before=self.printed(row, "before", True), printed=self.printed(row, with_unit=True),
            )
            for _, row in self.leading.head(ASKED).iterrows()
        ]  # fmt: skip
        if len(self.of("codes")):
            named = wording.listed(dict.fromkeys(self.of("codes")["council"]))
            asked.append(said("Will the publisher print {named} under today’s code?", named=named))
        return asked

    def cited(self, *sources: str) -> str:
        return "; ".join(citation(source) for source in sources or england_checks.sources(self.content))


def _figure(value: float, what: str = "") -> str:
    """A figure as it prints: whole from a hundred on, else in one decimal. what: ends in the unit that it has."""
    if what.endswith("gbp thousand"):
        return wording.amount(round(1000 * value), "gbp")
    text = f"{value:,.0f}" if value >= 100 or float(value).is_integer() else f"{value:,.1f}"
    if ", gbp per" in what:
        return f"£{text}" if value >= 100 else f"£{value:,.2f}"
    return text
