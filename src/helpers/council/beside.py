"""Councils beside each other: what is compared, who is alike, and how one council stands, by ONS area code.

All of it is of official tables that have every council in England, so that it can be asked of any of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from helpers.base import checked_files, schemas
from helpers.base.errors import InputError, nearest
from helpers.base.paths import BESIDE_OTHERS, root
from helpers.projection import chance_limits, neighbours
from helpers.published import processed
from helpers.published.official import areas
from helpers.published.official.tables import read_official, with_bounds

#: The tables of data/processed that notebooks/17_beside_others makes.
COMPARED, NEAREST, LIKENESS = "england/compared_measures", "england/nearest_neighbours", "england/likeness"
HELD = "england/limits_held"
LONDON = "E12000007"
#: Figures whose publisher gives one; what is hidden or was not submitted is left out, and never 0.
GIVEN = ("exact", "rounded")
COLUMNS = ("numerator", "denominator", "margin", "value")


def declared() -> dict:
    """What data/assumptions says of neighbours, limits, groups and measures; measures by id.

    Raises InputError for a file that does not fit, an id that stands twice, and a group that there is not.
    """
    content = checked_files.read_yaml(root() / BESIDE_OTHERS, schemas.BESIDE_OTHERS)
    ids = [one["id"] for one in content["measures"]]
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise InputError(f"{BESIDE_OTHERS}: the measure {twice!r} stands twice. Give each its own id.")
    for one in content["measures"]:
        if one["group"] not in content["groups"]:
            known = list(content["groups"])
            raise InputError(
                f"{BESIDE_OTHERS}: {one['id']!r} is in a group {one['group']!r}.{nearest(one['group'], known)}"
            )
    return content | {"measures": {one["id"]: one for one in content["measures"]}}


def tables_of(measures: Iterable[dict]) -> list[str]:
    """The tables that these measures are of, as "source/table", each once."""
    named = [table for one in measures for table in (one["table"], one.get("among", {}).get("table"))]
    return list(dict.fromkeys(filter(None, named)))


def sources(content: dict) -> list[str]:
    """The publications that measures are of, by folder, in the order of the measures."""
    return list(dict.fromkeys(table.partition("/")[0] for table in tables_of(content["measures"].values())))


# For all councils


def compared(content: dict) -> pd.DataFrame:
    """Every measure of every council of today, of each region, and of England, with the limits of chance.

    area_code, council (or region, or England), indicator, period, numerator, denominator, margin, value, limit_lower,
    limit_upper; NaN where a figure is not of the measure's kind. Without what is hidden or was not submitted. A region
    is what its councils that have a figure come to together; where only results are published, the middle of theirs.
    """
    level = content["limits"]["level_pct"]
    found = [_of_measure(one, level) for one in content["measures"].values()]
    return pd.concat(found, ignore_index=True)


def _of_measure(measure: dict, level: float) -> pd.DataFrame:
    kind, per = measure["kind"], measure.get("per", 1)
    if kind == "survey":
        frame = pd.DataFrame(
            {
                "value": _figures(measure, measure["of"] | {"column": "outcome"}),
                "margin": _figures(measure, measure["of"] | {"column": "margin_of_error"}),
                "denominator": _figures(measure, measure["of"] | {"column": "number_of_respondents"}),
            }
        )
    elif "among" in measure:
        of, among = _figures(measure, measure["of"]), _figures(measure, measure["among"])
        frame = pd.DataFrame({"numerator": of, "denominator": among})
        if "outcome" in read_official(*measure["table"].split("/")):  # its publisher gives none where parts do not fit
            printed = _figures(measure, measure["of"] | {"column": "outcome"})
            frame = frame[frame.index.isin(printed.index)]
            if measure["among"] == measure["of"] | {"column": "denominator"}:
                frame = frame.assign(value=printed)
    else:
        frame = pd.DataFrame({"value": _figures(measure, measure["of"])})
    frame = frame.reindex(columns=COLUMNS).dropna(how="all")
    frame = pd.concat([frame, _regions(frame, measure)])
    if "among" in measure:
        frame = frame[frame["denominator"] > 0]
        frame = frame.assign(value=frame["value"].fillna(per * frame["numerator"] / frame["denominator"]))
    frame = frame[frame["value"].notna() & ((frame["value"] > 0) | (kind != "price"))]
    ends = [chance_limits.of_chance(kind, row, per, level) for _, row in frame.iterrows()]
    known = {code: one.council for code, one in areas.councils_of_today().items()} | areas.regions()
    frame = frame.assign(
        indicator=measure["id"],
        period=measure.get("when", measure["period"]),
        council=frame.index.map({**known, areas.ENGLAND: "England"}),
        limit_lower=[lower for lower, _ in ends],
        limit_upper=[upper for _, upper in ends],
    )
    columns = ["area_code", "council", "indicator", "period", *COLUMNS, "limit_lower", "limit_upper"]
    return frame.rename_axis("area_code").reset_index()[columns]


def _figures(measure: dict, rows: dict) -> pd.Series:
    """The figures that these rows of a table hold, by code of a council of today or of England; several are summed."""
    table, column = rows.get("table", measure["table"]), rows["column"]
    source, _, name = table.partition("/")
    where = {key: value for key, value in rows.items() if key not in ("table", "column")} | {
        "period": measure["period"]
    }
    frame = with_bounds(source, name, column)
    for key, value in where.items():
        if key not in frame:
            raise InputError(f"{BESIDE_OTHERS}: {measure['id']!r} asks for {key!r}, and {table} has no such column.")
        frame = frame[frame[key] == value]
    if frame.empty:
        raise InputError(f"{BESIDE_OTHERS}: {measure['id']!r}: {table} has no row where {where}. Look at its labels.")
    frame = areas.of_today(frame)
    given = frame["status"].isin(GIVEN)
    without = frame.loc[~given, "area_code"]
    frame = frame[given & ~frame["area_code"].isin(without)]
    today = [*areas.councils_of_today(), areas.ENGLAND]
    return frame[frame["area_code"].isin(today)].groupby("area_code")["value"].sum().astype(float)


def _regions(frame: pd.DataFrame, measure: dict) -> pd.DataFrame:
    """The regions' figures, from those of their councils."""
    region = pd.Series({code: one.region_code for code, one in areas.councils_of_today().items()})
    councils = frame[frame.index.isin(region.index)]
    if "among" in measure:
        councils = councils.dropna(subset=["numerator", "denominator"])
        return councils.groupby(region)[["numerator", "denominator"]].sum().reindex(columns=COLUMNS)
    return councils.groupby(region)[["value"]].median().reindex(columns=COLUMNS)


def likeness(estimates: str, deprivation: str) -> pd.DataFrame:
    """What councils are alike in, a row a council of today that has all of it: shares of ages, deprivation, population.

    estimates, deprivation: folders of data/raw. Columns: area_code, council, region_code, and the characteristics.
    """
    people = read_official(estimates, "after_census_2021")
    people = people[people["period"] == people["period"].max()].set_index("area_code")
    ages = people[[*map(str, range(90)), "90+"]].astype(float)
    scores = areas.of_today(read_official(deprivation, "average_scores")).set_index("area_code")["average_score"]
    known, everyone = areas.councils_of_today(), ages.sum(axis=1)
    frame = pd.DataFrame(
        {
            "council": {code: one.council for code, one in known.items()},
            "region_code": {code: one.region_code for code, one in known.items()},
            "share_65_plus_pct": 100 * ages.iloc[:, 65:].sum(axis=1) / everyone,
            "share_85_plus_pct": 100 * ages.iloc[:, 85:].sum(axis=1) / everyone,
            "deprivation_score": scores.astype(float),
            "population": everyone,
        }
    )
    return frame.loc[sorted(known)].dropna().rename_axis("area_code").reset_index()


def nearest_neighbours(alike: pd.DataFrame, content: dict) -> pd.DataFrame:
    """The nearest of every council in likeness, as many as the largest number that is tried (neighbours.nearest)."""
    rule = content["neighbours"]
    frame = alike.set_index("area_code")
    frame = frame.assign(log_population=np.log(frame["population"]))
    apart = neighbours.distances(frame[list(rule["weights"])], rule["weights"])
    return neighbours.nearest(apart, frame["region_code"] == LONDON, max(rule["count"], *rule["others_tried"]))


def limits_held(figures: pd.DataFrame, near: pd.DataFrame, content: dict) -> pd.DataFrame:
    """How often the limits around neighbours held a council's own figure: indicator, councils_tried, limits_held_pct.

    figures, near: as from compared and nearest_neighbours. A rule that is right holds as many as its level says.
    """
    rule, level = content["neighbours"], content["limits"]["level_pct"]
    near = near[near["place"] <= rule["count"]].groupby("area_code")["neighbour_code"].agg(list).to_dict()
    found = []
    for name, measure in content["measures"].items():
        rows = figures[figures["indicator"] == name].set_index("area_code")
        held = chance_limits.held(measure["kind"], rows, near, level, rule["least"])
        found.append((name, len(held), 100 * np.mean(held)))
    return pd.DataFrame(found, columns=["indicator", "councils_tried", "limits_held_pct"])


# For one council


@dataclass(frozen=True)
class Beside:
    """One council beside others, from the tables that were made of all. area_code: of a council of today."""

    area_code: str

    @cached_property
    def content(self) -> dict:
        return declared()

    @cached_property
    def name(self) -> str:
        """The council as lists of councils have it: "Leicester". Raises InputError for a code that is none of today."""
        known = areas.councils_of_today()
        if self.area_code not in known:
            raise InputError(f"{self.area_code!r} is no council of today.{nearest(self.area_code, list(known))}")
        return known[self.area_code].council

    @cached_property
    def region_code(self) -> str:
        return areas.councils_of_today()[self.area_code].region_code

    @cached_property
    def region(self) -> str:
        return areas.regions()[self.region_code]

    @cached_property
    def every(self) -> pd.DataFrame:
        """All figures of all councils, by measure and area: numbers, NaN where there is none."""
        frame = processed.read_processed(COMPARED).set_index(["indicator", "area_code"])
        numbers = [*COLUMNS, "limit_lower", "limit_upper"]
        return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce") for name in numbers})

    @cached_property
    def _rows_of(self) -> dict[str, pd.DataFrame]:
        return {name: rows.droplevel(0) for name, rows in self.every.groupby(level=0)}

    @cached_property
    def alike(self) -> pd.DataFrame:
        """What councils are alike in, by area code."""
        return processed.read_processed(LIKENESS).set_index("area_code")

    @cached_property
    def unlike_any(self) -> list[str]:
        """The councils that the rule leaves out, as a figure of theirs is not on file, by name."""
        return [one.council for code, one in areas.councils_of_today().items() if code not in self.alike.index]

    def neighbours(self, count: int | None = None) -> pd.DataFrame:
        """The councils that are most alike, the nearest first, by area code: council, place, distance.

        Raises InputError for a council that lacks what the rule needs, and for fewer than the rule's least.
        """
        return self._nearest(count or self.content["neighbours"]["count"])

    @cached_property
    def _nearest(self) -> Callable[[int], pd.DataFrame]:
        return cache(self._neighbours)

    def _neighbours(self, count: int) -> pd.DataFrame:
        rule = self.content["neighbours"]
        frame = processed.read_processed(NEAREST)
        frame = frame[frame["area_code"] == self.area_code].set_index("neighbour_code")
        frame = frame.assign(place=frame["place"].astype(int)).sort_values("place").head(count)
        if len(frame) < rule["least"]:
            raise InputError(
                f"{self.name} has {len(frame)} neighbours on file, and {rule['least']} are needed: its age, "
                f"deprivation or size is not in {LIKENESS}. Nothing is compared."
            )
        return frame.assign(council=self.alike.loc[frame.index, "council"])[["council", "place", "distance"]]

    @property
    def can_compare(self) -> bool:
        """Whether the council has neighbours: a premise for a paper."""
        found = processed.read_processed(NEAREST)["area_code"] == self.area_code
        return int(found.sum()) >= self.content["neighbours"]["least"]

    @cached_property
    def standing(self) -> pd.DataFrame:
        """How the council stands on each measure of which it has a figure (stands)."""
        return self.stands()

    @cached_property
    def under_each_rule(self) -> dict[int, pd.Series]:
        """The verdicts (stands) with each number of neighbours that is tried, the rule's own among them."""
        rule = self.content["neighbours"]
        found = {count: self.stands(count)["verdict"] for count in rule["others_tried"] if count != rule["count"]}
        return dict(sorted({**found, rule["count"]: self.standing["verdict"]}.items()))

    def stands(self, count: int | None = None, names: Iterable[str] = ()) -> pd.DataFrame:
        """How the council stands on each measure, or on these, beside this many neighbours (by default the rule's).

        own, lower_own, upper_own: its figure and its limits of chance (NaN: not known). middle, least, most: of the
        neighbours. region, england. lower, upper: where a further council like these would lie. place: the council
        within these limits, -1 and 1 at the ends. councils: neighbours with a figure. verdict: above or below (outside
        the limits), differs (by more than chance, within the limits), alike; or none, with too few neighbours.
        """
        codes, rule = list(self.neighbours(count).index), self.content["neighbours"]
        found = {}
        for name in names or self.content["measures"]:
            measure, rows = self.content["measures"][name], self._rows_of[name]
            if self.area_code not in rows.index:
                continue
            own, others = rows.loc[[self.area_code]], rows[rows.index.isin(codes)]
            level, per = self.content["limits"]["level_pct"], measure.get("per", 1)
            limit = chance_limits.of_others(measure["kind"], own, others, per, level, rule["least"])
            row, values = own.iloc[0], others["value"]
            found[name] = {
                "own": row["value"],
                "lower_own": row["limit_lower"],
                "upper_own": row["limit_upper"],
                "middle": values.median(),
                "least": values.min(),
                "most": values.max(),
                "region": rows["value"].get(self.region_code, np.nan),
                "england": rows["value"].get(areas.ENGLAND, np.nan),
                "lower": limit.lower if limit else np.nan,
                "upper": limit.upper if limit else np.nan,
                "place": float(limit.places(own).iloc[0]) if limit else np.nan,
                "councils": len(others),
            }
        frame = pd.DataFrame(found.values(), index=list(found))
        return frame.assign(verdict=[_verdict(row) for row in frame.itertuples()])

    def places(self, name: str) -> pd.Series:
        """Where every area lies on a measure within the limits around this council's neighbours, by area code."""
        measure, rows = self.content["measures"][name], self._rows_of[name]
        others = rows[rows.index.isin(self.neighbours().index)]
        level, per = self.content["limits"]["level_pct"], measure.get("per", 1)
        own = rows.loc[[self.area_code]]
        return chance_limits.of_others(
            measure["kind"], own, others, per, level, self.content["neighbours"]["least"]
        ).places(rows)


def _verdict(row: tuple) -> str:
    if np.isnan(row.place):
        return "none"
    if abs(row.place) > 1:
        return "above" if row.place > 0 else "below"
    if not np.isnan(row.lower_own) and not row.lower_own <= row.middle <= row.upper_own:
        return "differs"
    return "alike"
