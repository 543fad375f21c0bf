"""What changed in a paper since it was made before: each printed number, by its sentence or its cell."""

import pytest
from conftest import PROJECT

from helpers.pipeline import changes


def paper(sentence="About 4,210 people, 12% more than in 2024.", cell="230", title="Spending to 2034", more=()):
    return {
        "words": [["Key messages", sentence], ["Key messages", "A projection is not a forecast."]],
        "tables": [[title, ["Year", "Costs"], [["March 2025", cell], ["March 2026", "251"], *more]]],
    }


@pytest.mark.parametrize(
    ("now", "lines"),
    [
        (paper(), []),
        (
            paper("About 4,390 people, 16% more than in 2024."),
            ["Key messages: “About 4,390 people, 16% more than in 2024.”: 4,210 → 4,390, 12% → 16%"],
        ),
        (
            paper("Some 4,390 people, 12% more than in 2024."),
            [
                "Key messages: “About 4,210 people, 12% more than in 2024.” → "
                "“Some 4,390 people, 12% more than in 2024.”"
            ],
        ),
        (
            paper("About 4,210 people, 12% more than in 2,031, 5, and £3.5 million."),
            [
                "Key messages: “About 4,210 people, 12% more than in 2024.” → "
                "“About 4,210 people, 12% more than in 2,031, 5, and £3.5 million.”"
            ],
        ),
        (paper("Some 4,210 people, 12% more than in 2024."), []),  # a word, and no number
        (paper(cell="235"), ["Table “Spending to 2034”, March 2025, Costs: 230 → 235"]),
        (paper(cell="235", title="Spending to 2035"), ["Table “Spending to 2035”, March 2025, Costs: 230 → 235"]),
        (paper(more=[["March 2027", "270"]]), ["Table “Spending to 2034”, row new: March 2027; 270"]),
        (paper(title="Beds"), ["Table “Beds” is new", "Table “Spending to 2034” is gone"]),
    ],
)
def test_each_number_is_said_from_what_to_what(now, lines):
    assert changes.compared(paper(), now)[0] == lines


def test_numbers_are_counted_and_a_sentence_can_come_and_go():
    now = paper("About 4,390 people, 16% more than in 2024.", cell="235")
    assert changes.compared(paper(), now)[1] == 3
    without = {**paper(), "words": paper()["words"][1:]}
    assert changes.compared(paper(), without)[0] == ["Key messages, gone: “About 4,210 people, 12% more than in 2024.”"]
    assert changes.compared(without, paper())[0] == ["Key messages, new: “About 4,210 people, 12% more than in 2024.”"]


def test_a_number_ends_before_the_comma_behind_it():
    assert changes._numbers_in("In 2037, −1,440, £3.5 million and nine in ten.") == [
        *("2037", "−1,440", "£3.5 million", "nine", "ten"),
    ]


def test_two_rows_of_one_name_are_told_apart():
    table = {"words": [], "tables": [["T", ["Year", "A"], [["x", "1"], ["x", "2"]]]]}
    edited = {"words": [], "tables": [["T", ["Year", "A"], [["x", "1"], ["x", "3"]]]]}
    assert changes.compared(table, edited)[0] == ["Table “T”, x, A: 2 → 3"]


def test_a_real_paper_is_held_against_itself_and_against_an_edit(tmp_path, monkeypatch):
    import nbformat

    from helpers.paper.publish.document import from_notebook

    notebook = nbformat.read(PROJECT / "notebooks/briefings/money.ipynb", as_version=4)
    (tmp_path / "authorities.toml").touch()
    monkeypatch.chdir(tmp_path)
    made = "build/leicester/money.ipynb"
    changes.forget()
    changes.note(from_notebook(notebook), made)
    assert [*changes.write()] == []
    assert "for the first time" in (tmp_path / changes.REPORT).read_text(encoding="utf-8")
    changes.forget()
    changes.note(from_notebook(notebook), made)
    assert [*changes.write()] == ["No printed number changed."]
    edited = from_notebook(notebook)
    table = next(block for block in edited["blocks"] if block["kind"] == "table")
    was, table["rows"][0][1] = table["rows"][0][1], "987"
    changes.forget()
    changes.note(edited, made)
    assert [*changes.write()] == [
        "Printed numbers that changed: 1 in leicester:money. From what to what: build/changes.md, or `doit --what`."
    ]
    column = table["columns"][1]["label"]
    line = f"- Table “{table['title']}”, {table['rows'][0][0]}, {column}: {was} → 987"
    assert "## leicester:money" in [*changes.last()] and line in [*changes.last()]


def test_a_file_of_before_that_is_damaged_is_as_none(tmp_path, monkeypatch):
    (tmp_path / "authorities.toml").touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build/leicester").mkdir(parents=True)
    document = {"title": "T", "subtitle": [], "blocks": []}
    for content in ("", "[]", '{"words": 3}', '{"words": [["a"]], "tables": []}'):
        (tmp_path / "build/leicester/money.said.json").write_text(content)
        changes.forget()
        changes.note(document, "build/leicester/money.ipynb")
        assert [*changes.write()] == []
