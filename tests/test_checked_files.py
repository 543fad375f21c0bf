"""YAML as people write it: what reads as one thing only, keys that stand twice, days and names that are none."""

import pytest

from helpers.base import checked_files, schemas
from helpers.base.errors import InputError
from helpers.base.paths import is_name


def read(folder, text, schema=None):
    (folder / "authorities.toml").touch()
    (folder / "trial.yaml").write_text(text, encoding="utf-8")
    return checked_files.read_yaml(folder / "trial.yaml", schema or {"type": "object"})


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-3", -3), ("0", 0), ("0.5", 0.5), (".5", 0.5), ("true", True), ("False", False), ("null", None)]
    + [(text, text) for text in ("010", "1:00", "1_000", "0x1F", "0b1", "0o17", "yes", "No", "on", "off", "2026-11-30")]
    + [("1.0e+3", 1000.0), ("-0.25", -0.25), ("65+", "65+"), ("12 April", "12 April"), ("1e5", "1e5")],
)
def test_a_value_is_what_everybody_reads(tmp_path, text, value):
    found = read(tmp_path, f"key: {text}\n")["key"]
    assert found == value and type(found) is type(value)


def test_a_number_that_is_written_otherwise_is_refused_with_its_text(tmp_path):
    schema = schemas._object({"years": schemas.COUNT})
    for text in ("010", "1:00", "1_000"):
        with pytest.raises(InputError, match=f"years must be a whole number; it is '{text}'"):
            read(tmp_path, f"years: {text}\n", schema)
    with pytest.raises(InputError, match="must be true or false; it is 'yes'"):
        read(tmp_path, "at_most: yes\n", schemas._object({"at_most": {"type": "boolean"}}))


def test_keys_are_the_texts_that_stand_there(tmp_path):
    content = read(
        tmp_path, "labels: {2015: a, No: b, 010: c, ~: d, 2015-04-01: e}\nkept: &kept {1: x}\nmore: {<<: *kept, 2: y}\n"
    )
    assert list(content["labels"]) == ["2015", "No", "010", "~", "2015-04-01"]
    assert content["more"] == {"1": "x", "2": "y"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice, also in line 1"),
        ("top:\n  b: 1\n  'b': 2\n", "line 3: the key 'b' stands twice, also in line 2"),
        ("- {x: 1, x: 1}\n", "line 1: the key 'x' stands twice"),
        ("a:\n  - deep:\n      k: 1\n      l: 2\n      k: 3\n", "line 5: the key 'k' stands twice, also in line 3"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_lines(tmp_path, text, words):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert "trial.yaml" in str(error.value) and words in str(error.value)


def test_the_same_key_in_two_groups_and_a_merged_one_do_no_harm(tmp_path):
    assert read(tmp_path, "a: {k: 1}\nb: {k: 2}\n") == {"a": {"k": 1}, "b": {"k": 2}}
    assert read(tmp_path, "a: &a {k: 1, l: 2}\nb: {<<: *a, k: 3}\n")["b"] == {"k": 3, "l": 2}


@pytest.mark.parametrize("day", ["2026-02-31", "2027-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "1026-11-30"])
def test_a_day_that_does_not_exist_is_refused(day):
    with pytest.raises(InputError, match=f"read: '{day}' is no day of the calendar"):
        checked_files.check({"read": day}, schemas._object({"read": schemas.DATE}), "trial.yaml")


@pytest.mark.parametrize("day", ["２０２６-11-30", "2026-1-3", "20261130", "30/11/2026"])
def test_a_day_in_another_form_is_refused(day):
    with pytest.raises(InputError, match=f"read: '{day}' is not a date, as in '2026-11-30'"):
        checked_files.check({"read": day}, schemas._object({"read": schemas.DATE}), "trial.yaml")


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("care_costs", True), ("unit_cost2", True), ("console", True), ("com", True)]
    + [
        (name, False)
        for name in ("con", "nul", "com1", "lpt9", "..", ".", "%s", "a b", "Care", "1st", "_a", "a" * 101, "é")
    ],
)
def test_names_of_files_are_names_on_every_machine(name, allowed):
    assert is_name(name) == allowed
