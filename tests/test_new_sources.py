"""A document that is started from its tables: what is guessed, what is left to a person, what waits for it."""

import re

import openpyxl
import pytest
import yaml

from helpers.base.errors import InputError
from helpers.pipeline import new_sources
from helpers.published import sources, tidy

SUPPORT = """\
"Table 3: People with long-term support aged 65 and over, 2023/24",,,,
,,,,
Primary support reason,Nursing,Residential,Community: Direct Payment Only,Total
Physical Support,120,310,45,475
Learning Disability Support,*,30,12,45
Mental Health Support,15,22,3,40
Total,138,362,60,560
* fewer than 5,,,,
"""
DOCUMENT = {"title": "A return", "published": "2024-10", "licence": "Not stated in the document"}
TABLE = {"section": "Overview", "quantity": "people_with_long_term_support", "measure": "during_year"}


@pytest.fixture
def table(project):
    path = project / "support.csv"
    path.write_text(SUPPORT, encoding="utf-8")
    return path


def descriptor(project, name="mercia_support"):
    return project / f"data/raw/{name}/datapackage.yaml"


def guessed(project, text, name="table.csv"):
    """What is guessed of one CSV file."""
    (project / name).write_text(text, encoding="utf-8")
    new_sources.start("mercia_support", [str(project / name)])
    return yaml.safe_load(descriptor(project).read_text(encoding="utf-8"))["resources"][0]


def test_what_a_table_says_is_guessed_and_the_rest_is_marked(project, table):
    said = new_sources.start("mercia_support", [str(table)], "leicester")
    content = yaml.safe_load(descriptor(project).read_text(encoding="utf-8"))
    assert (content["publisher"], content["authority"]) == ("Leicester City Council", "E06000016")
    [about] = content["resources"]
    assert (about["label"], about["title"]) == ("Table 3", "People with long-term support aged 65 and over, 2023/24")
    assert about["dialect"] == {"headerRows": [3], "commentRows": [8]}
    assert (about["unit"], about["period"], about["constants"]) == ("people", {"label": "2023/24"}, {"age_band": "65+"})
    assert about["reading"] == {"rows": "support_reason", "columns": "setting"}
    assert about["labels"]["setting"]["Community: Direct Payment Only"] == "direct_payment_only"
    assert about["labels"]["support_reason"]["Total"] == "all"
    assert about["totals"] == [{"across": "support_reason"}, {"across": "setting"}]
    assert "perhaps people_with_long_term_support" in about["quantity"] and about["measure"].startswith("FILL IN: one")
    assert set(about["marks"]) == {"*"} and about["marks"]["*"]["state"].startswith("FILL IN: hidden")
    assert (descriptor(project).parent / "support.csv").read_bytes() == table.read_bytes()
    assert re.search(r"Made data/raw/mercia_support with 1 table.\n10 places", said)


def test_nothing_is_tidied_before_all_is_filled_in_and_then_it_is(project, table):
    new_sources.start("mercia_support", [str(table)], "leicester")
    with pytest.raises(InputError, match=r"datapackage\.yaml is not filled in yet:\n- title: the document's title\n"):
        tidy.tidy("mercia_support")
    content = yaml.safe_load(descriptor(project).read_text(encoding="utf-8"))
    content |= DOCUMENT
    content["resources"][0] |= TABLE
    content["resources"][0]["marks"] = {"*": {"lower": 1, "upper": 4, "meaning": "fewer than 5"}}
    descriptor(project).write_text(yaml.safe_dump(content), encoding="utf-8")
    tidied = tidy.tidy("mercia_support")
    assert len(tidied) == 16 and tidied.query("setting == 'all' and support_reason == 'all'")["value"].item() == 560
    assert tidied.query("status == 'suppressed'")["cell"].item() == "B5"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("Age band,Mid-year,People\n65 to 84,2020,9\n85 and over,2020,5\n", "labels", {"age_band": ["65-84", "85+"]}),
        ("Service,2021/22 (£000),2022/23 (£000)\nHome care,112,123\n", "multiplier", 1000),
        ("Service,2021/22 (£000),2022/23 (£000)\nHome care,112,123\n", "unit", "gbp"),
        ("Quarter,New contacts\nQ1 2023/24,210\nQ2 2023/24,190\n", "unit", "contacts"),
        ("Locality,Share\nBlaby,41%\nMelton,39%\n", "unit", "per_cent"),
        ("Locality,Beds\nBlaby,41\nMelton,[x]\n", "unit", "beds"),
    ],
)
def test_units_ages_and_years_are_read(project, text, key, value):
    found = guessed(project, text)[key]
    found = {axis: list(meant.values()) for axis, meant in found.items()} if key == "labels" else found
    assert found == value


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("Locality,Beds,People\nBlaby,41,7\nMelton,[x],8\n", "unit", "FILL IN: what it is counted in"),
        ("Locality,People\nBlaby,41\nNowhere in particular,8\n", "labels", "FILL IN: an id of locality"),
        ("Colour,People\nRed,41\nBlue,8\n", "reading", "FILL IN: age_band, support_reason"),
        ("Locality,People\nBlaby,41\nMelton,..\n", "marks", "FILL IN: hidden"),
        ("Locality,People\nBlaby,41\nMelton,8\n", "period", "FILL IN: of when"),
    ],
)
def test_what_can_be_several_things_is_left_to_a_person(project, text, place, told):
    assert told in str(guessed(project, text)[place])


def test_years_with_words_behind_them_are_periods(project):
    about = guessed(project, "Service,2021/22 (£000),2022/23 (£000)\nHome care,112,123\n")
    assert about["reading"] == {"rows": "service", "columns": "period"}
    assert about["labels"]["period"] == {"2021/22 (£000)": "2021/22", "2022/23 (£000)": "2022/23"}


def test_each_sheet_with_a_table_is_described(project, capsys):
    book = openpyxl.Workbook()
    for row in (["Table 1: Beds, 31 March 2024"], [], ["", "Nursing", ""], ["Locality", "Beds", "Beds filled"]):
        book.active.append(row)
    book.active.append(["Blaby", 120, 100])
    book.active.append(["Melton", 7, ".."])
    book.active.title = "Beds"
    book.create_sheet("Notes").append(["About this workbook"])
    book.create_sheet("Homes").append(["Locality", "Care homes"])
    book["Homes"].append(["Blaby", 3])
    book.save(project / "Market.xlsx")
    new_sources.start("mercia_market", [str(project / "Market.xlsx")])
    tables = yaml.safe_load(descriptor(project, "mercia_market").read_text(encoding="utf-8"))["resources"]
    assert [(one["name"], one["sheet"], one["path"]) for one in tables] == [
        ("beds", "Beds", "market.xlsx"),
        ("homes", "Homes", "market.xlsx"),
    ]
    assert tables[0]["dialect"] == {"headerRows": [3, 4]} and tables[0]["period"] == {"label": "31 March 2024"}
    assert "Nursing: Beds" in str(tables[0]["labels"])
    assert capsys.readouterr().out == "Without a table, and left out: Notes.\n"


def test_a_table_of_another_encoding_is_read_and_said_so(project):
    (project / "table.csv").write_bytes("Locality,Beds\nBlaby,£41\n".encode("cp1252"))
    new_sources.start("mercia_support", [str(project / "table.csv")])
    [about] = yaml.safe_load(descriptor(project).read_text(encoding="utf-8"))["resources"]
    assert (about["encoding"], about["unit"]) == ("cp1252", "gbp")
    assert sources.read_printed(project / "data/raw/mercia_support/table.csv", "cp1252")[1] == ["Blaby", "£41"]


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("", "support.csv", "Say which: `doit new-source"),
        ("mercia", "", "Say which"),
        ("Mercia 2024", "support.csv", "A document cannot be called 'Mercia 2024'"),
        ("leicester_foi_2024", "support.csv", "data/raw/leicester_foi_2024 is there already"),
        ("mercia", "nowhere.csv", r"There is no nowhere\.csv"),
        ("mercia", "CONTRIBUTING.md", r"is no table that is read here: its name must end in \.csv"),
        ("mercia", "words.csv", "holds no table: a header of two cells or more"),
        ("mercia", "semicolons.csv", "separates its cells by semicolons"),
        ("mercia", "none.xlsx", "is no spreadsheet that can be read"),
        ("mercia", "empty.csv", "holds no table"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(project, table, name, file, message):
    (project / "words.csv").write_text("just words\nmore words\n", encoding="utf-8")
    (project / "semicolons.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (project / "none.xlsx").write_text("nothing", encoding="utf-8")
    (project / "empty.csv").write_text("", encoding="utf-8")
    before = sorted((project / "data/raw").rglob("*"))
    with pytest.raises(InputError, match=message) as error:
        new_sources.start(name, [file] if file else [])
    assert "\n" not in str(error.value) and sorted((project / "data/raw").rglob("*")) == before


def test_two_files_of_one_name_and_an_unknown_council_are_refused(project, table):
    with pytest.raises(InputError, match=r"Two files would be called support\.csv in data/raw/mercia"):
        new_sources.start("mercia", ["support.csv", str(table)])
    with pytest.raises(InputError, match="Did you mean 'leicester'"):
        new_sources.start("mercia", ["support.csv"], "leicestr")
