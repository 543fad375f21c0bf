"""What of a document may be written, beside all others of its council; no fingerprint tells what is withheld."""

import hashlib
import shutil

import pytest
import yaml
from conftest import PROJECT, doit, replace, tasks_run
from hidden_counts import figure, frame

from helpers.base import authorities
from helpers.base.errors import InputError
from helpers.pipeline import lineage
from helpers.published import disclosure, withholding
from helpers.published.processed import processed_path, write_processed
from helpers.published.sources import read_descriptor

pytestmark = pytest.mark.papers

STATEMENT = "leicestershire_market_position_statement_2016"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
YOUNGER = f"data/raw/{STATEMENT}/long_term_support_18_64.csv"
MERCIA = "E10000099"  # of the small project
COUNCILS = """
[leicester]
name = "Leicester City Council"
code = "E06000016"

[leicestershire]
name = "Leicestershire County Council"
code = "E10000018"
"""
REASONS = {"Physical": "physical", "Sensory": "sensory", "Mental health": "mental_health", "Total": "all"}


@pytest.fixture
def few(tmp_path, monkeypatch):
    """The two councils with a document on both and one of the County's, for tests that add their own."""
    for source in (STATEMENT, "dhsc_ascof_2024_25"):
        shutil.copytree(PROJECT / "data/raw" / source, tmp_path / "data/raw" / source)
    shutil.copytree(PROJECT / "data/assumptions", tmp_path / "data/assumptions")
    (tmp_path / "data/processed").mkdir()
    (tmp_path / "authorities.toml").write_text(COUNCILS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add_document(project, name, tables, claims="", checks="", code="E06000016", **about):
    """A document of Leicester's with tables by support reason: the rows of each, by name and age band."""
    folder = project / "data/raw" / name
    folder.mkdir()
    resources = []
    for (table, age_band), rows in tables.items():
        (folder / f"{table}.csv").write_text("Reason,People\n" + rows, encoding="utf-8")
        printed = [row.split(",")[0] for row in rows.splitlines()]
        resources.append(
            {
                "name": table,
                "path": f"{table}.csv",
                "title": f"People aged {age_band} with direct payments",
                "label": "1",
                "section": "Answer",
                "quantity": "people_with_direct_payments",
                "unit": "people",
                "measure": "at_date",
                "period": {"label": "31 May 2031"},
                "constants": {"age_band": age_band},
                "reading": {"rows": "support_reason", "columns": "quantity"},
                "labels": {
                    "quantity": {"People": "people_with_direct_payments"},
                    "support_reason": {label: REASONS[label] for label in printed},
                },
                "marks": {"*": {"lower": 1, "upper": 4, "meaning": "fewer than five"}},
                "totals": [{"across": "support_reason"}] if "Total" in printed else [],
                **about,
            }
        )
        resources[-1] = {key: value for key, value in resources[-1].items() if value}
    descriptor = {
        "name": name,
        "title": "An answer",
        "publisher": "Leicester City Council",
        "authority": code,
        "published": "2024-11",
        "read": "2026-11-21",
        "licence": "Open Government Licence v3.0",
        "resources": resources,
    }
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(descriptor, sort_keys=False), encoding="utf-8")
    if claims:
        header = "id,what,as_published,unit,measure,period,area,age_band,rounded_to,section\n"
        (folder / "claims.csv").write_text(header + claims, encoding="utf-8")
    if checks:
        (folder / "checks.yaml").write_text(checks, encoding="utf-8")
    return folder


def withheld(source):
    """What is withheld of a document, as table!cell, or the id of a claim."""
    written = withholding.written(source)
    tables, prose = (rows[rows["status"] == "withheld"] for rows in (written.figures, written.prose))
    return sorted([*(tables["table"] + "!" + tables["cell"]), *(prose["claim"] if len(prose) else [])])


YOUNG = "Physical,12\nSensory,*\nMental health,*\nTotal,18\n"


def test_what_another_document_of_the_council_prints_is_withheld_there(few):
    add_document(few, "answer_one", {("young", "18-64"): YOUNG})
    assert withheld("answer_one") == []
    add_document(few, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"})
    assert withheld("answer_one") == [] and withheld("answer_two") == ["later!B3"]
    both = [withholding.written(name) for name in ("answer_one", "answer_two")]
    assert both[0].documents == both[1].documents == ["answer_one", "answer_two"]


def test_ages_and_their_sum_in_documents_of_their_own(few):
    add_document(few, "answer_one", {("young", "18-64"): YOUNG})
    add_document(few, "answer_two", {("old", "65+"): "Physical,210\nSensory,14\nMental health,16\nTotal,240\n"})
    add_document(few, "answer_three", {("adults", "18+"): "Physical,222\nSensory,18\nMental health,18\nTotal,258\n"})
    kept = {name: withheld(name) for name in ("answer_one", "answer_two", "answer_three")}
    assert kept["answer_one"] == [] and len(kept["answer_two"] + kept["answer_three"]) == 2


def test_a_figure_in_prose_beside_tables_that_hide(few):
    add_document(few, "answer_one", {("young", "18-64"): "Total,*\n"})
    add_document(
        few,
        "answer_two",
        {("old", "65+"): "Total,240\n"},
        "adults,Adults,243,people,at_date,31 May 2031,,18+,,A\n",
    )
    assert withheld("answer_one") == []
    assert withheld("answer_two") in (["adults"], ["old!B2"])
    assert withholding.written("answer_two").prose["as_published"].isin(["withheld", "243"]).all()


@pytest.mark.pipeline
def test_a_rate_of_admissions_on_the_population_of_mid_year(project):
    folder = project / "data/raw/dhsc_ascof_2024_25"
    marks = "    marks: {'*': {lower: 1, upper: 4, meaning: fewer than five}}\n"
    table = "    path: admissions_leicestershire.csv\n"
    replace(folder / "datapackage.yaml", table, table + marks)
    path = folder / "admissions_leicestershire.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n*,47210,6.4\n", encoding="utf-8")
    assert withheld("dhsc_ascof_2024_25") == ["admissions_leicestershire!C2"]


@pytest.mark.parametrize(
    ("change", "unit"), [("-9", "people"), ("-75", "per_cent"), ("\u221275%", "per_cent"), ("(-8)", "people")]
)
def test_a_column_of_changes_beside_its_two_counts(few, change, unit):
    folder = add_document(few, "answer_one", {("young", "18-64"): "Sensory,4\n"})
    (folder / "young.csv").write_text(f"Before,Now,Change\n12,*,{change.strip('()')}\n", encoding="utf-8")
    descriptor = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
    table = descriptor["resources"][0]
    about = {"quantity": "people_with_direct_payments", "unit": "people", "measure": "during_year"}
    table["reading"] = {"columns": "quantity"}
    table["labels"] = {
        "quantity": {
            "Before": {**about, "period": "2029/30"},
            "Now": {**about, "period": "2030/31"},
            "Change": {**about, "unit": unit, "measure": "change", "period": "2029/30 to 2030/31"},
        }
    }
    table["constants"]["support_reason"] = "sensory"
    for key in ("quantity", "unit", "measure"):
        del table[key]
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(descriptor, sort_keys=False), encoding="utf-8")
    assert len(withheld("answer_one")) == 1


def test_a_check_across_documents_tells(few):
    add_document(few, "answer_one", {("young", "18-64"): "Physical,12\nSensory,*\n"})
    assert withheld("answer_one") == []
    add_document(
        few,
        "answer_two",
        {("old", "65+"): "Total,240\n"},
        "served,People served,15,people,during_year,2019/20,,,,A\n",
        "checks:\n- id: served\n  published: served\n  formula: answer_one/young!B2 + answer_one/young!B3\n",
    )
    assert withheld("answer_two") + withheld("answer_one") in (["served"], ["young!B2"])


def test_all_documents_on_a_council_are_asked_together_and_only_joined_ones_are_named(few):
    add_document(few, "answer_one", {("young", "18-64"): YOUNG})
    add_document(few, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"})
    add_document(few, "of_another_year", {("then", "18-64"): "Sensory,4\n"}, period={"label": "31 March 2019"})
    add_document(few, "of_another_council", {("there", "18-64"): "Sensory,4\n"}, authority="E10000018")
    replace(few / "data/raw/of_another_council/datapackage.yaml", "E06000016", "E10000018")
    beside = authorities.documents_beside("answer_one")
    assert {"answer_two", "of_another_year", "dhsc_ascof_2024_25"} <= set(beside)
    assert not {"of_another_council", STATEMENT, "answer_one"} & set(beside)
    assert {"of_another_council", "dhsc_ascof_2024_25"} <= set(authorities.documents_beside(STATEMENT))
    for name, documents in {"answer_one": ["answer_one", "answer_two"], "of_another_year": ["of_another_year"]}.items():
        written = withholding.written(name)
        assert written.documents == documents
        assert sorted({file.parent.name for file in written.files}) == documents


@pytest.mark.parametrize(
    "written",
    ["'authority': 'E06000016'", '"authority": "E06000016"', "authority:  E06000016", "authority: &code E06000016"],
)
def test_a_document_is_of_its_council_however_its_descriptor_is_written(few, written):
    add_document(few, "answer_one", {("young", "18-64"): YOUNG})
    folder = add_document(few, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"})
    replace(folder / "datapackage.yaml", "authority: E06000016", written)
    assert withheld("answer_two") == ["later!B3"]
    assert "answer_two" in authorities.documents_of("leicester")


def test_a_document_is_of_the_council_of_one_of_its_tables_or_figures_in_prose(project):
    folder = add_document(project, "answer_two", {("later", "18-64"): "Sensory,4\n"}, authority="E06000016")
    replace(folder / "datapackage.yaml", "publisher: Leicester City Council\nauthority: E06000016", "publisher: Both")
    assert "answer_two" in authorities.documents_beside("leicester_jsna_2016")
    prose = "adults,Adults,243,people,at_date,31 May 2031,Leicester,18+,,A\n"
    folder = add_document(project, "answer_three", {("old", "65+"): "Total,240\n"}, prose)
    replace(folder / "datapackage.yaml", "authority: E06000016", "authority: E10000018")
    assert "answer_three" in authorities.documents_beside("leicester_jsna_2016")
    assert "answer_three" in authorities.documents_beside(STATEMENT)


@pytest.mark.parametrize(
    "cell", ["<=4", "4 or fewer", "below 5", "between 1 and 4", "one to four", "a handful", "<5", "[c]", "few", "*"]
)
def test_a_cell_that_hides_in_its_own_words_is_asked_with_all_others(few, cell):
    marks = {cell: {"lower": 1, "upper": 4, "meaning": "few"}}
    rows = f"Physical,12\nSensory,{cell}\nMental health,{cell}\nTotal,18\n"
    add_document(few, "answer_one", {("young", "18-64"): rows}, marks=marks)
    add_document(few, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"}, marks=None)
    assert withheld("answer_two") == ["later!B3"]


@pytest.mark.parametrize("label", ["30/31", "Year 2", "Q1"])
def test_a_period_that_only_labels_say_is_asked_with_all_others(few, label):
    days = {"period": {"31 May 2031": "31 May 2031", label: "31 May 2031"}}
    for name, rows in {"answer_one": f"Year,People\n{label},*\n", "answer_two": "Year,People\n31 May 2031,4\n"}.items():
        folder = add_document(few, name, {("young", "18-64"): "Sensory,4\n"})
        (folder / "young.csv").write_text(rows, encoding="utf-8")
        descriptor = yaml.safe_load((folder / "datapackage.yaml").read_text(encoding="utf-8"))
        table, first = descriptor["resources"][0], rows.splitlines()[1].split(",")[0]
        table["reading"]["rows"] = "period"
        table["labels"] = {**table["labels"], "period": {first: days["period"][first]}}
        del table["labels"]["support_reason"], table["period"]
        table["constants"]["support_reason"] = "sensory"
        (folder / "datapackage.yaml").write_text(yaml.safe_dump(descriptor, sort_keys=False), encoding="utf-8")
    assert withheld("answer_two") == ["young!B2"]


_BOMB = (
    "marks: &a ["
    + "x, " * 9
    + "x]\n"
    + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True))
)


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ("title: Once more\n", "the key 'title' stands twice"),
        ("marks: {a: 1, a: 2}\n", "the key 'a' stands twice"),
        (_BOMB, "is too much"),
        ("marks: " + "[" * 60 + "]" * 60 + "\n", "is too much"),
        ("marks: [\n", "is no readable YAML"),
    ],
)
def test_a_descriptor_that_cannot_be_read_is_named_at_every_command(project, added, message):
    folder = add_document(project, "answer_two", {("later", "18-64"): "Sensory,4\n"})
    path = folder / "datapackage.yaml"
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(InputError, match=r"data/raw/answer_two/datapackage\.yaml") as error:
        authorities.documents_beside("leicester_jsna_2016")
    assert message in str(error.value)


@pytest.mark.pipeline
def test_doit_says_which_descriptor_cannot_be_read(built_copy):
    folder = add_document(built_copy, "answer_two", {("later", "18-64"): "Sensory,4\n"})
    path = folder / "datapackage.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "title: Once more\n", encoding="utf-8")
    finished = doit(built_copy, "list")
    said = finished.stdout + finished.stderr
    assert "data/raw/answer_two/datapackage.yaml" in said and "stands twice" in said and "Traceback" not in said


def test_a_period_without_a_label_is_refused_with_its_place(project):
    add_document(project, "answer_one", {("young", "18-64"): YOUNG}, period={"kind": "quarter"})
    assert "dhsc_ascof_2024_25" in authorities.documents_beside("answer_one")
    with pytest.raises(InputError, match=r"data/raw/answer_one/datapackage\.yaml"):
        withholding.written("leicester_jsna_2016")


@pytest.mark.pipeline
def test_a_document_is_tidied_again_where_another_tells_more(built_copy):
    add_document(
        built_copy, "answer_one", {("young", "18-64"): "Physical,12\nSensory,*\nMental health,*\n"}, code=MERCIA
    )
    folder = add_document(
        built_copy, "answer_two", {("later", "18-64"): "Physical,12\nMental health,30\n"}, code=MERCIA
    )
    replace(folder / "later.csv", "Mental health,30", "Mental health,50")
    tidied = ("tidy:answer_one", "tidy:answer_two")
    finished = doit(built_copy, *tidied)
    assert set(tidied) <= tasks_run(finished), finished.stdout + finished.stderr
    assert ",withheld," not in processed_path("figures_answer_two").read_text(encoding="utf-8")
    replace(folder / "later.csv", "Mental health,50", "Mental health,2")
    assert set(tidied) <= tasks_run(doit(built_copy, *tidied))
    assert ",withheld," in processed_path("figures_answer_two").read_text(encoding="utf-8")
    said = processed_path("figures_answer_two").with_suffix(".yaml").read_text(encoding="utf-8")
    assert "data/raw/answer_one/young.csv" in said and said.count("sha256_as_written") == 1


# Fingerprints.


def write_statement(name="trial"):
    written = withholding.written(STATEMENT)
    for rows, kind in ((written.figures, "figures"), (written.prose, "claims")):
        write_processed(
            rows, f"{kind}_{STATEMENT}", name, "notebooks/10_tidy.ipynb", written.files, written.fingerprints
        )
    return written.fingerprints


def guesses(path):
    """The fingerprints of a raw table with any few people in one cell, as whoever tries them has them."""
    text = path.read_text(encoding="utf-8")
    for old in ("-,65,7,8,24,21,125", "-,65,7,8,24,21,125".replace(",7,", ",6,")):
        for number in range(12):
            tried = text.replace("-,65,7,8,24,21,125", old.replace(",7,", f",{number},"))
            yield hashlib.sha256(tried.encode()).hexdigest()


@pytest.mark.pipeline
def test_no_fingerprint_that_is_written_tells_a_withheld_count(project, monkeypatch):
    write_statement()
    monkeypatch.setattr(lineage, "rests_on", lambda files: {OLDER, YOUNGER})  # as where dodo.py has said so
    tried = set(guesses(project / OLDER))
    kept = [row[1] for authority_id in ("leicester", "leicestershire") for row in lineage.traced(authority_id)]
    files = [*(project / "data/processed").iterdir(), *(PROJECT / "editions").rglob("*.csv")]
    written = "".join(file.read_text(encoding="utf-8") for file in files if file.name.startswith(("f", "c")))
    assert tried and not any(one in written or one in kept for one in tried)


@pytest.mark.pipeline
def test_another_truth_has_the_same_fingerprint_and_any_other_change_another(few):
    before, descriptor = write_statement(), few / f"data/raw/{STATEMENT}/datapackage.yaml"
    about = processed_path(f"figures_{STATEMENT}").with_suffix(".yaml").read_bytes()
    replace(few / OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125")
    assert write_statement() == before == withholding.fingerprints_as_written(STATEMENT)
    assert processed_path(f"figures_{STATEMENT}").with_suffix(".yaml").read_bytes() == about
    replace(few / OLDER, "Support with Memory and Cognition", "Memory and Cognition")
    replace(few / YOUNGER, "Support with Memory and Cognition", "Memory and Cognition")
    replace(descriptor, "Support with Memory and Cognition: memory", "Memory and Cognition: memory")
    after = write_statement()
    assert sorted(file for file in before if before[file] != after[file]) == [YOUNGER, OLDER]


@pytest.mark.pipeline
def test_a_slip_in_a_withheld_cell_is_not_told_by_its_declaration(few):
    slips = few / f"data/raw/{STATEMENT}/corrections.yaml"
    slip = "  - {table: long_term_support_65_plus, cell: D7, printed: '7', meant: '%s', reason: a slip}\n"
    slips.write_text(slips.read_text(encoding="utf-8") + slip % 7, encoding="utf-8")
    told = write_statement()[f"data/raw/{STATEMENT}/corrections.yaml"]
    replace(slips, "meant: '7'", "meant: '6'")
    assert write_statement()[f"data/raw/{STATEMENT}/corrections.yaml"] == told
    replace(slips, "There is no financial year 2016/16.", "No financial year is 2016/16.")
    assert write_statement()[f"data/raw/{STATEMENT}/corrections.yaml"] != told


def test_a_declared_remainder_of_a_line_with_a_withheld_count_tells_it():
    rows = frame(
        figure(3, support_reason="physical", setting="nursing"),
        figure(4, support_reason="physical", setting="residential"),
    )
    rows.loc[0, "status"] = "withheld"
    assert withholding.tells({"where": {"setting": "nursing"}}, "support_reason", rows)
    assert withholding.tells({"where": {"support_reason": "physical"}}, "setting", rows)
    assert not withholding.tells({"where": {"setting": "residential"}}, "support_reason", rows)
    assert not withholding.tells({"where": {"setting": "all"}}, "support_reason", rows)


@pytest.mark.pipeline
def test_what_is_said_to_the_analyst_is_of_what_is_written(few):
    before = withholding.written(STATEMENT)
    replace(few / OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125")
    after = withholding.written(STATEMENT)
    assert after.in_vain.equals(before.in_vain) and after.withheld.equals(before.withheld)
    assert after.relations.equals(before.relations) and after.hidden == before.hidden == 34
    assert list(before.in_vain["cell"]) == ["B3", "B7", "B7"] and len(before.withheld) == 3
    assert disclosure.recoverable(after.figures) == []


def test_a_document_that_cannot_be_read_is_named_once_and_the_others_name_it(project):
    path = project / "data/raw/leicester_foi_2024/waiting_list_by_service.csv"
    *rows, last = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*rows, f"{last}x"]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"waiting_list_by_service\.csv.*is no figure"):
        withholding.written("leicester_foi_2024")
    with pytest.raises(InputError, match=r"data/raw/leicester_foi_2024 cannot be read.*`doit tidy:leicester_foi_2024`"):
        withholding.written("leicester_jsna_2016")


def test_where_hidden_counts_stand_beside_a_withheld_one_is_said_with_its_document_where_it_is_another():
    places = [("own", "people", "B3"), ("other", "people", "C4")]
    assert withholding.said_beside(places, "own") == "people B3; other people C4"
    assert withholding.said_beside([], "own") == "in another table"


@pytest.mark.pipeline
def test_a_declared_remainder_says_its_bounds_unless_they_would_tell_a_withheld_count():
    source = "leicestershire_market_position_statement_2016"
    descriptor, figures = read_descriptor(source), withholding.written(source).figures
    shown = withholding.declared_remainders(descriptor, figures)
    assert len(shown) == sum(
        len(total.get("remainders", [])) for table in descriptor["resources"] for total in table.get("totals", [])
    )
    assert set(shown["unit"]) == {"people"} and (shown["least"] != "withheld").all()
    told = withholding.declared_remainders(descriptor, figures.assign(status="withheld"))
    assert set(told["least"]) == set(told["most"]) == {"withheld"}
