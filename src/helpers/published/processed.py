"""Write and read data/processed: tidy CSV files that a person can read in a diff, each with its description."""

import io
import math
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import yaml

from helpers.base import vocabulary, without_entry
from helpers.base.cells import HIDDEN, NOT_GIVEN, NotGiven, no_number
from helpers.base.errors import InputError, nearest
from helpers.base.paths import check_declared, fingerprint, read_text, refuse_edited, relative, write_together
from helpers.base.paths import root as root
from helpers.published.workbooks import is_formula

#: What each column of a processed table means. A table with a column that is not here is refused.
COLUMNS = {
    "area_code": "ONS area code of the council",
    "council": "name of the council, or England",
    "quantity": "what is counted",
    "measure": "during_year, at_date, quarter or year_to_date: how it is counted in time",
    "period_start": "first day of the period (for a date: the day)",
    "period_end": "last day of the period",
    "period": "the period as a reader says it",
    "age_band": "ages in years, both included; all is every age counted",
    "support_reason": "primary support reason",
    "setting": "where support is given, or how it is arranged",
    "service": "kind of service or provider",
    "locality": "district within the area",
    "group": "who is counted, where no other column says it",
    "area": "the area that the figure is of",
    "period_kind": "financial_year, quarter, mid_year, calendar_year, month, date or span",
    "value": "the figure; or suppressed (by its publisher), withheld (here, so that a hidden one stays hidden), "
    "not_available or not_applicable",
    "qualifier": "the word before the figure that widens its bounds, such as over or nearly",
    "check": "id of a check in the document's checks.yaml, or of a total of a table",
    "published": "the figure that is checked: table!cell, or id of a claim",
    "printed": "the figure that is checked, as a number",
    "formula": "how it is recomputed, over other published figures",
    "inputs": "keys of the figures in the formula: document/table!cell, or document/claim",
    "recomputed": "what the formula gives (with hidden counts, the middle of its bounds)",
    "recomputed_lower": "the least that it can give within the bounds of its figures",
    "recomputed_upper": "the most that it can give within the bounds of its figures",
    "hidden": "yes where hidden counts are among the figures of the formula",
    "for_members": "yes where a comparison stands on the members' pages",
    "at_most": "yes where the formula gives the most that the figure can be",
    "working": "the formula with the figures' own numbers",
    "question": "what to ask officers about a disagreement",
    "verdict": "what the recomputation found, one of reconciliation.VERDICTS",
    "cause": "the likely cause of a disagreement, or why figures are not comparable",
    "matters": "why a disagreement matters to a member",
    "claim": "id of a single figure in prose",
    "what": "what it says, in our words",
    "section": "heading that it stands under",
    "item": "what is listed, in our words",
    "missing": "why it is not on file, as a sentence; nothing where it is",
    "figures": "figures in the item, as printed",
    "date": "date, as printed",
    "date_start": "first day of the date",
    "date_end": "last day of the date",
    "lower": "the least that the figure can be, from its rounding or its mark",
    "upper": "the most that the figure can be, from its rounding or its mark",
    "unit": "unit of value, lower and upper",
    "status": "exact, rounded, qualified, corrected, suppressed, withheld, not_available or not_applicable; of a "
    "projection sum (of cells) or rounded",
    "as_published": "the cell, character for character",
    "source": "folder of the document in data/raw",
    "table": "table in that folder's descriptor",
    "cell": "spreadsheet name of the cell in that table's CSV",
    "vintage": "population vintage, as in authorities.toml",
    "scenario": "scenario, as in data/assumptions/scenarios",
    "path": "how population runs between the years on file: geometric, linear or pchip (any: on file)",
    "year": "year of the mid-year (30 June); of people with support on a date, that year's 31 March",
    "origin": "on_file (published), linked (published, at the level of a later source) or interpolated (between years)",
    "series": "series of the backtest, as in authorities.toml",
    "method": "persistence (no change), constant_rates or recent_trend",
    "origin_time": "when the figure stands that the forecast starts from (decimal year)",
    "target_time": "when the figure stands that it predicts (decimal year)",
    "horizon_years": "years from one to the other",
    "origin_people": "the figure that the forecast starts from",
    "forecast_people": "the forecast",
    "published_people": "what was counted later",
    "published_lower": "the least that this can be, from its rounding or its words",
    "published_upper": "the most that this can be, from its rounding or its words",
    "error_pct": "how far the forecast lies above what was counted, in per cent of that",
    "forecasts": "number of forecasts",
    "outcomes": "number of published figures that they predict",
    "mean_error_pct": "mean of the errors: above 0 is too high",
    "mean_absolute_error_people": "mean size of the error",
    "mean_absolute_error_pct": "mean size of the error, in per cent of what was counted",
    "no_change_error_pct": "the same for no change, over the same forecasts",
    "skill": "1 - mean size of the error / that of no change: 1 is perfect, 0 no better",
    "coverage_pct": "share of outcomes that the 90% band held, in per cent (none: no forecast)",
    "verdict_sentence": "how constant rates did, in words",
    "gradient": "rate of support at 85 and over against 65 to 84: flat (1), by_setting, central, low, high",
    "people": "people; in a projection to one decimal, or the word suppressed",
    "people_p05": "lower end of the 90% band of the draws (or suppressed; none: no band)",
    "people_p10": "lower end of the 80% band",
    "people_p25": "lower end of the 50% band",
    "people_p50": "median of the draws",
    "people_p75": "upper end of the 50% band",
    "people_p90": "upper end of the 80% band",
    "people_p95": "upper end of the 90% band",
    "people_printed": "people as they print: to the nearest 5, parts adding to the printed change",
    "factor": "what changes: size of the population, structure (its ages), rate of support",
    "from_year": "first year of a change",
    "layer": "layer of the uncertainty, as in data/assumptions/spread.yaml",
    "share_pct": "share of the variance that the layer adds, in per cent",
    "assumption": "what is assumed, in words",
    "value_p05": "lower end of the 90% band of the draws (people's)",
    "value_p10": "lower end of the 80% band",
    "value_p25": "lower end of the 50% band",
    "value_p50": "median of the draws",
    "value_p75": "upper end of the 50% band",
    "value_p90": "upper end of the 80% band",
    "value_p95": "upper end of the 90% band",
    "driver": "what need grows with: population, or one of data/assumptions/need_drivers.yaml",
    "context": "a published count that stands beside, and is never added",
    "people_lower": "people at the low end of the range of gradients (and of a hidden count's bounds)",
    "people_upper": "people at the high end of the range of gradients (and of a hidden count's bounds)",
    "councils": "every council, or large ones (by people aged 65 and over)",
    "years_apart": "years from one count to another, or to the forecast",
    "starts": "pairs of years so far apart",
    "changes": "changes of councils over those years",
    "spread": "standard deviation between councils of the change of the log of the rate",
    "spread_fitted": "the same, as the form that saturates fits it",
    "spread_assumed": "the same, as in data/assumptions/spread.yaml",
    "change_median": "change of the log of the rate, of the middle council",
    "held_pct": "share of councils that the 90% band held, learned from earlier years alone, in per cent",
    "held_assumed_pct": "the same for the band as in data/assumptions/spread.yaml",
    "forecast_by": "constant_rates, no_change or damped_trend",
    "mean_absolute_log_error": "mean size of the error, as a log (0.1 is about 10%)",
    "mean_log_error": "mean of the errors as logs: above 0 is too high",
    "indicator": "measure that councils are compared by, as in data/assumptions/beside_others.yaml",
    "numerator": "what is counted, or £ (none: only the result is published)",
    "denominator": "what it is a share of, or how many people it is for; of a survey, people who answered",
    "margin": "margin of error of a survey, as its publisher gives it, at 95%",
    "limit_lower": "lower limit of chance around the value, at 95% (none: nothing says how large chance is)",
    "limit_upper": "upper limit of chance around the value",
    "neighbour_code": "ONS area code of a council that is alike",
    "place": "1 for the council that is most alike",
    "distance": "how far apart both are, in standard deviations of the councils",
    "share_65_plus_pct": "people aged 65 and over, in per cent of all ages",
    "share_85_plus_pct": "people aged 85 and over, in per cent of all ages",
    "deprivation_score": "average score of the Index of Multiple Deprivation: higher is more deprived",
    "population": "people of all ages",
    "councils_tried": "councils whose figure was held against the limits around its neighbours",
    "limits_held_pct": "share of these that lay within the limits, in per cent",
    "region_code": "ONS code of the region",
    "coverage_likely_pct": "share of outcomes that the likely range (80% band) held, in per cent",
    "rise_pct": "share of the draws that end above the count, in per cent",
    "why": "why a council is left out",
    "region": "name of the region",
    "change_pct": "change from the count to the projection, in per cent",
    "from_period": "the period of the count before",
    "outside": "above or below the bounds, or no",
    "rule": "what is held against what, one of england_checks.RULES",
    "tried": "figures that could be held against others",
    "found": "figures among these that do not follow",
    "before": "of a change, the figure of the period before (else none)",
    "least": "the least that the figure would be if it followed (none: no number would follow)",
    "most": "the most that it would be",
    "gap": "how far it lies from that at least; of a change robust standard deviations; of marks how many figures",
    "coverage_before_pct": "share of outcomes that the 90% band of the rule before held, in per cent",
}

#: What stands in a column of numbers where there is none.
NO_NUMBER = "none"
#: Decimals of fractions; a column that is not here holds whole numbers.
DECIMALS = (
    dict.fromkeys(
        (
            "people",
            "people_lower",
            "people_upper",
            *vocabulary.QUANTILES,
            *(name.replace("people", "value") for name in vocabulary.QUANTILES),
        )
        + ("forecast_people", "mean_absolute_error_people", "coverage_pct", "share_pct")
        + (
            "held_pct",
            "held_assumed_pct",
            "limits_held_pct",
            "coverage_likely_pct",
            "coverage_before_pct",
            "least",
            "most",
            "gap",
            "rise_pct",
        ),
        1,
    )
    | dict.fromkeys(
        ("error_pct", "mean_error_pct", "mean_absolute_error_pct", "no_change_error_pct", "skill", "horizon_years")
        + ("origin_time", "target_time"),
        2,
    )
    | dict.fromkeys(
        ("numerator", "denominator", "margin", "limit_lower", "limit_upper", "distance", "share_65_plus_pct")
        + ("share_85_plus_pct", "deprivation_score", "population"),
        4,
    )
    | dict.fromkeys(
        ("spread", "spread_fitted", "spread_assumed", "change_median", "mean_absolute_log_error", "mean_log_error"),
        3,
    )
)


def processed_path(name: str) -> Path:
    """The CSV file of a processed table; that of a council without an entry in authorities.toml is in build/."""
    return without_entry.folder_of(name) / f"{name}.csv"


def write_processed(
    frame: pd.DataFrame,
    name: str,
    title: str,
    made_by: str,
    made_from: list[Path],
    as_written: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write a tidy table and, beside it, what it is: title, columns, the notebook and the files that made it.

    frame: as it is to stand in the file, sorted. made_by: the notebook. made_from: the files that were read, of
    which path and SHA-256 are kept. as_written: by file that holds withheld counts, the fingerprint to keep instead
    (withholding.fingerprints_as_written). Returns the CSV's path from the project's folder; nothing is written where
    anything is refused.
    Raises InputError for a column without a meaning, a blank cell, a text that a spreadsheet would carry out as a
    formula, a table without rows, or a file that was edited after it was read.
    """
    if unknown := [column for column in frame.columns if column not in COLUMNS]:
        raise InputError(
            f"The table {name!r} has a column {unknown[0]!r} without a meaning. Add it to processed.COLUMNS."
        )
    if frame.empty:
        raise InputError(f"The table {name!r} has no rows; nothing was written.")
    texts = frame.apply(lambda column: column.map(lambda value: _text(value, DECIMALS.get(column.name, 0))))
    for figure in {"value", "people"} & set(frame):
        bounds = [name for name in ("lower", "upper") if name in frame]
        texts.loc[frame[figure].map(lambda value: isinstance(value, NotGiven)), bounds] = NO_NUMBER
    if (blank := texts == "").any(axis=None):
        column = blank.any().idxmax()
        raise InputError(f"The table {name!r} has a blank cell in the column {column!r}; a missing value needs a word.")
    for column in texts:
        if (formula := texts[column].map(is_formula)).any():
            raise InputError(
                f"The table {name!r} has in the column {column!r} a text that a spreadsheet would carry out as a "
                f"formula: {texts[column][formula].iloc[0]!r}. Begin it with a word where it is declared."
            )
    path = processed_path(name)
    description = {
        "name": name,
        "title": title,
        "path": path.name,
        "rows": len(frame),
        "made_by": made_by,
        "made_from": [
            {"path": relative(file), "sha256_as_written": as_written[relative(file)]}
            if relative(file) in as_written
            else {"path": relative(file), "sha256": fingerprint(file)}
            for file in made_from
        ],
        "columns": {column: COLUMNS[column] for column in frame.columns},
    }
    refuse_edited(made_from)
    about = yaml.safe_dump(description, sort_keys=False, allow_unicode=True, width=110)
    table = texts.to_csv(index=False, lineterminator="\n")
    write_together({path: table.encode(), path.with_suffix(".yaml"): about.encode()})
    return relative(path)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of their columns, left to right, and the ids of a dimension in the vocabulary's order."""
    for column in reversed([name for name in frame.columns if not name.startswith("people")]):
        frame = frame.sort_values(column, key=vocabulary.order(column), kind="stable")
    return frame.reset_index(drop=True)


def _text(value: object, decimals: int) -> str:
    if isinstance(value, float):
        if pd.isna(value):
            return ""
        if math.isinf(value):
            return NO_NUMBER  # a bound that nothing says
        text = f"{value:.{decimals}f}".removesuffix("." + "0" * decimals) if decimals else f"{value:.12g}"
        return "0" if text.lstrip("-0.") == "" else text  # no minus before nothing
    return "" if value is None else str(value)


def read_processed(name: str) -> pd.DataFrame:
    """A processed table: numbers as numbers, a suppressed count as Suppressed, what is not given as NotGiven
    (its bounds NaN), everything else as text.

    Raises InputError where the table has not been made, or no longer reads as it was made.
    """
    path = processed_path(name)
    check_declared(path)
    if not os.path.lexists(path):
        known = sorted(file.stem for file in path.parent.glob("*.csv"))
        raise InputError(
            f"{relative(path)} has not been made yet: run `doit`; what rests on another "
            f"scenario is made with SCENARIO in dodo.py.{nearest(name, known)}"
        )
    text = read_text(path)
    try:
        return _table_in(text).copy()
    except (KeyError, ValueError) as error:
        raise InputError(
            f"{relative(path)} does not read as it was made ({error}): run `doit`, which makes it anew."
        ) from None


@lru_cache(maxsize=64)
def _table_in(text: str) -> pd.DataFrame:
    """The table in the text of its file: its numbers as numbers, and its hidden counts as Suppressed."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    own = ("people_lower", "people_upper") if "people_lower" in frame else ("lower", "upper")
    bounds = {"value": ("lower", "upper")} | {name: own for name in frame if "people" in name}
    numbers = [
        name for name in frame if name in DECIMALS or name in ("value", "lower", "upper", "year", "people_printed")
    ]
    for column in sorted(numbers, key=lambda name: name.endswith(("lower", "upper")), reverse=True):
        words = frame[column].isin([*HIDDEN, *NOT_GIVEN, NO_NUMBER])
        if column in ("lower", "upper"):
            frame[column] = pd.to_numeric(frame[column].where(~words))
            continue
        values = pd.to_numeric(frame[column].where(~words))
        if words.any():
            hidden = frame[words & (frame[column] != NO_NUMBER)]
            ends = [hidden[end] for end in bounds[column]] if len(hidden) else []
            values = values.astype(object).mask(frame[column] == NO_NUMBER, NO_NUMBER)
            values[hidden.index] = [no_number(*said) for said in zip(hidden[column], *ends, strict=True)]
        frame[column] = values
    return frame
