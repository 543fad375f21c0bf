"""Hidden counts: what margins allow them to be, and the one value to use where a value is unavoidable.

method.md section 3. A support table has one row a support reason and one column a setting; its margins are the
row "all" and the column "all". Lines that a publisher left out of the printed table are latent: their people
are in the totals and in no printed cell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from helpers.base.cells import HIDDEN
from helpers.base.errors import InputError

LATENT = "not_printed"
TOTAL = "all"


def truncated_poisson_mean(mean: float, lower: int, upper: int) -> float:
    """The mean of a Poisson variable with this mean, given that it lies in lower..upper (both included)."""
    if lower > upper:
        raise InputError(f"The bounds {lower} and {upper} are upside down.")
    values = np.arange(lower, upper + 1)
    if mean <= 0:
        return float(lower)
    weights = stats.poisson.logpmf(values, mean)
    weights = np.exp(weights - weights.max())
    return float((values * weights).sum() / weights.sum())


@dataclass(frozen=True)
class SupportTable:
    """One age band's people by support reason and setting, with the margin "all" in rows and columns.

    value: as printed, NaN where hidden or latent. lower, upper: its bounds; a hidden margin tells nothing that its
    parts do not, and is left open (0 to infinity). hidden: whether the publisher hides the count.
    """

    value: pd.DataFrame
    lower: pd.DataFrame
    upper: pd.DataFrame
    hidden: pd.DataFrame

    @classmethod
    def from_tidy(cls, rows: pd.DataFrame) -> "SupportTable":
        """From the tidy rows of one table: support_reason, setting, value, lower, upper, status.

        Raises InputError for two rows of one reason and setting, for a row without either, and for a cell that is
        missing or has no number.
        """
        if (unnamed := rows[["support_reason", "setting"]].isna().any(axis=1)).any():
            raise InputError(f"Row {int(unnamed.argmax()) + 1} of the table has no support reason or setting. Name it.")
        if (twice := rows.duplicated(["support_reason", "setting"])).any():
            first = rows[twice].iloc[0]
            raise InputError(
                f"Two rows are for {first['support_reason']}, {first['setting']}. A table has one: remove the other."
            )
        settings = rows.groupby("support_reason")["setting"].nunique()
        if (lacking := settings < rows["setting"].nunique()).any():
            reason = settings.index[lacking][0]
            raise InputError(f"The row {reason} of the table lacks a setting that others have. Add its cell.")

        def square(column: pd.Series) -> pd.DataFrame:
            table = rows.assign(column=column).pivot(index="support_reason", columns="setting", values="column")
            inner = [[name for name in axis if name != TOTAL] for axis in table.axes]
            return table.loc[[*inner[0], TOTAL], [*inner[1], TOTAL]]

        suppressed = rows["status"].isin(HIDDEN)
        # What is not applicable is nobody; what is not available may be anybody, and is not hidden.
        nobody, anybody = rows["status"] == "not_applicable", rows["status"] == "not_available"
        value = rows["value"].mask(suppressed | anybody, np.nan).mask(nobody, 0).astype(float)
        lower = rows["lower"].astype(float).mask(nobody | anybody, 0)
        upper = rows["upper"].astype(float).mask(nobody, 0).mask(anybody, np.inf)
        if (empty := ~(lower <= upper) | (value.isna() & ~suppressed & ~anybody)).any():
            first = rows[empty].iloc[0]
            raise InputError(
                f"The row {first['support_reason']}, {first['setting']} has no number, or bounds upside down. Mend it."
            )
        margin = (rows["support_reason"] == TOTAL) | (rows["setting"] == TOTAL)
        return cls(
            square(value),
            square(lower.mask(suppressed & margin, 0)),
            square(upper.mask(suppressed & margin, np.inf)),
            square(suppressed),
        )

    def with_latent(self, reasons: bool, settings: bool) -> "SupportTable":
        """The same table with a latent support reason and/or a latent setting, each 0 or more people."""

        def widened(frame: pd.DataFrame, empty: object) -> pd.DataFrame:
            if settings:
                columns = [*frame.columns[:-1], LATENT, TOTAL]
                frame = frame.assign(**{LATENT: empty})[columns]
            if reasons:
                line = pd.DataFrame(empty, [LATENT], frame.columns)
                frame = pd.concat([frame.iloc[:-1], line, frame.iloc[-1:]]).rename_axis(frame.index.name)
            return frame

        return SupportTable(
            widened(self.value, np.nan),
            widened(self.lower, 0.0),
            widened(self.upper, np.inf),
            widened(self.hidden, False),
        )

    def propagated(self) -> "SupportTable | None":
        """The same table with bounds as narrow as each row and each column, taken by itself, makes them.

        None where that leaves a cell no value: then no table is feasible. What only several lines together say is
        left to the integer programme.
        """
        lower, upper = self.lower.to_numpy(float, copy=True), self.upper.to_numpy(float, copy=True)
        while True:
            before = lower.copy(), upper.copy()
            for low, high in ((lower, upper), (lower.T, upper.T)):  # rows, then columns: each ends in its total
                for least, most in zip(low, high, strict=True):
                    _narrow(least, most)
            if (lower > upper).any():
                return None
            if (lower == before[0]).all() and (upper == before[1]).all():
                break
        frames = (pd.DataFrame(values, self.lower.index, self.lower.columns) for values in (lower, upper))
        return SupportTable(self.value, *frames, self.hidden)

    def _programme(self) -> tuple[optimize.LinearConstraint, optimize.Bounds]:
        """Rows add to their total and columns to theirs, the cells taken row by row."""
        height, width = self.lower.shape
        constraints = np.zeros((height + width, height * width))
        cells = np.arange(height * width).reshape(height, width)
        for y in range(height):
            constraints[y, cells[y]] = 1
            constraints[y, cells[y, -1]] = -1
        for x in range(width):
            constraints[height + x, cells[:, x]] = 1
            constraints[height + x, cells[-1, x]] = -1
        bounds = optimize.Bounds(self.lower.to_numpy().ravel(), self.upper.to_numpy().ravel())
        return optimize.LinearConstraint(constraints, 0, 0), bounds

    def extreme(self, weights: pd.DataFrame) -> float | None:
        """The least that the weighted sum of whole-number cells can be, or None where no table is feasible."""
        constraints, bounds = self._programme()
        solution = optimize.milp(
            weights.to_numpy(dtype=float).ravel(), integrality=1, bounds=bounds, constraints=constraints
        )
        if solution.status not in (0, 2):
            raise InputError(f"The bounds of the table cannot be worked out ({solution.message}).")
        return None if solution.status == 2 else float(round(solution.fun))

    def is_feasible(self) -> bool:
        """Whether whole numbers within the bounds exist that add up in every row and column."""
        narrow = self.propagated()
        return narrow is not None and narrow.extreme(narrow.lower * 0) is not None

    def bounds_of(self, support_reason: str, setting: str) -> tuple[float, float]:
        """The least and the most people that one cell can hold, given all margins.

        Raises InputError where no table is feasible.
        """
        weights = self.lower * 0
        weights.loc[support_reason, setting] = 1
        least, most = self.extreme(weights), self.extreme(-weights)
        if least is None or most is None:
            raise InputError("The table cannot be added up as printed: no whole numbers fit all its totals.")
        return least, 0.0 - most

    def held_to(self, lower: int, upper: int) -> "SupportTable":
        """The same table with every hidden cell (not margin) in lower..upper."""
        cells = self.hidden.copy()
        cells.loc[TOTAL], cells[TOTAL] = False, False
        return SupportTable(self.value, self.lower.mask(cells, lower), self.upper.mask(cells, upper), self.hidden)

    def feasible_bounds(self) -> dict[tuple[str, str], tuple[float, float]]:
        """The feasible bounds of every cell that is hidden or latent, by support reason and setting.

        Raises InputError where no table is feasible.
        """
        if not self.is_feasible():
            raise InputError("The table cannot be added up as printed: no whole numbers fit all its totals.")
        narrow = self.propagated()
        unknown = self.value.iloc[:-1, :-1].isna().stack()
        bounds = {cell: (narrow.lower.loc[cell], narrow.upper.loc[cell]) for cell in unknown[unknown].index}
        return {cell: ends if ends[0] == ends[1] else narrow.bounds_of(*cell) for cell, ends in bounds.items()}


def _narrow(least: np.ndarray, most: np.ndarray) -> None:
    """Narrow the bounds of one line in place: its parts add to its last cell."""
    for place in range(len(least)):
        others = np.delete(np.arange(len(least) - 1), place) if place < len(least) - 1 else np.arange(len(least) - 1)
        low, high = least[others].sum(), most[others].sum()
        if place == len(least) - 1:
            least[-1], most[-1] = max(least[-1], low), min(most[-1], high)
        else:
            least[place], most[place] = max(least[place], least[-1] - high), min(most[place], most[-1] - low)


def has_both_totals(rows: pd.DataFrame) -> bool:
    """Whether the tidy rows of a table have support reasons and settings, with the totals of both."""
    cells = set(zip(rows["support_reason"], rows["setting"], strict=True))
    reasons, settings = ((set(rows[column]) - {TOTAL}) for column in ("support_reason", "setting"))
    margins = {(reason, TOTAL) for reason in reasons} | {(TOTAL, setting) for setting in settings} | {(TOTAL, TOTAL)}
    return bool(reasons) and bool(settings) and margins <= cells


def explain(table: SupportTable) -> SupportTable:
    """The table with the fewest latent lines that make it add up: none, a reason, a setting, or both.

    Raises InputError where even both do not.
    """
    for reasons, settings in ((False, False), (True, False), (False, True), (True, True)):
        candidate = table.with_latent(reasons, settings)
        if candidate.is_feasible():
            return candidate
    raise InputError("The table cannot be added up, even with a support reason and a setting left out of print.")


def left_out_of_print(figures: pd.DataFrame) -> pd.DataFrame:
    """Whether each table with totals of support reasons and of settings adds up as printed, and what was left out.

    figures: tidy rows of one document. Returns table (its name), adds_up_as_printed, and people in lines that were left
    out of print: in_reasons and in_settings, each as (least, most), (0, 0) for none. A hidden total is left open.
    """
    rows = []
    for name, printed in figures.groupby("table", sort=False):
        if has_both_totals(printed):
            table = SupportTable.from_tidy(printed)
            explained = explain(table)
            reason = explained.bounds_of(LATENT, TOTAL) if LATENT in explained.lower.index else (0, 0)
            setting = explained.bounds_of(TOTAL, LATENT) if LATENT in explained.lower.columns else (0, 0)
            rows.append((name, table.is_feasible(), reason, setting))
    return pd.DataFrame(rows, columns=["table", "adds_up_as_printed", "in_reasons", "in_settings"])


def point_estimates(table: SupportTable) -> pd.DataFrame:
    """One value a cell for sums and charts: printed counts as they are, hidden ones as an expectation.

    A hidden cell gets the mean of the Poisson truncated to its feasible bounds, its mean taken from the margins
    (row remainder x column remainder / all remainders; of a hidden margin, half of what its cells can hold). The
    smallest adjustment then makes every row and column add to its printed total. Returns people, index and columns
    as in the table, without the margins.
    """
    bounds = table.feasible_bounds()
    estimate = table.value.iloc[:-1, :-1].copy()
    middle = estimate.copy()
    for cell, (lower, upper) in bounds.items():
        middle.loc[cell] = (lower + upper) / 2
    unprinted = middle.where(estimate.isna(), 0.0)
    row_total, column_total = table.value[TOTAL].iloc[:-1], table.value.loc[TOTAL].iloc[:-1]
    row_rest = (row_total - estimate.sum(axis=1)).clip(lower=0).fillna(unprinted.sum(axis=1))
    column_rest = (column_total - estimate.sum()).clip(lower=0).fillna(unprinted.sum())
    for (reason, setting), (lower, upper) in bounds.items():
        if LATENT in (reason, setting):
            estimate.loc[reason, setting] = (lower + upper) / 2
        else:
            mean = row_rest[reason] * column_rest[setting] / max(row_rest.sum(), 1.0)
            estimate.loc[reason, setting] = truncated_poisson_mean(mean, int(lower), int(upper))

    # The least change in least squares: free cells move within their bounds, and margins count for much more.
    free = [cell for cell, (lower, upper) in bounds.items() if lower < upper]
    if free:
        emphasis = 1e4
        reasons, settings = (np.array(names) for names in zip(*free, strict=True))
        lines = [reasons == reason for reason in row_total.index] + [settings == name for name in column_total.index]
        shortfalls = pd.concat([row_total - estimate.sum(axis=1), column_total - estimate.sum()]).to_numpy()
        lines.append(np.full(len(free), True))
        shortfalls = np.append(shortfalls, table.value.loc[TOTAL, TOTAL] - estimate.to_numpy().sum())
        printed = ~np.isnan(shortfalls)
        start = np.array([estimate.loc[cell] for cell in free])
        limits = np.array([bounds[cell] for cell in free]).T - start
        system = np.vstack([np.eye(len(free)), emphasis * np.array(lines, dtype=float)[printed]])
        target = np.concatenate([np.zeros(len(free)), emphasis * shortfalls[printed]])
        change = optimize.lsq_linear(system, target, bounds=limits, method="bvls").x
        for cell, value in zip(free, start + change, strict=True):
            estimate.loc[cell] = value
    return estimate
