"""What if: levers on one council's projection, by the functions that make the papers' numbers."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers import open_council
from helpers.base.errors import InputError
from helpers.base.vocabulary import QUANTILES
from helpers.council import what_if
from helpers.council.what_if import Levers
from helpers.paper import what_if_panel

COUNCILS = ("leicester", "leicestershire")
opened = cache(lambda name: open_council(name, horizon=2036))
SOME = Levers(rate_pct_a_year=-1.6, fewer_entrants_pct=10, to_community_pct=20, cost_pct_a_year=1)


@pytest.mark.parametrize("name", COUNCILS)
def test_with_no_lever_turned_it_is_the_projection_of_the_papers(name):
    kept = opened(name).projection.query("age_band == '65+' and support_reason == 'all' and setting == 'all'")
    made = what_if.projected(opened(name))
    assert list(made.index) == list(kept["year"])
    np.testing.assert_allclose(made["people"], kept["people"].astype(float), atol=0.06)
    # The draws are of the same cells, so that the ends differ by the rounding of what is kept alone.
    np.testing.assert_allclose(made[list(QUANTILES)], kept[list(QUANTILES)].astype(float), atol=0.06)


@pytest.mark.parametrize("name", COUNCILS)
def test_the_reasons_add_to_the_whole_change_and_a_move_takes_nobody_out(name):
    found, made = what_if.reasons(opened(name), SOME), what_if.projected(opened(name), SOME)["people"]
    assert found.sum() == pytest.approx(made.iloc[-1] - made.iloc[0])
    assert list(found.index) == ["population", "rate of support", "fewer new entrants", "from homes to community"]
    assert found["from homes to community"] == pytest.approx(0, abs=1e-6)
    assert found["population"] > 0 > found["rate of support"]


def test_each_lever_does_what_it_says():
    council = opened("leicestershire")
    constant = what_if.projected(council)
    years = constant.index - constant.index[0]
    rate = what_if.projected(council, Levers(rate_pct_a_year=-2))
    np.testing.assert_allclose(rate["people"], constant["people"] * 0.98**years)
    moved = what_if.projected(council, Levers(to_community_pct=20))
    np.testing.assert_allclose(moved["people"], constant["people"])
    assert (moved["care_home"].iloc[1:] < constant["care_home"].iloc[1:]).all()
    dearer = what_if.projected(council, Levers(cost_pct_a_year=3))
    np.testing.assert_allclose(dearer["spending_index"], constant["spending_index"] * 1.03**years)
    fewer = what_if.projected(council, Levers(fewer_entrants_pct=10))["people"] / constant["people"]
    assert fewer.iloc[0] == pytest.approx(1) or fewer.iloc[0] > fewer.iloc[1]
    assert fewer.is_monotonic_decreasing and fewer.iloc[-1] > 0.9 - 1e-9


@pytest.mark.parametrize(("lever", "value"), [("rate_pct_a_year", -6), ("fewer_entrants_pct", float("nan"))])
def test_a_lever_beyond_its_limits_is_refused(lever, value):
    with pytest.raises(InputError, match=f"The lever {lever}"):
        Levers(**{lever: value})


@pytest.mark.papers
def test_the_panel_follows_its_levers_and_says_a_mistake_in_its_place():
    panel = what_if_panel.panel("leicester", 2036)
    council, until, rate, *_, follows = panel.children
    before = follows.value
    assert "<svg" in before and "3,970" in before and "The whole change" in before
    rate.value = -2
    assert follows.value != before and "Rate of support" in follows.value
    council.value = "leicestershire"
    assert "7,870" in follows.value
    council.value = "leicester"
    rate.value = 0
    assert follows.value == before
    until.value = 2026
    assert "2026/27" in follows.value


def test_the_table_gives_the_base_five_years_on_and_the_horizon():
    council = opened("leicestershire")
    shown = what_if_panel.table(council, what_if.projected(council, SOME), what_if.projected(council))
    assert list(shown) == ["2024/25", "2029/30", "2036/37", "2036/37, as they are"]
    assert shown.loc["People aged 65 and over", "2024/25"] == "7,870"
    assert shown.loc["Likely range, four in five", "2024/25"] == "as counted"
    reasons = what_if_panel.reasons_table(council, Levers())
    assert isinstance(reasons, pd.DataFrame) and list(reasons.index) == ["Population", "The whole change"]
