"""One line opens a council: what it holds, what it reads and when, and what it says of what is not on file."""

import subprocess
import sys

import numpy as np
import pytest

import helpers
from helpers import open_council
from helpers.base.errors import InputError
from helpers.council import figures, series
from helpers.projection.projection_tables import people_at, row_of


def test_a_council_is_opened_with_its_central_vintage_and_constant_rates():
    council = open_council("leicester")
    assert (council.id, council.name, council.area_code) == ("leicester", "Leicester City Council", "E06000016")
    assert (council.scenario, council.vintage) == ("constant_rates", "ons_2022_based")
    assert council.chosen["short_title"] == "ONS, 2022-based"
    assert (council.base_year, council.start, council.unit) == (2024, 2024.75, "people during a year")
    assert council.population("ons_2018_based").vintage == "ons_2018_based"
    assert set(council.populations()) == {"geometric", "linear", "pchip"}
    assert council.support_source in council.citation and council.chosen["title"] in council.citation


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"authority_id": "leicestr"}, "no authority 'leicestr'.*Did you mean 'leicester'"),
        ({"authority_id": "leicester", "vintage": "ons_2018"}, "no population vintage 'ons_2018'.*'ons_2018_based'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_when_the_council_is_opened(arguments, said):
    with pytest.raises(InputError, match=said):
        open_council(**arguments)


def test_what_is_not_on_file_is_said_in_one_sentence_where_it_is_asked_for():
    council = open_council("leicester")
    assert council.has("support", "vintages") and not council.has("support", "outcome")
    with pytest.raises(InputError, match="Not on file for Leicester City Council: a later count that is made as the "):
        _ = council.outcome
    with pytest.raises(InputError, match="The last year is not said: open the council with one, as in horizon=2037"):
        _ = council.rules
    joined = open_council("leicestershire", "prevention+setting_shift", horizon=2037, as_of="2026-11-26")
    assert len(joined.rules) == 2
    with pytest.raises(InputError, match="joins several scenarios"):
        _ = joined.rule


def test_a_scenario_whose_review_is_overdue_on_the_day_is_refused_when_it_is_asked_for():
    council = open_council("leicester", horizon=2037, as_of="2099-01-01")
    with pytest.raises(InputError, match="has passed on 2099-01-01"):
        _ = council.rules


def test_opening_a_council_reads_no_table_and_each_is_read_once(monkeypatch):
    read = []
    support_of = figures.support_of
    monkeypatch.setattr(
        figures, "support_of", lambda authority_id, key: read.append(authority_id) or support_of(authority_id, key)
    )
    council = open_council("leicestershire")
    assert read == []
    assert len(council.support) and len(council.base) and council.start
    assert read == ["leicestershire"]


def test_people_between_two_years_lie_on_the_line_between_them():
    council = open_council("leicester")
    first, second = (row_of(council.projection, year, "18+") for year in (2030, 2031))
    between = people_at(council.projection, first["time"] + 0.25, "18+")
    assert between == pytest.approx(0.75 * first["people"] + 0.25 * second["people"])
    both = people_at(council.projection, np.array([first["time"], second["time"]]), "18+")
    assert list(both) == pytest.approx([first["people"], second["people"]])


def test_people_are_not_given_outside_the_projection_nor_for_a_group_that_it_has_not_nor_where_hidden():
    council = open_council("leicestershire")
    with pytest.raises(InputError, match=r"runs from 2024\.75 to .* at 2014\.00"):
        people_at(council.projection, 2014.0, "65+")
    with pytest.raises(InputError, match="no age band '66"):
        people_at(council.projection, 2030.0, "66+")
    hidden = council.projection[council.projection["status"] == "suppressed"].iloc[0]
    assert (
        people_at(council.projection, 2030.5, hidden["age_band"], hidden["support_reason"], hidden["setting"]) is None
    )


def test_dodo_need_not_wait_for_what_a_notebook_opens():
    code = "import sys, dodo; sys.exit('helpers.council.opened' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with pytest.raises(AttributeError, match="no attribute 'opened_council'"):
        _ = helpers.opened_council


def test_a_notebook_that_opens_a_council_rests_on_all_that_this_takes():
    from helpers.pipeline.lineage import helper_files, imports_of

    files = helper_files(imports_of("notebooks/30_population.ipynb"))
    assert {"src/helpers/council/opened.py", "src/helpers/projection/demand.py"} <= set(files)
    assert "src/helpers/council/opened.py" not in helper_files(imports_of("src/helpers/base/wording.py"))


def test_a_scenario_does_to_the_base_what_its_parts_do_together():
    council = open_council("leicester", "recent_trend+prevention", horizon=2037, as_of="2026-11-26")
    assert council.trends["prevention"] == 0 and council.trends["recent_trend"] != 0
    assert council.effect.log_rate.shape == (len(council.base), len(council.years))
    said = series.rules_said(council.id, council.rules, council.trends).set_index("kind")
    assert said.loc["trend", "follows"] == series.series_said(council.id, council.rules[0])
    assert said.loc["trend", "trend_pct_a_year"] == pytest.approx(100 * council.trends["recent_trend"])
    assert said["follows"].drop("trend").tolist() == ["no series"]


def test_a_year_and_its_time_are_found_one_from_the_other():
    council = open_council("leicester", horizon=2037)
    assert list(council.year_of(council.time_of(council.years))) == list(council.years)
    assert set(council.working_age) == {"working_age_error", "share_18_24"}


def test_the_population_straight_from_its_documents_is_what_is_kept():
    council = open_council("leicester", vintage="ons_2022_based")
    printed, kept = council.printed_population(), council.population()
    assert printed.path == kept.path and printed.people("85+", 2030.5) == pytest.approx(
        kept.people("85+", 2030.5), rel=1e-5
    )
