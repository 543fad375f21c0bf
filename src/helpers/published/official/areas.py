"""Which area a code stands for: the councils of today and those before them, districts, regions, England."""

import csv
import functools
import io
import re
from dataclasses import dataclass

import pandas as pd

from helpers.base.errors import InputError
from helpers.base.paths import check_declared, read_text, root

ENGLAND = "E92000001"
#: Where the councils and the districts stand; a new council is a new line in these.
FOLDER = "data/raw/england_areas"


@dataclass(frozen=True)
class Council:
    """One council: name, region, the days that it began and ended ("none"), the councils that cover its area today."""

    area_code: str
    council: str
    cassr_code: str
    region_code: str
    began: str
    ended: str
    now: str

    def serves(self, first_day: str, last_day: str) -> bool:
        """Whether it is a council all through these days."""
        return (self.began == "none" or self.began <= first_day) and (self.ended == "none" or self.ended > last_day)


def of_today(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of England and of councils in years that they served, with today's code where one council followed.

    frame: area_code, and period as a financial year or a date. Adds council, the name; one that was split keeps its
    code and name.
    """
    known, kept = councils(), []
    days = {
        period: days_of(period) if "/" in period else 2 * (pd.Timestamp(period).date().isoformat(),)
        for period in frame["period"].unique()
    }
    for code, period in zip(frame["area_code"], frame["period"], strict=True):
        first, last = days[period]
        if code == ENGLAND:
            kept.append((code, "England"))
        elif known[code].serves(first, last):
            now = known.get(known[code].now, known[code])
            kept.append((now.area_code, now.council))
        else:
            kept.append((None, None))
    codes, names = zip(*kept, strict=True)
    found = frame.assign(area_code=codes, council=names)
    return found[found["area_code"].notna()].reset_index(drop=True)


def _rows(name: str) -> list[dict]:
    path = root() / FOLDER / f"{name}.csv"
    check_declared(path)
    return list(csv.DictReader(io.StringIO(read_text(path))))


def councils() -> dict[str, Council]:
    """The councils with adult social services responsibilities since 2015, by ONS area code."""
    return {row["area_code"]: Council(**row) for row in _rows("councils")}


def councils_of_today() -> dict[str, Council]:
    return {code: one for code, one in councils().items() if one.ended == "none"}


def regions() -> dict[str, str]:
    """The names of the regions, by ONS area code."""
    return {row["region_code"]: row["region"] for row in _rows("regions")}


def lower_tier() -> dict[str, str]:
    """The council of today that each district or unitary area lies in, by ONS area code."""
    return {row["lower_tier_code"]: row["area_code"] for row in _rows("lower_tier")}


def districts_of_today() -> dict[str, str]:
    """The districts and unitary areas that there still are, by ONS area code, each with its name and code in words."""
    rows = [row for row in _rows("lower_tier") if row["ended"] == "none"]
    return {row["lower_tier_code"]: f"{row['lower_tier']} ({row['lower_tier_code']})" for row in rows}


@functools.cache
def is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[EWSNK]\d{8}", text))


def kind_of(code: str, known: dict[str, Council], place: str) -> str:
    """What a code of England stands for: england, region or council. Raises InputError for one that is not known."""
    if code == ENGLAND:
        return "england"
    if code.startswith("E12"):
        return "region"
    if code in known:
        return "council"
    raise InputError(
        f"{place}: the code {code!r} is no council that is known. Compare it with the source; a new council is a new "
        f"line in {FOLDER}/councils.csv."
    )


def days_of(year: str) -> tuple[str, str]:
    """The first and the last day of a financial year such as 2021/22."""
    first = int(year[:4])
    return f"{first}-04-01", f"{first + 1}-03-31"
