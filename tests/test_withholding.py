"""What of a document may be written, beside all others of its council; no fingerprint tells what is withheld."""

import hashlib

import pytest
import yaml
from conftest import PROJECT, doit, replace, tasks_run
from hidden_counts import figure, frame

from helpers import authorities, disclosure, editions, withholding
from helpers.processed import processed_path, write_processed

STATEMENT = "leicestershire_market_position_statement_2016"
OLDER = f"data/raw/{STATEMENT}/long_term_support_65_plus.csv"
YOUNGER = f"data/raw/{STATEMENT}/long_term_support_18_64.csv"
REASONS = {"Physical": "physical", "Sensory": "sensory", "Mental health": "mental_health", "Total": "all"}


def add_document(project, name, tables, claims="", checks="", **about):
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
        "authority": "E06000016",
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


def test_what_another_document_of_the_council_prints_is_withheld_there(project):
    add_document(project, "answer_one", {("young", "18-64"): YOUNG})
    assert withheld("answer_one") == []
    add_document(project, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"})
    assert withheld("answer_one") == [] and withheld("answer_two") == ["later!B3"]
    both = [withholding.written(name) for name in ("answer_one", "answer_two")]
    assert both[0].documents == both[1].documents == ["answer_one", "answer_two"]


def test_ages_and_their_sum_in_documents_of_their_own(project):
    add_document(project, "answer_one", {("young", "18-64"): YOUNG})
    add_document(project, "answer_two", {("old", "65+"): "Physical,210\nSensory,14\nMental health,16\nTotal,240\n"})
    add_document(
        project, "answer_three", {("adults", "18+"): "Physical,222\nSensory,18\nMental health,18\nTotal,258\n"}
    )
    kept = {name: withheld(name) for name in ("answer_one", "answer_two", "answer_three")}
    assert kept["answer_one"] == [] and len(kept["answer_two"] + kept["answer_three"]) == 2


def test_a_figure_in_prose_beside_tables_that_hide(project):
    add_document(project, "answer_one", {("young", "18-64"): "Total,*\n"})
    add_document(
        project,
        "answer_two",
        {("old", "65+"): "Total,240\n"},
        "adults,Adults,243,people,at_date,31 May 2031,,18+,,A\n",
    )
    assert withheld("answer_one") == []
    assert withheld("answer_two") in (["adults"], ["old!B2"])
    assert withholding.written("answer_two").prose["as_published"].isin(["withheld", "243"]).all()


def test_a_check_across_documents_tells(project):
    add_document(project, "answer_one", {("young", "18-64"): "Physical,12\nSensory,*\n"})
    assert withheld("answer_one") == []
    add_document(
        project,
        "answer_two",
        {("old", "65+"): "Total,240\n"},
        "served,People served,15,people,during_year,2019/20,,,,A\n",
        "checks:\n- id: served\n  published: served\n  formula: answer_one/young!B2 + answer_one/young!B3\n",
    )
    assert withheld("answer_two") + withheld("answer_one") in (["served"], ["young!B2"])


def test_only_documents_that_may_tell_are_read_together(project):
    assert authorities.families() == []
    add_document(project, "answer_one", {("young", "18-64"): YOUNG})
    add_document(project, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"})
    add_document(project, "of_another_year", {("then", "18-64"): "Sensory,4\n"}, period={"label": "31 March 2019"})
    add_document(project, "of_another_council", {("there", "18-64"): "Sensory,4\n"}, authority="E10000018")
    path = project / "data/raw/of_another_council/datapackage.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("E06000016", "E10000018"), encoding="utf-8")
    assert authorities.documents_beside("answer_one") == ["answer_two"]
    assert authorities.documents_beside("of_another_year") == authorities.documents_beside(STATEMENT) == []


@pytest.mark.parametrize("cell", ["less than 5", "<5", "[c]", "1 to 4", "under 5", "*"])
def test_a_document_whose_cells_speak_of_few_people_may_hide_without_a_mark(project, cell):
    add_document(project, "answer_one", {("young", "18-64"): f"Physical,12\nSensory,{cell}\n"}, marks=None)
    add_document(project, "answer_two", {("later", "18-64"): "Physical,12\nSensory,4\n"}, marks=None)
    assert authorities.documents_beside("answer_two") == ["answer_one"]


def test_a_document_is_tidied_again_where_another_tells_more(project):
    add_document(project, "answer_one", {("young", "18-64"): "Physical,12\nSensory,*\nMental health,*\n"})
    folder = add_document(project, "answer_two", {("later", "18-64"): "Physical,12\nMental health,30\n"})
    replace(folder / "later.csv", "Mental health,30", "Mental health,50")
    tidied = ("tidy:answer_one", "tidy:answer_two")
    finished = doit(project, *tidied)
    assert set(tidied) <= tasks_run(finished), finished.stdout + finished.stderr
    assert ",withheld," not in processed_path("figures_answer_two").read_text(encoding="utf-8")
    replace(folder / "later.csv", "Mental health,50", "Mental health,2")
    assert set(tidied) <= tasks_run(doit(project, *tidied))
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


def test_no_fingerprint_that_is_written_tells_a_withheld_count(project, monkeypatch):
    write_statement()
    monkeypatch.setattr(editions, "rests_on", lambda files: {OLDER, YOUNGER})  # as where dodo.py has said so
    tried = set(guesses(project / OLDER))
    kept = [row[1] for authority in ("leicester", "leicestershire") for row in editions.traced(authority)]
    files = [*(project / "data/processed").iterdir(), *(PROJECT / "editions").rglob("*.csv")]
    written = "".join(file.read_text(encoding="utf-8") for file in files if file.name.startswith(("f", "c")))
    assert tried and not any(one in written or one in kept for one in tried)


def test_another_truth_has_the_same_fingerprint_and_any_other_change_another(project):
    before, descriptor = write_statement(), project / f"data/raw/{STATEMENT}/datapackage.yaml"
    about = processed_path(f"figures_{STATEMENT}").with_suffix(".yaml").read_bytes()
    replace(project / OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125")
    assert write_statement() == before == withholding.fingerprints_as_written(STATEMENT)
    assert processed_path(f"figures_{STATEMENT}").with_suffix(".yaml").read_bytes() == about
    replace(project / OLDER, "Support with Memory and Cognition", "Memory and Cognition")
    replace(project / YOUNGER, "Support with Memory and Cognition", "Memory and Cognition")
    replace(descriptor, "Support with Memory and Cognition: memory", "Memory and Cognition: memory")
    after = write_statement()
    assert sorted(file for file in before if before[file] != after[file]) == [YOUNGER, OLDER]


def test_a_slip_in_a_withheld_cell_is_not_told_by_its_declaration(project):
    slips = project / f"data/raw/{STATEMENT}/corrections.yaml"
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


def test_what_is_said_to_the_analyst_is_of_what_is_written(project):
    before = withholding.written(STATEMENT)
    replace(project / OLDER, "-,65,7,8,24,21,125", "-,65,6,8,24,21,125")
    after = withholding.written(STATEMENT)
    assert after.in_vain.equals(before.in_vain) and after.withheld.equals(before.withheld)
    assert after.relations.equals(before.relations) and after.hidden == before.hidden == 34
    assert list(before.in_vain["cell"]) == ["B3", "B7", "B7"] and len(before.withheld) == 3
    assert disclosure.recoverable(after.figures) == []
