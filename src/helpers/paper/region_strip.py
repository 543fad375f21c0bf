"""A dot strip: a row a region, a dot a council, with the middle one's value and both ends."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from helpers.base import wording
from helpers.paper import charts
from helpers.paper.charts import DARK_BLUE, DARK_PINK, INK


def ends(values: pd.DataFrame) -> pd.DataFrame:
    """The least, the middle and the most of each group, and how many, the highest middle first.

    values: columns group and value.
    """
    told = values.groupby("group")["value"].agg(["min", "median", "max", "size"])
    return told.sort_values("median", ascending=False, kind="stable")


def draw(values: pd.DataFrame) -> Figure:
    """values: columns group and value, in per cent; a row a dot."""
    rows = ends(values)
    with charts.style():
        figure = Figure(figsize=(6.69, 0.8 + 0.34 * len(rows)))
        axes = figure.add_subplot()
        for place, (group, row) in enumerate(rows[::-1].iterrows()):
            own = values.loc[values["group"] == group, "value"]
            axes.plot(own, [place] * len(own), "o", color=DARK_BLUE, alpha=0.4, markersize=5, markeredgewidth=0,
                      label=group)  # fmt: skip
            axes.plot([row["median"]] * 2, [place - 0.3, place + 0.3], color=DARK_PINK, linewidth=2.2)
            axes.annotate(wording.growth(row["median"]), (row["median"], place + 0.3), (0, 1), ha="center", va="bottom",
                          textcoords="offset points", color=DARK_PINK, fontsize=9, weight="semibold")  # fmt: skip
        axes.set_yticks(range(len(rows)), [f"{group} ({int(rows.loc[group, 'size'])})" for group in rows.index[::-1]])
        axes.set_ylim(-0.6, len(rows) - 0.2)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.xaxis.set_major_locator(MultipleLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%".replace("-", "−")))
        axes.grid(visible=True, axis="x", linewidth=0.4)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
    return figure


def in_words(values: pd.DataFrame) -> str:
    """The strip in words and figures, for who cannot see it."""
    each = [
        f"{group}, {wording.number_of(int(row['size']), 'council')}: from {wording.growth(row['min'])} to "
        f"{wording.growth(row['max'])}, the middle {wording.growth(row['median'])}"
        for group, row in ends(values).iterrows()
    ]
    return f"Dot strip, a row a region and a dot a council. {'; '.join(each)}."
