"""The backtest of one council: only what was known in time, bands around forecasts, and what is kept of them."""

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.council import backtests, figures
from helpers.projection import backtest, demand
from helpers.published.processed import read_processed


@pytest.fixture(scope="module")
def county():
    return open_council("leicestershire").history


@pytest.fixture(scope="module")
def constant(county):
    made = backtest.predict(county.points, backtests.growth_known(county))
    return made[made["method"] == "constant_rates"]


def test_the_population_known_is_the_latest_that_had_been_published_and_covers_the_times():
    known = figures.populations_known("leicestershire")
    published = [time for time, *_ in known]
    assert figures.population_known(known, published[0] - 0.01, 2016.0, 2020.0) is None
    estimated, population = figures.population_known(known, published[0], 2016.0, 2020.0)
    assert (estimated, population) == known[0][1:]
    assert figures.population_known(known, published[-1], 2016.0, 2020.0) == known[-1][1:]
    assert figures.population_known(known, 2100.0, 2016.0, 2500.0) is None


def test_growth_is_that_of_the_part_of_the_base_on_the_population_known(county):
    growth, now = backtests.growth_known(county), backtests.growth_now(county)
    known = figures.populations_known("leicestershire")
    part = demand.part_of(county.base, "65+")
    first = demand.growth_of(part, known[0][2], county.bands["central"], 2016.0, 2020.0)
    assert growth("long_term_support_65_plus", 2016.0, 2020.0, known[0][0]) == first
    assert growth("long_term_support_65_plus", 2016.0, 2020.0, 1990.0) is None
    assert now("long_term_support_65_plus", 2016.0, 2500.0, 2100.0) is None
    assert now("long_term_support_65_plus", 2016.0, 2020.0, 1990.0) > 1


def test_the_bands_are_those_that_are_kept_and_a_break_in_between_widens_them(county, constant, monkeypatch):
    banded = backtests.with_bands(county, constant)
    kept = read_processed("backtest_leicestershire").query("method == 'constant_rates'")
    for end, column in (("lower90", "people_p05"), ("upper90", "people_p95")):
        assert banded[end].tolist() == pytest.approx(kept[column].astype(float).tolist(), abs=0.051)
    monkeypatch.setattr(figures, "breaks", lambda: [{"from": "2022-01-01"}])
    wider = backtests.with_bands(county, constant)
    crosses = constant["target_time"].between(2022, 2024)  # the others cross a break that is on file, or none
    crosses &= constant["origin_time"] < 2022
    assert crosses.any() and not crosses.all()
    assert (wider["upper90"] > banded["upper90"])[crosses].all() and (wider["lower90"] < banded["lower90"])[
        crosses
    ].all()


def test_without_a_forecast_there_are_no_bands(county, constant):
    banded = backtests.with_bands(county, constant.iloc[:0])
    assert banded.empty and set(backtest.BAND) <= set(banded)


def test_what_is_kept_has_a_word_where_there_is_no_number(county, constant):
    forecasts = constant.assign(error_pct=1.5, lower90=np.nan, upper90=np.nan)
    kept = backtests.forecasts_kept(county, forecasts)
    assert list(kept) == list(read_processed("backtest_leicestershire")) and set(kept["people_p05"]) == {"none"}
    scores = backtest.score(constant).assign(series="all", skill=np.nan)
    kept = backtests.scores_kept(county, scores)
    assert list(kept) == list(read_processed("backtest_scores_leicestershire")) and set(kept["skill"]) == {"none"}


@pytest.mark.parametrize(("with_band", "coverage", "said"), [(5, 80.0, 80.0), (0, np.nan, "none")])
def test_what_held_says_none_where_no_outcome_could_be_covered(county, with_band, coverage, said):
    row = backtests.held_kept(county, pd.Series({"n_with_band": with_band, "coverage_pct": coverage}), "Well.").iloc[0]
    assert (row["forecasts"], row["coverage_pct"], row["verdict_sentence"]) == (with_band, said, "Well.")
    assert list(row.index) == list(read_processed("backtest_held_leicestershire"))


def test_the_files_behind_are_those_of_the_documents_that_print_the_counts(county):
    files = [path.stem for path in backtests.files_behind(county)]
    assert "figures_dhsc_ascof_2024_25" in files and "claims_leicestershire_residential_care_2023" in files
    assert files == sorted(files)
