"""Any council in England by its name, from tables of all councils: its entry, its tables, its papers, and the list."""

import csv

import pytest

from helpers import open_council
from helpers.base import without_entry
from helpers.base.authorities import authority_named, known_authorities
from helpers.base.errors import InputError
from helpers.base.paths import is_name, root
from helpers.pipeline import any_council, listed_councils
from helpers.pipeline.short_names import resolve
from helpers.published.processed import processed_path


def printed_in(cell: str) -> str:
    """What a cell of a table of data/raw prints: "source/table!F2"."""
    table, _, place = cell.partition("!")
    rows = list(csv.reader((root() / f"data/raw/{table}.csv").read_text().splitlines()))
    return rows[int(place[1:]) - 1][ord(place[0]) - ord("A")]


def test_every_council_of_today_has_one_name_and_an_entry():
    councils, own = without_entry.councils(), known_authorities()
    assert len(councils) == 153 and len({one["area_code"] for one in councils.values()}) == 153
    assert all(map(is_name, councils))
    others = without_entry.without_entry()
    assert {*others} == {*councils} - {*own} and len(others) == 151
    assert all(authority_named(name)["code"] == one["area_code"] for name, one in others.items())


@pytest.mark.parametrize(
    ("printed", "name", "said"),
    [
        ("Bristol, City of", "bristol", "City of Bristol"),
        ("Herefordshire, County of", "herefordshire", "County of Herefordshire"),
        ("St. Helens", "st_helens", "St. Helens"),
        ("Bath and North East Somerset", "bath_and_north_east_somerset", "Bath and North East Somerset"),
        ("Stockton-on-Tees", "stockton_on_tees", "Stockton-on-Tees"),
    ],
)
def test_a_council_is_called_as_a_person_would(printed, name, said):
    assert (without_entry.id_of(printed), without_entry.name_of(printed)) == (name, said)


def test_a_misspelt_name_gets_the_nearest():
    with pytest.raises(InputError, match=r"Did you mean 'derby'.*doit councils"):
        open_council("derbi")


@pytest.mark.parametrize(
    ("name", "older", "younger"), [("derby", 3036, 1682), ("camden", 2142, 1458), ("nottinghamshire", 8397, 4333)]
)
def test_a_council_starts_from_its_published_counts(name, older, younger):
    council = open_council(name)
    for age, people in (("65+", older), ("18-64", younger)):
        counted = council.counted(age)
        assert counted.value == people
        assert printed_in(counted.rests_on[0].name) == str(people)
    assert council.base.groupby("age_band")["people"].sum().round(6).to_dict() == {"18-64": younger, "65+": older}


def test_the_lines_of_any_council_are_an_entry_of_one(tmp_path, monkeypatch):
    text = (root() / "authorities.toml").read_text(encoding="utf-8")
    lines = text[text.index("[any_council]") :].replace("any_council", "derby")
    lines = lines.replace("[derby]", '[derby]\nname = "Derby"\ncode = "E06000015"', 1)
    lines = lines[: lines.index("[derby.vintages.ons_2022_based]")].replace('= "ons_2022_based"', '= "ons_2018_based"')
    (tmp_path / "data").symlink_to(root() / "data")
    (tmp_path / "authorities.toml").write_text(f"{text}\n{lines}", encoding="utf-8")
    by_rule = authority_named("derby")
    monkeypatch.chdir(tmp_path)
    assert "derby" in known_authorities() and "derby" not in without_entry.without_entry()
    assert authority_named("derby") == {key: value for key, value in by_rule.items() if key != "missing"}


def test_its_population_is_the_printed_one_by_age():
    council, printed = open_council("derby"), {}
    for row in csv.DictReader((root() / "data/raw/ons_2018_based_projections_england/persons.csv").open()):
        if row["area_code"] == council.area_code:
            printed[row["age"]] = float(row["2030"])
    benchmarks = council.benchmarks().loc[2030]
    assert benchmarks["85+"] == pytest.approx(printed["85-89"] + printed["90+"])
    assert benchmarks["18-24"] == pytest.approx(0.4 * printed["15-19"] + printed["20-24"])
    assert benchmarks[["0-24", "25-64", "65-74", "75-84", "85+"]].sum() == pytest.approx(printed["all_ages"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hackney", "The count of 2021/22 .* was not submitted. See NHS Digital"),
        ("cumberland", "The council began on 1 April 2023, after the tables of 2021/22. See NHS Digital"),
        ("calderdale", "The count of 2024/25 .* is hidden or 0. See Department of Health and Social Care"),
    ],
)
def test_what_cannot_be_made_is_said_by_council_and_table(name, why):
    council = open_council(name)
    with pytest.raises(InputError, match=f"Not on file for {council.name}: people with long-term support.*{why}"):
        council.need("support")


def test_its_tables_are_apart_from_those_that_are_kept():
    in_build = root() / "build/councils"
    assert processed_path("population_derby_ons_2018_based").parent == in_build / "derby"
    assert (
        processed_path("projection_derbyshire_ons_2018_based_constant_rates_layers").parent == in_build / "derbyshire"
    )
    for own in ("population_leicester_ons_2018_based", "figures_dhsc_ascof_2024_25", "england/on_file"):
        assert processed_path(own) == root() / f"data/processed/{own}.csv"


def test_the_list_has_every_council_once_with_what_is_missing():
    lines = listed_councils.lines()
    names = [line.partition(":")[0].strip() for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert sorted(names) == sorted(without_entry.councils())
    at = next(place for place, line in enumerate(lines) if line.startswith("  hackney:"))
    assert "no projection" in lines[at] and "was not submitted" in lines[at + 1]


class Named:
    """As much of a doit task as its name is looked up by."""

    def __init__(self, name):
        self.name, self.params, self.targets = name, (), []


def test_a_name_on_the_command_line_is_its_task():
    tasks = {name: Named(name) for name in ("publish:leicester:money", "council:derby", "council:st_helens")}
    assert resolve(["derby", "St. Helens"], tasks) == ["council:derby", "council:st_helens"]


def test_a_council_with_an_entry_is_left_to_its_own_tasks():
    with pytest.raises(InputError, match=r"leicester has an entry in authorities\.toml"):
        any_council.make_council("leicester")


def test_a_paper_that_fails_leaves_every_paper_as_it_was(monkeypatch):
    written = []

    def paper(council, name):
        if name == "money":
            raise InputError("money stopped")
        return {f"reports/{council['id']}/{name}.html": b""}

    monkeypatch.setattr(any_council, "_project", lambda council: None)
    monkeypatch.setattr(any_council, "_run", lambda *asked, **parameters: None)
    monkeypatch.setattr(any_council, "_paper", paper)
    monkeypatch.setattr(any_council, "write_together", written.append)
    with pytest.raises(InputError, match="money stopped"):
        any_council.make_council("derby")
    assert written == []
