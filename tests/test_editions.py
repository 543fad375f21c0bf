"""What an edition keeps, and how two of them are held against each other. (doit's part of it is in test_pipeline.)"""

import re
import shutil

import pytest
from conftest import PROJECT, replace

from helpers.base.authorities import authority_named, known_authorities
from helpers.base.errors import InputError
from helpers.paper import editions, headlines, what_changed
from helpers.pipeline.lineage import fingerprint_in_edition

#: An edition as `doit edition --keep 2026-11` left it: an example, not the one that papers are held against.
EXAMPLE = PROJECT / "tests/editions/2026-11"
COUNTY = "data/raw/leicestershire_residential_care_2024/care_homes_by_type.csv"
ESTIMATES = "data/raw/ons_mid_year_estimates/population_leicestershire.csv"
UNCERTAINTY = "data/assumptions/uncertainty.yaml"  # as it was called when the example was kept
PROJECTING = "notebooks/40_project.ipynb"


@pytest.fixture
def kept(project):
    """A project in which the example is kept."""
    shutil.copytree(EXAMPLE, project / "editions/2026-11")
    return project


@pytest.fixture
def example(kept):
    return editions.edition("leicestershire")


def with_changes(rows, **changes):
    """Fingerprints with other ones for some files; None takes a file out."""
    new = [row | {"sha256": changes.get(row["file"], row["sha256"])} for row in rows]
    return [row for row in new if row["sha256"] is not None]


@pytest.mark.snapshots
@pytest.mark.parametrize("authority_id", ["leicester", "leicestershire"])
def test_the_headlines_of_today(authority_id, snapshot):
    found = headlines.headlines(authority_id)
    assert {row["headline"]: f"{headlines.said(row)} ({headlines.range_said(row)})" for row in found} == snapshot


class TestHeadlines:
    def test_they_are_the_rows_of_the_processed_tables_as_they_print(self):
        found = {row["headline"]: row for row in headlines.headlines("leicestershire")}
        older = found["People aged 65 and over with long-term support, during 2036/37"]
        assert (older["kind"], older["unit"]) == ("demand", "people")
        assert older["lower"] < older["value"] < older["upper"]
        assert found["Published figures that do not fit others"]["lower"] is None
        assert {row["kind"] for row in found.values()} == {"demand", "need", "money_and_beds", "checks"}
        for row in found.values():
            assert row["unit"] == "checks" or row["value"] % (1_000_000 if row["unit"] == "gbp" else 5) == 0

    def test_ages_are_given_apart(self):
        for authority_id in ("leicester", "leicestershire"):
            need = [row["headline"] for row in headlines.headlines(authority_id) if row["kind"] == "need"]
            assert [words.split(" with")[0] for words in need] == ["People aged 18 to 64", "People aged 65 and over"]

    def test_they_are_of_years_after_the_latest_count(self):
        for authority_id in ("leicester", "leicestershire"):
            found = {row["headline"]: row["kind"] for row in headlines.headlines(authority_id)}
            years = {
                "need": "2029/30",
                "demand": "2036/37",
                "money_and_beds": "20(29/30|36/37)",
                "checks": "^Published",
            }
            assert all(re.search(years[kind], words) for words, kind in found.items())

    def test_money_and_beds_are_those_of_the_years_that_the_papers_speak_of(self):
        for authority_id in ("leicester", "leicestershire"):
            found = [row["headline"] for row in headlines.headlines(authority_id) if row["kind"] == "money_and_beds"]
            spending = [f"Spending on long-term care before income in {year}" for year in ("2029/30", "2036/37")]
            assert [words for words in found if words.startswith("Spending")] == spending

    def test_checks_are_counted_as_the_paper_on_them_counts(self):
        for authority_id, counted in (("leicester", (53, 8)), ("leicestershire", (91, 15))):
            found = [row["value"] for row in headlines.headlines(authority_id) if row["kind"] == "checks"]
            assert tuple(found) == counted

    @pytest.mark.parametrize(
        ("row", "words", "likely"),
        [
            ({"value": 11490, "lower": 4670, "upper": 30030, "unit": "people"}, "11,490", "4,700 to 30,000"),
            ({"value": 245400000, "lower": 129e6, "upper": 564e6, "unit": "gbp"}, "£245 million",
             "£129 million to £564 million"),
            ({"value": 9, "lower": None, "upper": None, "unit": "checks"}, "9", "no range"),
            (None, "none", "no range"),
        ],
    )  # fmt: skip
    def test_they_are_said_and_so_is_their_range(self, row, words, likely):
        row = row and row | {"futures": None if row["lower"] is None else headlines.FUTURES}
        assert (headlines.said(row), headlines.range_said(row)) == (words, likely)

    def test_a_range_of_nine_in_ten_is_not_said_to_be_of_four_in_five(self, example):
        row = next(row for row in example["headlines"] if row["lower"])
        assert row["futures"] == "nine in ten" and headlines.range_said(row) == "no range"


class TestKeeping:
    def test_what_is_kept_is_what_is_read(self, project):
        for authority_id in ("leicester", "leicestershire"):
            path = editions.present_file(authority_id)
            path.parent.mkdir(parents=True)
            shutil.copy(EXAMPLE / authority_id / "fingerprints.csv", path)
        present = {authority_id: headlines.headlines(authority_id) for authority_id in ("leicester", "leicestershire")}
        files = editions.keep("2027-02", present)
        assert files[0] == "editions/2027-02/leicester/headlines.csv" and len(files) == 4
        read = editions.edition("leicester")
        assert read["name"] == "2027-02" and read["headlines"] == present["leicester"]

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "november",
            "2026",
            "2026-11 draft",
            "../2026-11",
            "2026-11/x",
            "2026-13",
            "2026-00",
            "0000-11",
            "２０２６-11",
        ],
    )
    def test_a_name_that_would_not_sort_is_refused(self, project, name):
        with pytest.raises(InputError, match="its name begins with a year and a month, as in 2026-11"):
            editions.keep(name, {})

    def test_an_edition_is_not_kept_over(self, kept):
        with pytest.raises(InputError, match="editions/2026-11 is kept already"):
            editions.keep("2026-11", {})

    def test_the_latest_is_the_last_by_name(self, kept):
        shutil.copytree(EXAMPLE, kept / "editions/2026-09-draft")
        assert editions.kept("leicester") == ["2026-09-draft", "2026-11"]
        assert editions.edition("leicester")["name"] == "2026-11"
        assert editions.edition("leicester", "2026-09-draft")["name"] == "2026-09-draft"

    @pytest.mark.parametrize(
        ("name", "meeting", "found"),
        [
            ("2026-11-22", "2026-11-26", True),
            ("2026-11-26", "2026-11-26", False),
            ("2026-11-99", "2026-11-26", False),
            ("2026-11-99", "2026-12-01", True),
        ],
    )
    def test_an_edition_with_a_day_is_held_against_papers_of_a_later_day(self, project, name, meeting, found):
        shutil.copytree(EXAMPLE, project / "editions" / name)
        assert bool(editions.edition("leicester", before=meeting)) is found

    @pytest.mark.parametrize(
        ("meeting", "name"), [("2026-11-26", "2026-09-draft"), ("2026-12-01", "2026-11"), ("2026-09-30", None)]
    )
    def test_a_paper_is_not_held_against_its_own_edition(self, kept, meeting, name):
        shutil.copytree(EXAMPLE, kept / "editions/2026-09-draft")
        found = editions.edition("leicester", before=meeting)
        assert (found and found["name"]) == name
        assert editions.edition("leicester", "2026-11", meeting)["name"] == "2026-11"

    def test_without_an_edition_there_is_nothing_to_compare(self, project):
        assert editions.edition("leicester") is None
        with pytest.raises(InputError, match=r"no edition '2026-11' of leicester.*None is kept yet"):
            editions.edition("leicester", "2026-11")

    def test_an_unknown_edition_is_named_with_the_nearest(self, kept):
        with pytest.raises(InputError, match=r"no edition '2026-10' of leicester.*Did you mean '2026-11'"):
            editions.edition("leicester", "2026-10")

    def test_what_the_pipeline_has_not_made_is_said(self, kept):
        with pytest.raises(InputError, match=r"build/leicester/fingerprints.csv is not there: run `doit edition`"):
            editions.fingerprints("leicester")


class TestCauses:
    @pytest.mark.parametrize(
        ("file", "cause"),
        [
            (COUNTY, "figure"),
            (ESTIMATES, "vintage"),
            ("data/raw/ons_2018_based_projections/datapackage.yaml", "vintage"),
            ("data/raw/leicestershire_market_position_statement_2016/population.csv", "vintage"),
            ("data/raw/leicestershire_market_position_statement_2016/datapackage.yaml", "figure"),
            (UNCERTAINTY, "assumption"),
            ("data/assumptions/scenarios/prevention.yaml", "assumption"),
            ("authorities.toml", "assumption"),
            (PROJECTING, "code"),
            ("src/helpers/projection/demand.py", "code"),
            ("requirements.lock", "code"),
        ],
    )
    def test_each_file_is_of_one_cause(self, project, file, cause):
        assert editions.cause_of(file, editions.population_files()) == cause

    def test_the_example_names_no_table_of_another_council(self, example):
        files = [row["file"] for row in example["fingerprints"]]
        assert ESTIMATES in files and not any(file.endswith("_leicester.csv") for file in files)

    def test_only_what_feeds_figures_counts_in_authorities_toml(self, project):
        def prints():
            return fingerprint_in_edition("authorities.toml", known_authorities()["leicestershire"])

        before = prints()
        text = (project / "authorities.toml").read_text(encoding="utf-8").replace("2026-11-26", "2027-02-11")
        (project / "authorities.toml").write_text(text, encoding="utf-8")
        assert prints() == before
        replace(project / "authorities.toml", "estimates_to = 2012", "estimates_to = 2011")
        assert prints() != before

    def test_a_notebook_s_fingerprint_is_of_its_code(self, project):
        before = fingerprint_in_edition(PROJECTING, {})
        path = project / PROJECTING
        path.write_text(path.read_text(encoding="utf-8").replace('"execution_count": 1,', '"execution_count": 9,'))
        assert fingerprint_in_edition(PROJECTING, {}) == before

    def test_a_helper_that_moved_with_its_imports_and_words_is_the_same(self, project):
        old, new = "src/helpers/projection/rates.py", "src/helpers/checks/rates.py"
        before = fingerprint_in_edition(old, {})
        text = (
            (project / old).read_text(encoding="utf-8").replace("from helpers.base.errors import", "from errors import")
        )
        (project / new).write_text(f"{text}\n# Moved.\n", encoding="utf-8")
        assert fingerprint_in_edition(new, {}) == before
        row = {"cause": "code", "sha256": before, "kinds": "demand"}
        assert editions.changed_files([{**row, "file": old}], [{**row, "file": new}]) == []
        edited = {**row, "file": new, "sha256": "edited"}
        assert [file["file"] for file in editions.changed_files([{**row, "file": old}], [edited])] == [new]


class TestComparison:
    def test_a_document_that_only_another_council_has_is_no_cause(self):
        own, other = COUNTY, "data/raw/leicester_overview_2024/claims.csv"
        files = [{"file": name} for name in (own, other, ESTIMATES, "authorities.toml", PROJECTING)]
        assert [file["file"] for file in editions.of_no_other("leicestershire", files)] == [
            own, ESTIMATES, "authorities.toml", PROJECTING,
        ]  # fmt: skip
        assert {"file": own} not in editions.of_no_other("leicester", files)

    def test_changed_new_and_lost_files_are_found_by_cause(self, example):
        now = with_changes(example["fingerprints"], **{UNCERTAINTY: "2", ESTIMATES: "1", COUNTY: None})
        now.append({"cause": "figure", "file": "data/raw/new/table.csv", "sha256": "3", "kinds": "checks"})
        files = editions.changed_files(example["fingerprints"], now)
        assert [(file["cause"], file["file"]) for file in files] == [
            ("figure", COUNTY),
            ("figure", "data/raw/new/table.csv"),
            ("vintage", ESTIMATES),
            ("assumption", UNCERTAINTY),
        ]
        assert files[0]["now"] == files[1]["then"] == "none" and files[3]["now"] == "2"

    def test_the_same_edition_has_no_change(self, example):
        assert editions.changed_files(example["fingerprints"], example["fingerprints"]) == []
        compared = headlines.compared(example["headlines"], example["headlines"], [])
        assert len(compared) == len(example["headlines"]) and not any(change["changed"] for change in compared)

    def test_a_changed_headline_has_all_the_causes_that_it_rests_on_and_no_others(self, example):
        now = [row | ({"value": 12000} if "65 and over" in row["headline"] else {}) for row in example["headlines"]]
        prints = with_changes(example["fingerprints"], **{UNCERTAINTY: "1", ESTIMATES: "2", COUNTY: "3"})
        files = editions.changed_files(example["fingerprints"], prints)
        changed = [change for change in headlines.compared(example["headlines"], now, files) if change["changed"]]
        assert all("65 and over" in change["headline"] for change in changed) and len(changed) == 3
        assert [file["file"] for file in changed[0]["causes"]] == [ESTIMATES, UNCERTAINTY]  # beds feed no projection
        said = "new population figures and another assumption or starting point"
        assert headlines.kinds_of_cause(changed[0]["causes"]) == said

    def test_a_range_that_moved_is_a_change_and_no_other_figure(self, example):
        then = [row | {"futures": row["lower"] and headlines.FUTURES} for row in example["headlines"]]
        now = [row | ({"upper": 99000} if row["kind"] == "demand" else {}) for row in then]
        changed = [change for change in headlines.compared(then, now, []) if change["changed"]]
        assert len(changed) == 2 and not any(headlines.figure_changed(change) for change in changed)
        # A range of nine in ten futures is not held against one of four in five.
        assert not any(change["changed"] for change in headlines.compared(example["headlines"], now, []))

    def test_a_headline_that_is_new_or_gone_says_so(self, example):
        renamed = [row | {"headline": row["headline"].replace("2037", "2040")} for row in example["headlines"]]
        compared = headlines.compared(example["headlines"], renamed, [])
        words = {
            change["headline"]: (headlines.said(change["then"]), headlines.said(change["now"])) for change in compared
        }
        assert words["Care home beds needed in 2040: 95% occupied"][0] == "none"
        assert words["Care home beds needed in 2037: 95% occupied"][1] == "none"
        assert headlines.moved_pct(compared[0]) is None

    def test_a_headline_of_the_year_before_is_held_against_the_next_and_says_so(self, example):
        then = [row for row in example["headlines"] if row["kind"] != "checks"]
        now = [row | {"headline": row["headline"].replace("2037", "2036/37"), "value": 5} for row in then]
        found = headlines.compared(then, now, [])
        assert len(found) == len(then) and all(change["then"] and change["now"] for change in found)
        words = [change["headline"] for change in found if "2036/37" in change["headline"]]
        assert len(words) == 6 and all(one.endswith(" (then for 2037)") for one in words)

    def test_causes_of_one_kind_are_named_once(self):
        causes = {"a": "code", "b": "code", "c": "vintage"}
        files = [{"cause": cause, "file": name, "kinds": {"demand"}} for name, cause in causes.items()]
        assert headlines.kinds_of_cause(files) == "new population figures and a new method"
        assert headlines.kinds_of_cause([]) == ""

    @pytest.mark.parametrize(("now", "asked"), [(104, False), (106, True), (94, True)])
    def test_a_headline_that_moved_far_is_asked_about(self, now, asked):
        then = {"kind": "demand", "value": 100, "lower": None, "upper": None, "unit": "people"}
        change = {"headline": "People", "then": then, "now": then | {"value": now}}
        assert bool(headlines.question(change)) == asked
        checks = {"headline": "Checks", "then": then, "now": then | {"kind": "checks", "value": now}}
        assert headlines.question(checks) is None  # no plan rests on them


def test_the_lines_that_doit_prints(kept):
    for authority_id in ("leicester", "leicestershire"):
        path = editions.present_file(authority_id)
        path.parent.mkdir(parents=True)
        rows = (EXAMPLE / authority_id / "fingerprints.csv").read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join("assumption," + row.split(",", 1)[1] if UNCERTAINTY in row else row for row in rows))
        replace(path, next(row.split(",")[2] for row in rows if UNCERTAINTY in row), "other")
    rows = editions.edition("leicester")["headlines"]
    rows[0]["value"] += 10
    lines = headlines.changes_in_lines({"leicester": rows})
    assert lines[0] == f"leicester: 1 of {len(rows)} headline figures changed since 2026-11."
    assert "then," in lines[1] and lines[2] == f"    new assumption: {UNCERTAINTY}"
    assert len(lines) == 3


def test_a_day_is_not_held_against_a_year_and_the_row_says_what_it_was():
    def row(when):
        return {"headline": f"People aged 65 and over, {when}", "value": 100, "unit": "people"}

    for before, like in (("at the end of March 2037", False), ("during 2037", True)):
        change = {"headline": f"People aged 65 and over, during 2036/37 (then for {before[-4:]})"}
        change |= {"then": row(before), "now": row("during 2036/37")}
        assert headlines.is_like(change) is like
        assert headlines.with_other_time(change) == f"People aged 65 and over, during 2036/37 (then: {before})"


def test_one_projection_of_beds_is_one_headline_and_a_day_leads_nothing():
    county = what_changed.opened(authority_named("leicestershire"), "2026-11-22", "2026-11-26")
    beds = [headlines.named(change) for change in county.compared if "beds" in change["headline"]]
    assert beds == ["Care home beds needed in 2029/30: 95% occupied", "Care home beds needed in 2036/37: 95% occupied"]
    city = what_changed.opened(authority_named("leicester"), "2026-11-22", "2026-11-26")
    assert not city.moved and str(what_changed.finding(city)).startswith("Spending in 2037 was £254 million and £678")
