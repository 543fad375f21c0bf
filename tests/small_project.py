"""A small project of two made-up councils: the whole way from printed tables to papers, in seconds.

wessex has all that a council can have, and two papers; mercia the least, and one. `make` lays it out, and the fixture
`built` of conftest.py builds it once for all tests of a run.
"""

import shutil
from pathlib import Path

import third_council
import yaml
from conftest import PROJECT

COPIED = (
    *("dodo.py", "pyproject.toml", "requirements.lock", "notebooks", "src", "data/assumptions/breaks.yaml"),
    *("data/assumptions/uncertainty.yaml", "data/assumptions/need_drivers.yaml", "data/assumptions/spread.yaml"),
    "data/raw/ons_care_home_residents_2021",  # of England, which papers on need cite
)
ASSUMPTIONS = Path("data/assumptions")
#: The multiple where no setting is on file, from figures of mercia: what wessex prints moves nothing of mercia's.
MIXTURE = {
    "people": "mercia_support/support!B3",
    "people_at_home": "mercia_support/support!B2",
    "population_65_84": "mercia_population/population!E2 + mercia_population/population!F2",
    "population_85_plus": "mercia_population/population!G2",
    "rounded_to": 0.1,
}
#: A check of each council: that of mercia disagrees.
CHECKS = {
    "mercia_support": {
        "id": "stayed",
        "published": "support!B3",
        "formula": "mercia_support_later/support!B3",
        "cause": "Fewer people were counted later.",
        "matters": "Members may plan for more people than there are.",
        "question": "Why are there fewer?",
    },
    "wessex_support": {"id": "older_add", "published": "support!C5", "formula": "sum(support!C2:C4)"},
}
PAPERS = {"mercia": ["demand_outlook"], "wessex": ["demand_outlook", "figures_checked"]}
#: The papers that `doit` makes of it, without their endings.
PUBLISHED = [f"reports/{name}/{paper.replace('_', '-')}" for name, papers in PAPERS.items() for paper in papers]


def make(folder: Path) -> Path:
    """The project in this folder, from raw figures alone."""
    for part in COPIED:
        source, target = PROJECT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.failed.ipynb"))
        else:
            shutil.copy(source, target)
    (folder / "authorities.toml").touch()
    third_council.add(folder, "mercia", "E10000099", "by_age", briefings=PAPERS["mercia"])
    everything = third_council.with_optional(*third_council.OPTIONAL)
    third_council.add(folder, "wessex", "E10000098", "by_reason", briefings=PAPERS["wessex"], **everything)
    for source, check in CHECKS.items():
        _write(folder / f"data/raw/{source}/checks.yaml", {"checks": [check]})
    _assumptions(folder)
    return folder


def _assumptions(folder: Path) -> None:
    """The project's own, without what rests on documents of the real councils; prevention is for wessex alone."""
    bands, prevention = (
        yaml.safe_load((PROJECT / ASSUMPTIONS / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("age_bands", "scenarios/prevention")
    )
    bands["gradients"]["not_stated"] = {"title": "Any", "mixture": MIXTURE, "evidence": "An assumption."}
    prevention["authorities"] = ["wessex"]
    _write(folder / ASSUMPTIONS / "age_bands.yaml", bands)
    _write(folder / ASSUMPTIONS / "scenarios/prevention.yaml", prevention)
    shutil.copy(PROJECT / ASSUMPTIONS / "scenarios/constant_rates.yaml", folder / ASSUMPTIONS / "scenarios")


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
