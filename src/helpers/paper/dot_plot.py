"""Dot plots, a row each: of one council among others, and of groups and how each may change."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.paper import charts
from helpers.paper.charts import DARK_BLUE, DARK_PINK, INK

#: How far from the middle a dot is drawn, at most: limits end at 1.
FURTHEST = 1.6
#: From so many letters on, the name of a region needs the whole width for the marks to be explained in a line.
LONG_NAME = 20


def draw(rows: pd.DataFrame, others: dict[str, pd.Series], name: str, region: str) -> Figure:
    """One row of rows a measure, by its label: own, region, england (places: 0 at the middle, -1 and 1 at the limits;
    NaN: none), outside (the limits), when, and own_said, middle_said, england_said, the values as they print.

    others: by the same label, the neighbours' places. name, region: what the council and its region are called. Places
    beyond FURTHEST are drawn there. Raises InputError for fewer than two rows.
    """
    if len(rows) < 2:
        raise InputError(f"A chart of {len(rows)} measures compares nothing: show two or more, or say it in words.")
    height = len(rows)
    with charts.style():
        figure = Figure(figsize=(6.69, 0.85 + 0.196 * height))
        axes = figure.add_subplot()
        axes.axvspan(-1, 1, color=DARK_BLUE, alpha=0.1, linewidth=0)
        axes.axvline(0, color=INK, linewidth=0.6, linestyle=(0, (1, 2)), label="middle")
        at = pd.Series(range(height, 0, -1), rows.index)
        for label, places in others.items():
            axes.plot(places.clip(-FURTHEST, FURTHEST), [at[label]] * len(places), "o", color=INK, alpha=0.35,
                      markersize=3, markeredgewidth=0, label=f"Similar councils: {label}")  # fmt: skip
        # Drawn last, so that the council's larger mark hides neither.
        marks = {"region": ("|", INK, 9, region), "england": ("D", "white", 4, "England")}
        for which, (shape, colour, size, said) in marks.items():
            there = rows[which].dropna().clip(-FURTHEST, FURTHEST)
            axes.plot(there, at[there.index], shape, color=colour, markeredgecolor=INK, markersize=size, label=said,
                      zorder=4)  # fmt: skip
        for outside, shape, colour in ((True, "o", DARK_PINK), (False, "s", DARK_BLUE)):
            kind = rows[rows["outside"] == outside]
            said = f"{name}, {'outside the limits' if outside else 'within'}"
            axes.plot(kind["own"].clip(-FURTHEST, FURTHEST), at[kind.index], shape, color=colour, markersize=6.5,
                      label=said)  # fmt: skip
        columns = {"own_said": (2.55, name), "middle_said": (3.3, "similar,\nmiddle"), "england_said": (4.1, "England")}
        for column, (x, heading) in columns.items():
            axes.annotate(heading, (x, height + 0.8), ha="right", va="bottom", fontsize=8.5, weight="semibold",
                          color=INK, annotation_clip=False)  # fmt: skip
            for label, text in rows[column].items():
                weight = "semibold" if column == "own_said" else "normal"
                axes.annotate(text, (x, at[label]), ha="right", va="center", fontsize=8.5, color=INK, weight=weight,
                              annotation_clip=False)  # fmt: skip
        axes.set_yticks(at, [f"{label}, {when}" for label, when in rows["when"].items()], fontsize=8.5)
        axes.set_ylim(0.3, height + 0.7)
        axes.set_xlim(-FURTHEST - 0.12, 4.1)
        axes.set_xticks([-1, 0, 1], ["lower limit", "middle", "upper limit"], fontsize=8.5)
        axes.grid(visible=False)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        named = {line.get_label(): line for line in axes.get_lines() if len(line.get_xdata())}
        similar = next(line for label, line in named.items() if label.startswith("Similar councils: "))
        own = [line for label, line in named.items() if label in (region, "England") or label.startswith(f"{name}, ")]
        # A long name of a council would not fit.
        labels = ["a similar council", *(line.get_label().replace(f"{name}, ", "this council, ") for line in own)]
        below = -0.444 / (0.12 + 0.196 * height)  # as far below few rows as below many
        across = 0.1 if len(region) < LONG_NAME else -0.03
        axes.legend([similar, *own], labels, loc="lower center", bbox_to_anchor=(across, below), ncols=5, fontsize=8,
                    frameon=False, handletextpad=0.2, columnspacing=1)  # fmt: skip
    return figure


def changes(rows: pd.DataFrame, height_of_row: float = 0.29) -> Figure:
    """By how much each of several groups changes, with its range, beside no change: a row a group, by its label.

    rows: change, lower, upper, in per cent, and said, the same as it prints beside the row. Raises InputError for fewer
    than two rows.
    """
    if len(rows) < 2:
        raise InputError(f"A chart of {len(rows)} groups compares nothing: show two or more, or say it in words.")
    at = pd.Series(range(len(rows), 0, -1), rows.index)
    with charts.style():
        figure = Figure(figsize=(6.69, 0.6 + height_of_row * len(rows)))
        axes = figure.add_subplot()
        axes.names, axes.across = list(map(str, rows.index)), True
        axes.axvline(0, color=INK, linewidth=1)
        axes.hlines(at, rows["lower"], rows["upper"], color=DARK_BLUE, linewidth=2.6, alpha=0.45)
        for end in ("lower", "upper"):
            axes.plot(rows[end], at, linestyle="none", marker="|", color=DARK_BLUE, markersize=7, label=end)
        axes.plot(rows["change"], at, linestyle="none", marker="o", color=DARK_PINK, markersize=6, label="change")
        for label, text in rows["said"].items():
            axes.annotate(text, (1.02, at[label]), xycoords=("axes fraction", "data"), va="center", color=INK,
                          fontsize=9.5, annotation_clip=False)  # fmt: skip
        axes.set_yticks(at, list(rows.index))
        axes.set_ylim(0.4, len(rows) + 0.6)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.growth(value)))
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis="y", length=0)
    return figure
