"""England's page: every council on one tile and in one row, whole without its script; and its open data."""

import base64
import hashlib
import json
import re

import fastparquet
import frictionless
import pandas as pd
import pytest

from helpers.base.errors import InputError
from helpers.council.all_councils import moved
from helpers.paper import england_page, open_data, region_strip
from helpers.published.official.areas import councils_of_today

pytestmark = pytest.mark.papers


@pytest.fixture(scope="module")
def england() -> england_page.England:
    return england_page.England({"E06000016": "../leicester/demand-outlook.html"})


@pytest.fixture(scope="module")
def page(england) -> str:
    return england_page.to_html(england.content())


def test_every_council_has_one_tile_near_its_region():
    tiles = england_page.tiles().set_index("area_code")
    assert set(tiles.index) == set(councils_of_today()) and len(tiles) == 153
    regions = pd.Series({code: council.region_code for code, council in councils_of_today().items()})
    for code, tile in tiles.iterrows():
        others = tiles[(regions[tiles.index] == regions[code]) & (tiles.index != code)]
        apart = (others[["column", "row"]] - tile[["column", "row"]].astype(int)).abs().max(axis=1)
        assert apart.min() <= 2, f"{tile['council']} is alone"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.drop(0), "E06000001 has no tile"),
        (lambda frame: pd.concat([frame, frame[:1]]), "Hartlepool has the council of another"),
        (lambda frame: frame.assign(column=0, row=0), "has the place of another"),
    ],
)
def test_a_tile_map_that_lacks_a_council_or_has_two_on_a_place_is_refused(monkeypatch, change, says):
    right = pd.read_csv(england_page.root() / england_page.TILE_MAP)
    monkeypatch.setattr(england_page.pd, "read_csv", lambda *_, **__: change(right))
    with pytest.raises(InputError, match=says):
        england_page.tiles()


def test_the_page_is_whole_without_its_script(page):
    without = re.sub(r"(?s)<script>.*?</script>", "", page)
    rows = re.findall(r'<tr id="(E\d{8})".*?</tr>', without)
    assert sorted(rows) == sorted(councils_of_today())
    assert len(re.findall(r"<g class=\"s-\w+\" data-code=\"E\d{8}\"><title>[^<]{20,}</title>", without)) == 153
    assert '<div class="tools" id="tools" hidden>' in without  # what only the script can do is not shown
    assert '<a href="../leicester/demand-outlook.html">Leicester</a>' in without


def test_the_page_runs_its_own_script_alone(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    (script,) = re.findall(r"(?s)<script>(.*?)</script>", page)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy.replace("&#39;", "'") and "default-src 'none'" in policy
    assert not re.search(r'(src|href)="https?://', page)


def test_the_page_says_what_the_tables_say(page, england):
    own = england.older.loc["E10000018"]
    assert own["origin_people"] == 7870 and round(own["people"]) == 8890  # as in the county's own paper
    row = re.search(r'<tr id="E10000018".*?</tr>', page)[0]
    assert all(f">{text}<" in row for text in ("7,870", "8,890", "13%", "7,300 to 11,000", "four in five"))
    assert "Hackney" in page and "was not submitted ([x])" in re.search(r'<tr id="E09000012".*?</tr>', page)[0]
    assert len(england.left_out) == 5 and len(england.older) == 148
    assert "all 148 councils projected" in page


def test_words_turn_with_the_figures(england):
    fewer = england_page.England({})
    fewer.__dict__["growth"] = england.growth.assign(change_pct=-44.4, rise_pct=10.0)
    said = fewer.content()
    assert said["heading"].split("support ")[1].startswith("44% fewer older people")
    assert said["messages"]["lead"] == "More people in 0 of 148 councils projected"


def test_the_map_has_a_shade_for_each_change(england):
    shades = {row["shade"] for row in england.content()["rows"]}
    assert shades == {"none", 0, 1, 2, 3, 4}


def test_the_open_data_is_valid_and_alike_in_both_forms(england, tmp_path):
    files = england.data("2026-11-26")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    described = json.loads(files["datapackage.json"])
    assert described["licenses"][0]["name"] == "OGL-UK-3.0" and all(one["title"] for one in described["sources"])
    csv, parquet = (
        pd.read_csv(tmp_path / "councils.csv"),
        fastparquet.ParquetFile(tmp_path / "councils.parquet").to_pandas(),
    )
    assert len(csv) == len(parquet) == 2 * 153
    assert csv["people"].sum() == parquet["people"].sum() and list(csv) == list(parquet)
    assert csv["people"].isna().sum() == 2 * 5 and (csv["people"].dropna() > 0).all()  # what is missing is no 0
    assert files == england.data("2026-11-26")


def test_open_data_needs_meanings():
    with pytest.raises(InputError, match="'unheard' without a meaning"):
        open_data.package("a", "A", "1", {"b": ("B", pd.DataFrame({"unheard": [1]}))}, ["c"])


def test_the_strip_says_what_it_draws():
    values = pd.DataFrame({"group": ["A", "A", "A", "B"], "value": [1.0, 2.0, 9.0, -3.0]})
    assert region_strip.in_words(values).endswith(
        "A, three councils: from 1% to 9%, the middle 2%; B, one council: from −3% to −3%, the middle −3%."
    )
    plotted = {line.get_label(): len(line.get_xdata()) for line in region_strip.draw(values).axes[0].get_lines()}
    assert plotted["A"] == 3 and plotted["B"] == 1


def test_moves_outside_the_interval_are_those_that_its_level_leaves_out():
    narrow, kept = moved(50), england_page.England({}).moved  # that at 99 in 100
    assert len(narrow) == len(kept) and 0 < (kept["outside"] != "no").sum() < (narrow["outside"] != "no").sum()
    beyond = narrow[narrow["outside"] == "above"]
    assert (beyond["people"] > beyond["upper"] - 1).all() and len(beyond)
    inside = narrow[narrow["outside"] == "no"]
    assert (inside["people"].between(inside["lower"] - 1, inside["upper"] + 1)).all()
    sheffield = kept[(kept["council"] == "Sheffield") & (kept["age_band"] == "18-64") & (kept["period"] == "2021/22")]
    assert sheffield["outside"].item() == "below"  # 5,685 people, then 3,330
