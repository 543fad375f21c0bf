"""Hidden counts: what margins allow them to be, and the one value to use where a value is unavoidable.

method.md section 3. A support table has one row a support reason and one column a setting; its margins are the
row "all" and the column "all". Lines that a publisher left out of the printed table are latent: their people
are in the totals and in no printed cell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from helpers.errors import InputError

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
    """One age band's people by support reason and setting, as bounds.

    lower, upper: frames, index support reason, columns setting, both with the margin "all"; people, upper may be
    infinite. A suppressed margin tells nothing that its parts do not, and is left open.
    """

    lower: pd.DataFrame
    upper: pd.DataFrame
    hidden: pd.DataFrame

    @classmethod
    def from_tidy(cls, rows: pd.DataFrame) -> "SupportTable":
        """From the tidy rows of one table (columns support_reason, setting, lower, upper, marker)."""

        def square(column: str) -> pd.DataFrame:
            table = rows.pivot(index="support_reason", columns="setting", values=column)
            inner = [[name for name in axis if name != TOTAL] for axis in table.axes]
            return table.loc[[*inner[0], TOTAL], [*inner[1], TOTAL]]

        hidden = square("marker") == "suppressed"
        lower, upper = square("lower").astype(float), square("upper").astype(float)
        margin = pd.DataFrame(False, lower.index, lower.columns)
        margin.loc[TOTAL], margin[TOTAL] = True, True
        return cls(lower.mask(hidden & margin, 0), upper.mask(hidden & margin, np.inf), hidden & ~margin)

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

        return SupportTable(widened(self.lower, 0.0), widened(self.upper, np.inf), widened(self.hidden, False))

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
        return None if solution.status == 2 else float(round(solution.fun))

    def is_feasible(self) -> bool:
        """Whether whole numbers within the bounds exist that add up in every row and column."""
        return self.extreme(self.lower * 0) is not None

    def bounds_of(self, support_reason: str, setting: str) -> tuple[float, float]:
        """The least and the most people that one cell can hold, given all margins.

        Raises InputError where no table is feasible.
        """
        weights = self.lower * 0
        weights.loc[support_reason, setting] = 1
        least, most = self.extreme(weights), self.extreme(-weights)
        if least is None or most is None:
            raise InputError("The table cannot be added up as printed: no whole numbers fit all its totals.")
        return least, -most

    def held_to(self, lower: int, upper: int) -> "SupportTable":
        """The same table with every hidden cell in lower..upper."""
        return SupportTable(self.lower.mask(self.hidden, lower), self.upper.mask(self.hidden, upper), self.hidden)


def explain(table: SupportTable) -> SupportTable:
    """The table with the fewest latent lines that make it add up: none, a reason, a setting, or both.

    Raises InputError where even both do not.
    """
    for reasons, settings in ((False, False), (True, False), (False, True), (True, True)):
        candidate = table.with_latent(reasons, settings)
        if candidate.is_feasible():
            return candidate
    raise InputError("The table cannot be added up, even with a support reason and a setting left out of print.")


def point_estimates(table: SupportTable) -> pd.DataFrame:
    """One value a cell for sums and charts: printed counts as they are, hidden ones as an expectation.

    A hidden cell gets the mean of the Poisson truncated to its feasible bounds, its mean taken from the margins
    (row remainder x column remainder / all remainders); the smallest adjustment then makes every row and column
    add to its printed total. Returns people, index and columns as in the table, without the margins.
    """
    height, width = (size - 1 for size in table.lower.shape)
    feasible = {
        (reason, setting): table.bounds_of(reason, setting)
        for reason in table.lower.index[:-1]
        for setting in table.lower.columns[:-1]
        if table.lower.loc[reason, setting] != table.upper.loc[reason, setting]
    }
    estimate = table.lower.iloc[:-1, :-1].copy()
    row_total, column_total = table.lower[TOTAL].iloc[:-1], table.lower.loc[TOTAL].iloc[:-1]
    row_rest = (row_total - estimate.sum(axis=1)).clip(lower=0)
    column_rest = (column_total - estimate.sum()).clip(lower=0)
    for (reason, setting), (lower, upper) in feasible.items():
        mean = row_rest[reason] * column_rest[setting] / max(row_rest.sum(), 1.0)
        if LATENT in (reason, setting):
            estimate.loc[reason, setting] = (lower + upper) / 2
        else:
            estimate.loc[reason, setting] = truncated_poisson_mean(mean, int(lower), int(upper))

    # The least change in least squares: free cells move within their bounds, and margins count for much more.
    free = [cell for cell, (lower, upper) in feasible.items() if lower < upper]
    if free:
        emphasis = 1e4
        places = [(estimate.index.get_loc(reason), estimate.columns.get_loc(setting)) for reason, setting in free]
        lines, shortfalls = [], []
        open_margins = np.isinf(table.upper.to_numpy())
        for y in range(height):
            if not open_margins[y, -1]:
                lines.append([float(place[0] == y) for place in places])
                shortfalls.append(row_total.iloc[y] - estimate.iloc[y].sum())
        for x in range(width):
            if not open_margins[-1, x]:
                lines.append([float(place[1] == x) for place in places])
                shortfalls.append(column_total.iloc[x] - estimate.iloc[:, x].sum())
        lines.append([1.0] * len(free))
        shortfalls.append(table.lower.loc[TOTAL, TOTAL] - estimate.to_numpy().sum())
        start = np.array([estimate.loc[cell] for cell in free])
        limits = np.array([feasible[cell] for cell in free]).T - start
        system = np.vstack([np.eye(len(free)), emphasis * np.array(lines)])
        target = np.concatenate([np.zeros(len(free)), emphasis * np.array(shortfalls)])
        change = optimize.lsq_linear(system, target, bounds=limits, method="bvls").x
        for cell, value in zip(free, start + change, strict=True):
            estimate.loc[cell] = value
    return estimate
