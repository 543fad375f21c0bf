"""Charts in the Government Analysis Function's style, drawn alike on every machine, with alternative text."""

import io
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from afcharts import af_colours
from matplotlib import font_manager, rc_context, rc_params_from_file
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter
from matplotlib.transforms import offset_copy

from helpers.base import wording
from helpers.base.errors import InputError
from helpers.base.mime import FIGURE
from helpers.base.numbers import Said, recorded
from helpers.projection.control_charts import LIMITS_FROM

FONT = "Source Sans Pro"
DARK_BLUE, _, DARK_PINK, _, INK, _ = af_colours.get_af_colours("categorical")
#: The label of the values of bars, in what is plotted.
BARS = "values"
#: How a range is drawn across the end of a bar.
_WHISKER = {"arrowstyle": "|-|,widthA=0.25,widthB=0.25", "color": INK, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0}
_STYLE = {
    "font.family": FONT,
    "font.size": 10.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "scrutiny briefings",
    "axes.titlesize": 10.5,
    "figure.constrained_layout.use": True,
}


@cache
def _register_font() -> None:
    """Put the project's own files in the place of any font of that name which the machine has."""
    manager = font_manager.fontManager
    manager.ttflist = [font for font in manager.ttflist if font.name != FONT]
    for weight in ("Regular", "Semibold", "Bold"):
        manager.addfont(str(files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"))


def style():
    """The context in which a chart is drawn: the house's style and font, and nothing of the analyst's own."""
    _register_font()
    defaults = rc_params_from_file(str(files("afcharts") / "afcharts.mplstyle"), use_default_template=True)
    return rc_context({key: value for key, value in defaults.items() if key != "backend"} | _STYLE)


def show(figure: Figure, title: str | Said, alt: str | Said, unit: str, source: str, note: str | Said = "") -> None:
    """Show a chart in the notebook and in the briefing, as SVG.

    title says the finding. alt says in words and figures what the chart shows. These and the note may have numbers in
    them that know what they rest on (messages.words). Everything that is plotted with a
    label is kept beside the drawing, so that a test sees the numbers.
    Raises InputError for a chart without title, alternative text, unit or source.
    """
    from IPython.display import display

    told = {part: found for part, text in (("title", title), ("alt", alt), ("note", note)) if (found := recorded(text))}
    title, alt, note = str(title), str(alt), str(note)
    for name, text in (("title", title), ("alternative text", alt), ("unit", unit), ("source", source)):
        if not text.strip():
            raise InputError(f"The chart {title!r} has no {name}. Give it one: a chart is not shown without.")
    about = {
        "title": title,
        "alt": alt,
        "unit": unit,
        "source": source,
        "note": note,
        "data": plotted(figure),
    } | ({"words": told} if told else {})
    display({"text/plain": f"Chart: {title}", "image/svg+xml": as_svg(figure), FIGURE: about}, raw=True)


def as_svg(figure: Figure) -> str:
    """A figure as it is drawn on every machine."""
    drawing = io.StringIO()
    with style():
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    svg = drawing.getvalue()
    return svg[svg.index("<svg") :]


def plotted(figure: Figure) -> list[dict]:
    """The labelled data of a figure: label, x and y of every labelled line, to one decimal; whole numbers as such.

    Where places on an axis stand for names, of bars or periods, these come as names.
    """
    return [
        {"label": line.get_label()} | _places(axes, line) | _named(axes, line)
        for axes in figure.axes
        for line in axes.get_lines()
        if not line.get_label().startswith("_")
    ]


def _places(axes: object, line: object) -> dict:
    """The places of a line and its values: y, or x where the axes say that values lie `across`."""
    x, y = _listed(line.get_xdata()), _listed(line.get_ydata())
    return {"x": y, "y": x} if getattr(axes, "across", False) else {"x": x, "y": y}


def _named(axes: object, line: object) -> dict:
    """The names that the places of a line stand for, where the axes have one for each."""
    names = getattr(line, "names", getattr(axes, "names", []))
    return {"names": names} if names and len(names) == len(line.get_xdata()) else {}


def _listed(values: object) -> list:
    return [value if isinstance(value, str) else _rounded(float(value)) for value in np.atleast_1d(values)]


def _rounded(value: float) -> float | int:
    # JupyterLab saves 6913.0 as 6913: each chart would be a difference.
    value = round(value, 1)
    return int(value) if value.is_integer() else value


def _spread(labels: dict[str, float], gap: float, fixed: str) -> dict[str, float]:
    """Places for labels such that none lies closer than the gap to the next; the fixed one stays where it is."""
    order = sorted(labels, key=labels.get)
    middle = order.index(fixed)
    places = dict(labels)
    for below, above in zip(order[middle:], order[middle + 1 :], strict=False):
        places[above] = max(places[above], places[below] + gap)
    for above, below in zip(order[middle::-1], order[middle - 1 :: -1] if middle else [], strict=False):
        places[below] = min(places[below], places[above] - gap)
    return places


def fan_chart(projection: pd.DataFrame, no_change: float, name: str) -> Figure:
    """A projection in its 50% and 80% bands, with the range over its assumptions alone and the no-change line.

    projection: index year, columns people, people_lower, people_upper, and people_p10 to people_p90. no_change: people
    in the base. name: what the projection is called where its line ends.
    """
    years = projection.index.to_numpy()
    with style():
        figure = Figure(figsize=(6.69, 2.9))
        axes = figure.add_subplot()
        for low, high, shade in (("people_p10", "people_p90", 0.16), ("people_p25", "people_p75", 0.26)):
            axes.fill_between(years, projection[low], projection[high], color=DARK_BLUE, alpha=shade, linewidth=0)
            for edge in (low, high):
                axes.plot(years, projection[edge], color=DARK_BLUE, linewidth=0.4, label=edge)
        for edge in ("people_lower", "people_upper"):
            axes.plot(years, projection[edge], color=INK, linewidth=0.9, linestyle=(0, (1, 1.5)), label=edge)
        axes.plot(years, projection["people"], color=DARK_BLUE, label="people")
        axes.plot(
            years, np.full(len(years), no_change), color=INK, linewidth=1.3, linestyle=(0, (5, 3)), label="no change"
        )
        last = projection.iloc[-1]
        # Beside the end of the bands, a bracket over each; the labels stand beside the brackets.
        for offset, low, high, width in ((5, "people_p25", "people_p75", 2.4), (11, "people_p10", "people_p90", 1.2)):
            axes.annotate(
                "",
                (years[-1], last[low]),
                (years[-1], last[high]),
                xycoords=offset_copy(axes.transData, figure, offset, units="points"),
                textcoords=offset_copy(axes.transData, figure, offset, units="points"),
                annotation_clip=False,
                arrowprops={
                    "arrowstyle": "|-|,widthA=0.2,widthB=0.2",
                    "color": DARK_BLUE,
                    "linewidth": width,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
        labels = {
            "Four in five futures": (last["people_p90"] + last["people_p75"]) / 2,
            "Half of the futures": (last["people_p75"] + last["people"]) / 2,
            name: last["people"],
            "No change": no_change,
        }
        top = projection["people_p90"].max() * 1.08
        for text, place in _spread(labels, gap=0.075 * top, fixed=name).items():
            weight = "semibold" if text == name else "normal"
            axes.annotate(
                text, (years[-1], place), (16, 0), textcoords="offset points", va="center", color=INK, weight=weight
            )
        axes.set_ylim(0, top)
        axes.set_xlim(years[0], years[-1])
        axes.set_xticks([year for year in years if year % 5 == 0 and years[-1] - year > 2] + [years[-1]])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    return figure


def fan_said(projection: pd.DataFrame, years: list[int]) -> str:
    """What a fan chart shows in these years, for who cannot see it: people, half of the futures, four in five of them.

    projection: as for fan_chart.
    """
    rows = projection.loc[years]
    said = [
        f"{row.Index}: about {wording.people(row.people)}, half of the futures "
        f"{wording.likely_range(row.people_p25, row.people_p75)}, four in five "
        f"{wording.likely_range(row.people_p10, row.people_p90)}"
        for row in rows.itertuples()
    ]
    return "; ".join(said)


def bar_chart(
    values: pd.Series, labels: pd.Series, emphasised: tuple[str, ...] = (), ranges: pd.DataFrame | None = None
) -> Figure:
    """A bar a row, from zero, with its value in words beside it; one below zero goes to the left.

    values: index what each bar is of, in words. labels: the same index, the text beside each bar. emphasised: rows that
    the title speaks of, told apart by a hatch as well as by colour. ranges: columns lower, upper, of those rows that
    have a range, which is drawn as a line across the end of the bar.
    """
    ranges = pd.DataFrame(columns=["lower", "upper"]) if ranges is None else ranges.astype(float)
    with style():
        figure = Figure(figsize=(6.69, 0.35 + 0.3 * len(values)))
        axes = figure.add_subplot()
        positions = pd.Series(np.arange(len(values))[::-1], values.index)
        marked = [name in emphasised for name in values.index]
        bars = axes.barh(positions, values, height=0.62, color=[DARK_PINK if one else DARK_BLUE for one in marked])
        for bar, one in zip(bars, marked, strict=True):
            bar.set(hatch="//" if one else None, edgecolor="white", linewidth=0)
            if len(ranges):  # pale, or its hatch alone, so that a range is seen upon it
                own = bar.get_facecolor()
                bar.set(facecolor="none" if one else (*own[:3], 0.3), edgecolor=own, linewidth=1)
        axes.plot(values, positions, linestyle="none", marker="", label=BARS)
        axes.names = list(map(str, values.index))
        for end in ranges if len(ranges) else ():
            (line,) = axes.plot(ranges[end], positions[ranges.index], linestyle="none", marker="", label=end)
            line.names = list(map(str, ranges.index))
        for name, *both in ranges.itertuples():
            axes.annotate("", (both[0], positions[name]), (both[1], positions[name]), arrowprops=_WHISKER)
        ends = pd.concat([values, ranges["upper"]]).groupby(level=0, sort=False).max().clip(lower=0)
        for name, end in ends.items():
            axes.annotate(
                labels[name], (end, positions[name]), xytext=(7 if name in ranges.index else 5, 0),
                textcoords="offset points", va="center", color=INK, fontsize=9.5,
            )  # fmt: skip
        axes.set_yticks(positions, list(values.index))
        # Room for the longest label beside its bar.
        least = min(0, values.min(), *ranges["lower"])
        room = [(end - least) / (1 - min(0.02 * len(str(labels[name])), 0.6)) for name, end in ends.items()]
        axes.set_xlim(1.04 * least, least + max(*room, 1.15 * (ends.max() - least), 1e-9))
        if least:
            axes.axvline(0, color=INK, linewidth=0.8)
            axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.grid(visible=False)
        for side in ("top", "right", "bottom", *(["left"] if least else [])):
            axes.spines[side].set_visible(False)
    return figure


def line_chart(
    lines: pd.DataFrame, form: str = "{x:,.0f}", from_zero: bool = True, band: pd.DataFrame | None = None, values=""
) -> Figure:
    """A few lines over years or periods, each named where it ends and with a dash pattern of its own.

    lines: index years (numbers) or labels of periods (texts), a column a line, named as it prints; NaN where there is
    nothing. form: how the axis prints numbers. band: the range around the first line, drawn as a shade: the same index,
    columns lower, upper. values: how points print their values, if they do ("{:.0f}%"). Refuses a single point.
    """
    if len(lines) < 2:
        raise InputError(f"The chart of {', '.join(map(str, lines))} has no two points. Say the number in a sentence.")
    places = lines.index.to_numpy() if pd.api.types.is_numeric_dtype(lines.index) else np.arange(len(lines))
    dashes = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
    with style():
        figure = Figure(figsize=(6.69, 2.6))
        axes = figure.add_subplot()
        if not pd.api.types.is_numeric_dtype(lines.index):
            axes.names = list(map(str, lines.index))
        if band is not None:
            axes.fill_between(places, band["lower"], band["upper"], color=DARK_BLUE, alpha=0.16, linewidth=0)
            for edge in ("lower", "upper"):
                axes.plot(places, band[edge], color=DARK_BLUE, linewidth=0.4, label=edge)
        for number, name in enumerate(lines):
            colour = (DARK_BLUE, DARK_PINK, INK)[number % 3]
            marker = "o" if len(lines) <= 12 else ""
            axes.plot(places, lines[name], color=colour, linestyle=dashes[number % 4], marker=marker, label=name)
            _values_on(axes, places, lines[name], values)
        top = max(lines.max(axis=None), 0 if band is None else band["upper"].max()) * 1.12
        bottom = 0 if from_zero else lines.min(axis=None) * 0.95
        ends = {name: float(lines[name].dropna().iloc[-1]) for name in lines}
        named = _spread(ends, gap=0.075 * (top - bottom), fixed=next(iter(ends))) if len(ends) > 1 else {}
        for name, place in named.items():  # of one line alone the title says what it is
            axes.annotate(name, (places[-1], place), (8, 0), textcoords="offset points", va="center", color=INK)
        axes.set_ylim(bottom, top)
        every = -(-len(places) // 7)
        shown = np.arange((len(places) - 1) % every, len(places), every)
        axes.set_xticks(places[shown], [str(lines.index[one]) for one in shown])
        axes.yaxis.set_major_formatter(StrMethodFormatter(form))
    return figure


def _values_on(axes, places, values: pd.Series, form: str) -> None:
    """Print the values of points above them, in a form such as "{:.0f}%"; nothing without one."""
    for place, value in zip(places, values, strict=True):
        if form and not np.isnan(value):
            axes.annotate(form.format(value), (place, value), (0, 6), textcoords="offset points", ha="center")


def control_chart(points: pd.Series, result, target: float | None = None) -> Figure:
    """A series with its centre line, its limits where it has them, and its target; named signals are marked.

    points: values in the order of time, index their labels (periods). result: what control_charts.xmr made of them.
    target: drawn as a line; where it is left out, the one that result judged. Improvement is a diamond, concern a
    square and neither of them a triangle, each in its colour; lines and marks are labelled, and the rule set is named.
    Raises InputError for points or a target that are not those of the result.
    """
    own = result.points
    if len(points) != len(own) or list(points.index) != list(own.index) or not np.allclose(points.astype(float), own):
        raise InputError(
            "The points are not those that the limits were made of. Make the limits of these points first."
        )
    if target is not None and result.target not in (None, target):
        raise InputError(f"The target {target:g} is not the one that the limits were held against, {result.target:g}.")
    target = result.target if target is None else target
    names = [str(label) for label in own.index]
    lines = result.lines.set_axis(names)
    drawn = pd.concat([own, lines["lower"], lines["upper"], pd.Series([target], dtype=float)]).dropna()
    low, high = drawn.min(), drawn.max()
    height = (high - low) or abs(high) or 1.0
    # From zero where the values come near it, else from a little below them; a share ends at 100%.
    bottom = 0.0 if 0 <= low < 0.5 * high else low - 0.1 * height
    top = min(high + 0.12 * height, 100) if result.shares else high + 0.12 * height
    trial = "limit, on trial" if result.kind == "trial_limits" else "limit"
    centre = "Median" if result.kind == "run_chart" else "Mean"
    ends = {f"Lower {trial}": result.lower, centre: result.centre, f"Upper {trial}": result.upper}
    ends = {f"{text}: {place:,.1f}": place for text, place in ends.items() if not np.isnan(place)}
    with style():
        figure = Figure(figsize=(6.69, 2.9))
        axes = figure.add_subplot()
        axes.plot(names, own, "o-", color=DARK_BLUE, linewidth=1.3, markersize=3.5, clip_on=False, label="points")
        _values_on(axes, names, own, "{:,.10g}" if len(own) < LIMITS_FROM else "")
        for number, part in lines.groupby("part"):
            axes.plot(part.index, part["centre"], color=INK, linewidth=1.2, label="centre")
            if part["lower"].notna().all():
                for end in ("lower", "upper"):
                    axes.plot(
                        part.index, part[end], color=INK, linewidth=1, linestyle=(0, (1, 1.5)), label=f"{end} limit"
                    )
            if number > 1:
                start = names.index(part.index[0]) - 0.5
                axes.axvline(start, color=INK, linewidth=0.8)
                axes.annotate("new limits", (start, top), (3, 0), textcoords="offset points", va="top", fontsize=9)
        if target is not None:
            ends[f"Target: {target:,.10g}"] = target
            axes.plot(names, np.full(len(names), target), color=DARK_PINK, linestyle=(0, (5, 3)), linewidth=1.3,
                      label="target")  # fmt: skip
        for variation, shape, colour in (
            ("improvement", "D", DARK_BLUE), ("concern", "s", DARK_PINK), ("neither", "^", INK),
        ):  # fmt: skip
            marked = result.named[result.named["variation"] == variation]
            if marked.empty:
                continue
            values = own.iloc[marked["position"].astype(int)].set_axis([names[i] for i in marked["position"]])
            axes.plot(values.index, values, shape, color=colour, markersize=7.5, clip_on=False, label=variation)
            # The label stands at the outermost mark, away from the line and from the axis.
            up = marked["side"].iloc[-1] in ("above", "rising")
            outermost = values.idxmax() if up else values.idxmin()
            up = up or values[outermost] < bottom + 0.1 * (top - bottom)
            axes.annotate(
                "signal" if variation == "neither" else variation, (outermost, values[outermost]), (0, 7 if up else -7),
                textcoords="offset points", ha="center",
                va="bottom" if up else "top", color=colour, fontsize=9.5,
            )  # fmt: skip
        middle = next(text for text in ends if text.startswith(centre))
        for text, place in _spread(ends, gap=0.075 * (top - bottom), fixed=middle).items():
            axes.annotate(
                text, (names[-1], place), (16, 0), textcoords="offset points", va="center",
                color=DARK_PINK if "Target" in text else INK, weight="semibold" if text == middle else "normal",
            )  # fmt: skip
        axes.set_ylim(bottom, top)
        axes.margins(x=0.03)
        every = -(-len(names) * (max(map(len, names)) + 2) // 70)
        shown = range((len(names) - 1) % every, len(names), every)
        axes.set_xticks(list(shown), [names[position] for position in shown])
        few = "Too few points for limits. " if result.kind == "run_chart" else ""
        axes.set_xlabel(
            f"{few}Rules: {result.rule_set.name}, version {result.rule_set.version}", loc="left", fontsize=9
        )
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    return figure


def outlook_chart(
    fan: pd.DataFrame,
    before: pd.Series,
    first: int,
    labels: dict[int, str],
    years: dict[int, str],
    broken_in: int | None = None,
) -> Figure:
    """What was counted, and what is projected from the last count: a fan that is paler after its first years.

    fan: index year, from the base on; columns people, people_p10, people_p25, people_p75, people_p90. before: people
    counted earlier, by year. first: the last year before it is paler. labels: the texts at the base and at that year.
    years: what the axis calls the years that it names. broken_in: the year with which another collection begins, at
    which a gap is named.
    """
    base, last = fan.index[0], fan.index[-1]
    with style():
        figure = Figure(figsize=(6.69, 3.3))
        axes = figure.add_subplot()
        for low, high, shade in (("people_p10", "people_p90", 0.17), ("people_p25", "people_p75", 0.26)):
            for part, faded in ((fan.loc[:first], 1), (fan.loc[first:], 0.5)):
                axes.fill_between(part.index, part[low], part[high], color=DARK_BLUE, alpha=shade * faded, linewidth=0)
            for edge in (low, high):
                axes.plot(fan.index, fan[edge], linewidth=0, label=edge)
        near, far = fan.loc[:first, "people"], fan.loc[first:, "people"]
        axes.plot(near.index, near, color=DARK_BLUE, label="people")
        axes.plot(far.index, far, color=DARK_BLUE, alpha=0.45, linestyle=(0, (4, 2)), label="people, an illustration")
        axes.plot(before.index, before, color=INK, marker="o", markersize=4.5, linestyle="none", label="counted before")
        for year in before.index.intersection(before.index - 1):  # no line over years that are not on file
            axes.plot([year, year + 1], before.loc[[year, year + 1]], color=INK, linewidth=1.2, label="_joined")
        axes.plot([base], [fan["people"].iloc[0]], color=DARK_PINK, marker="o", markersize=6, label="counted")
        top = fan["people_p90"].max() * 1.06
        for year, text in labels.items():
            at_base = (0.4, "left", 0.08, DARK_PINK)
            place, aligned, start, colour = at_base if year == base else (0.22, "center", 0.5, DARK_BLUE)
            axes.annotate(
                text, (year, fan.loc[year, "people"]), (year - 0.3 * (year == base), place * top), ha=aligned, va="top",
                color=colour, weight="semibold", bbox={"color": "white", "pad": 1},
                arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6, "shrinkB": 4, "relpos": (start, 1)},
            )  # fmt: skip
        if broken_in is not None:
            place = (max(before.index) + broken_in) / 2
            axes.axvline(place, color=INK, linewidth=0.8, linestyle=(0, (1, 2)))
            axes.annotate("collection changed", (place, top), (-5, -3), textcoords="offset points", ha="right",
                          va="top", color=INK)  # fmt: skip
        axes.set_ylim(0, top)
        axes.set_xlim(min([base, *before.index]) - 0.6, last)
        axes.set_xticks(list(years), list(years.values()))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    return figure
