"""England's page: a tile map and a table of all councils, the spread by region, and counts that moved far."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.base import wording
from helpers.base.authorities import known_authorities
from helpers.base.errors import InputError
from helpers.base.paths import LATEST_BASE, TILE_MAP, read_text, root
from helpers.base.periods import financial_year_said
from helpers.base.vocabulary import AGE_BANDS
from helpers.council import all_councils, england_checks
from helpers.paper import open_data, region_strip
from helpers.paper.briefings import LICENCE
from helpers.paper.charts import as_svg
from helpers.published.official.areas import councils_of_today, regions
from helpers.published.processed import read_processed
from helpers.published.sources import citation

#: The side of a tile, and how many shades the map has.
SIDE, SHADES = 40, 5
#: The paper of a council that its row leads to, the first that there is.
PAPERS = ("demand-outlook", "five-year-need", "money", "beside-others")
LEVEL_PCT = 99


def tiles() -> pd.DataFrame:
    """Where each council's tile lies: area_code, council, short (three letters), column, row (from the north-west).

    Raises InputError where a council has no tile or two, and where two lie on one place.
    """
    frame = pd.read_csv(root() / TILE_MAP, dtype={"column": int, "row": int})
    for names, what in ((["area_code"], "council"), (["column", "row"], "place"), (["short"], "short name")):
        if (twice := frame.duplicated(names)).any():
            raise InputError(f"{TILE_MAP}: {frame.loc[twice, 'council'].iloc[0]} has the {what} of another. Mend it.")
    today = councils_of_today()
    if wrong := sorted(set(today) ^ set(frame["area_code"])):
        says = "has no tile" if wrong[0] in today else "is no council of today"
        raise InputError(f"{TILE_MAP}: {wrong[0]} {says}. A council is a line there.")
    return frame


def papers_made() -> dict[str, str]:
    """The papers that are in reports/, by area code: a link from England's page to the council's first."""
    own = {name: council["code"] for name, council in known_authorities().items()}
    named = {_plain(council.council): code for code, council in councils_of_today().items()}
    found = {}
    for folder in sorted((root() / "reports").glob("*/")):
        code = own.get(folder.name) or named.get(_plain(folder.name))
        made = [paper for paper in PAPERS if (folder / f"{paper}.html").is_file()]
        if code and made:
            found[code] = f"../{folder.name}/{made[0]}.html"
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


@dataclass(frozen=True)
class England:
    """What the page says, from the tables that were made of all councils."""

    links: dict[str, str]  # by area code, the council's papers

    @cached_property
    def growth(self) -> pd.DataFrame:
        """The table of growth, its figures as numbers, with change_pct."""
        frame = _numbers(read_processed(all_councils.GROWTH), "origin_people", "year", "rise_pct", "people*")
        return frame.assign(change_pct=100 * (frame["people"] / frame["origin_people"] - 1))

    @cached_property
    def older(self) -> pd.DataFrame:
        return self.growth[self.growth["age_band"] == "65+"].set_index("area_code")

    @cached_property
    def left_out(self) -> pd.Series:
        """Why nothing is projected for a council, by area code."""
        told = read_processed(all_councils.LEFT_OUT).set_index("area_code")
        return told["why"].str.partition(": ")[2].str.removesuffix(" It is left out.").map(wording.sentence_start)

    @cached_property
    def moved(self) -> pd.DataFrame:
        """Every change from one count to the next, its figures as numbers."""
        return _numbers(read_processed(all_councils.MOVED), "origin_people", "people", "lower", "upper")

    @cached_property
    def outside(self) -> pd.DataFrame:
        """The changes outside the interval, the latest first."""
        rows = self.moved[self.moved["outside"] != "no"]
        return rows.sort_values(["period", "council"], ascending=[False, True], kind="stable")

    @property
    def counted_in(self) -> str:
        return self.older["period"].iloc[0]

    @property
    def later(self) -> str:
        return financial_year_said(int(self.older["year"].iloc[0]))

    @cached_property
    def shades(self) -> list[float]:
        """Where one shade of the map ends and the next begins, in whole per cent of change."""
        ends = np.quantile(self.older["change_pct"], np.arange(1, SHADES) / SHADES)
        return sorted({float(np.floor(end + 0.5)) for end in ends})

    def content(self) -> dict:
        """What the template says, in words and figures as they print."""
        middle = self.older["change_pct"].median()
        return {
            "heading": f"The middle council may support {_more(middle)} older people by {self.later}",
            "messages": self._messages(),
            "rows": self._rows(),
            "legend": self._legend(),
            "map_said": self._map_said(),
            "size": {"width": SIDE * (tiles()["column"].max() + 1), "height": SIDE * (tiles()["row"].max() + 1)},
            "side": SIDE,
            "regions": sorted(regions().values()),
            "figure": self._figure(),
            "outside": [self._said(row) for row in self.outside.itertuples()],
            "counted_in": self.counted_in,
            "later": self.later,
            "checks": self._checks(),
            "sources": "; ".join(dict.fromkeys(map(citation, LATEST_BASE))),
            "licence": LICENCE,
        }

    def _map_said(self) -> str:
        """The map in words and figures, for who cannot see it."""
        by_region = region_strip.in_words(self._by_region()).partition(". ")[2]
        every = wording.count(len(tiles()))
        return f"Tile map of {every} councils, a tile each, darker where more people are added. {by_region}"

    def _by_region(self) -> pd.DataFrame:
        """The change of each council, in per cent, with its region as the group."""
        return pd.DataFrame({"group": self.older["region_code"].map(regions()), "value": self.older["change_pct"]})

    def _messages(self) -> dict:
        change = self.older["change_pct"]
        ends = self.older["people_p90"] / self.older["people_p10"]
        every, by_luck = len(self.moved), len(self.moved) * (1 - LEVEL_PCT / 100)
        return {
            "councils": wording.count(len(change)),
            "least": wording.growth(change.min()),
            "most": wording.growth(change.max()),
            "least_name": self.older.loc[change.idxmin(), "council"],
            "most_name": self.older.loc[change.idxmax(), "council"],
            "lead": _in_how_many(change > 0, "More people in"),
            "rise": _in_how_many(self.older["rise_pct"] > 50, "A rise is likelier than a fall in"),
            "times": f"{ends.median():.1f}",
            "changes": wording.count(every),
            "outside": wording.count(len(self.outside)),
            "by_luck": wording.count(round(by_luck)),
            "level": LEVEL_PCT,
        }

    def _rows(self) -> list[dict]:
        """A row a council, by name: what the map and the table say of it."""
        names, councils, found = regions(), councils_of_today(), []
        for tile in tiles().sort_values("council").itertuples():
            council = councils[tile.area_code]
            row = {
                "code": tile.area_code, "name": council.council, "short": tile.short,
                "region": names[council.region_code], "link": self.links.get(tile.area_code, ""),
                "x": SIDE * tile.column, "y": SIDE * tile.row, "notes": self._moves_of(tile.area_code),
            }  # fmt: skip
            row |= self._finding(tile.area_code)
            row["notes"] = [*filter(None, [row["why"].rstrip(".")]), *row["notes"]]
            found.append(row)
        return found

    def _finding(self, area_code: str) -> dict:
        if area_code not in self.older.index:
            why = self.left_out.get(area_code, "No figure on file.")
            return {"shade": "none", "percent": "–", "why": why, "said": f"nothing is projected. {why}"}
        own = self.older.loc[area_code]
        change, shade = wording.growth(own["change_pct"]), int(np.searchsorted(self.shades, own["change_pct"], "right"))
        ends, later = wording.likely_range(own["people_p10"], own["people_p90"]), wording.people(own["people"])
        likely = f"{wording.number_word(round(own['rise_pct'] / 20))} in five"
        return {
            "shade": shade, "percent": change, "why": "", "change": f"{own['change_pct']:.2f}",
            "counted": wording.count(own["origin_people"]), "people": later, "range": ends,
            "rise": f"{own['rise_pct']:.1f}", "likely": likely,
            "said": f"{_more(own['change_pct'])} older people by {self.later}: {later}, likely {ends}. "
            f"The chance of a rise is about {likely}.",
        }  # fmt: skip

    def _moves_of(self, area_code: str) -> list[str]:
        rows = self.outside[self.outside["area_code"] == area_code]
        return [f"count at {AGE_BANDS[row.age_band]} {_way(row)} far to {row.period}" for row in rows.itertuples()]

    def _said(self, row: tuple) -> dict:
        return {
            "name": row.council, "ages": AGE_BANDS[row.age_band], "periods": f"{row.from_period} to {row.period}",
            "before": wording.count(row.origin_people), "now": wording.count(row.people),
            "allowed": f"{wording.count(row.lower)} to {wording.count(row.upper)}", "way": _way(row),
        }  # fmt: skip

    def _legend(self) -> list[dict]:
        ends = [f"{end:.0f}" for end in self.shades]
        words = [f"Under {ends[0]}%", *(f"{a}% to under {b}%" for a, b in pairwise(ends))]
        return [{"shade": shade, "said": said} for shade, said in enumerate([*words, f"{ends[-1]}% and over"])]

    def _figure(self) -> dict:
        values = self._by_region()
        told = region_strip.ends(values)
        title = (
            f"The middle council’s growth runs from {wording.growth(told['median'].min())} in "
            f"{_the(told.index[-1])} to {wording.growth(told['median'].max())} in {_the(told.index[0])}"
        )
        alt = region_strip.in_words(values)
        return {"id": "by-region", "svg": as_svg(region_strip.draw(values)), "title": title, "alt": alt}

    def _checks(self) -> dict:
        tried, found = read_processed(england_checks.TRIED), read_processed(england_checks.FOUND)
        return {
            "tried": wording.count(tried["tried"].astype(int).sum()),
            "jumps": wording.count((found["rule"] == "jumps").sum()),
        }

    def data(self, version: str) -> dict[str, bytes]:
        """The files of all results as open data, by name. version: the day."""
        names, councils = regions(), councils_of_today()
        every = self.growth.assign(region=self.growth["region_code"].map(names))
        columns = ["area_code", "council", "region", "age_band", "period", "origin_people", "year", "people"]
        columns += [
            "people_p05",
            "people_p10",
            "people_p50",
            "people_p90",
            "people_p95",
            "change_pct",
            "rise_pct",
            "vintage",
        ]
        lacking = [
            {"area_code": code, "council": councils[code].council, "age_band": age, "why": why}
            | {"region": names[councils[code].region_code]}
            for code, why in self.left_out.items()
            for age in self.growth["age_band"].unique()
        ]
        every = pd.concat([every, pd.DataFrame(lacking)]).sort_values(["council", "age_band"]).reset_index(drop=True)
        whole = ["origin_people", "year", *(name for name in columns if name.startswith("people"))]
        every = every[[*columns, "why"]].round({"change_pct": 1, "rise_pct": 1})
        every[whole] = every[whole].round().astype("Int64")
        every[["period", "vintage", "why"]] = every[["period", "vintage", "why"]].fillna("")
        moves = self.moved.astype(dict.fromkeys(("origin_people", "people", "lower", "upper"), "int64"))
        tables = {
            "councils": (f"People with long-term support in {self.counted_in} and {self.later}, all councils", every),
            "counts-moved": ("Counts of long-term support, and what the count before would allow", moves),
        }
        cited = [citation(source) for source in dict.fromkeys([*LATEST_BASE, "ons_mid_year_estimates_england"])]
        title = "People with long-term support from adult social care, all councils in England"
        return open_data.package("councils-of-england", title, version, tables, cited)


def _numbers(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The same with these columns as numbers; one that ends in * stands for all that begin so."""
    named = [name for of in columns for name in frame if name == of or (of[-1] == "*" and name.startswith(of[:-1]))]
    return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce") for name in named})


def _way(row: tuple) -> str:
    return "rose" if row.outside == "above" else "fell"


def _more(change_pct: float) -> str:
    """A change as a sentence takes it: "11% more", "3% fewer"."""
    return f"{wording.percentage(change_pct)} {'more' if change_pct >= 0 else 'fewer'}"


def _in_how_many(holds: pd.Series, begins: str) -> str:
    """In how many of the councils that are projected something holds: "... in all 148 councils projected"."""
    every = wording.count(len(holds))
    which = f"all {every} councils" if holds.all() else f"{wording.count(holds.sum())} of {every} councils"
    return f"{begins} {which} projected"


def _the(region: str) -> str:
    return region if region in ("London", "Yorkshire and The Humber") else f"the {region}"


def to_html(content: dict) -> str:
    """The page, self-contained; its one script is named in its policy by its fingerprint, and no other runs."""
    import base64
    import hashlib

    from markupsafe import Markup

    from helpers.paper.publish.html import environment

    script = read_text(Path(__file__).parent / "publish/templates/england.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = environment().get_template("england.html.j2")
    return page.render(content, script=Markup(script), script_hash=f"sha256-{digest}")
