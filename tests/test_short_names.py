"""Names on doit's command line: a council, a paper, a paper of one council; and what a wrong one gets."""

import os
import subprocess
import sys

import pytest
from conftest import PROJECT, doit
from doit.exceptions import InvalidDodoFile
from doit.task import Task

from helpers.base.without_entry import id_of
from helpers.pipeline.short_names import resolve

NAMES = [
    *("tidy", "tidy:leicester_foi_2024", "project", "project:need_leicester_x", "project:need_leicestershire_x"),
    *("publish", "publish:leicester:money", "publish:leicester:demand_outlook", "publish:leicester"),
    *("publish:leicestershire:money", "publish:leicestershire", "publish:index", "figure", "brief:leicester:money"),
    "brief",
]
TASKS = {name: Task(name, None) for name in NAMES}
TASKS["figure"] = Task("figure", None, params=[{"name": "number", "long": "number", "default": ""}])


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["leicester"], ["publish:leicester"]),
        (["money"], ["publish:leicester:money", "publish:leicestershire:money"]),
        (["leicester:money"], ["publish:leicester:money"]),
        (["leicester:demand-outlook"], ["publish:leicester:demand_outlook"]),
        (["publish:leicester"], ["publish:leicester"]),
        (["publish:money"], ["publish:leicester:money", "publish:leicestershire:money"]),
        (["project:leicester"], ["project:need_leicester_x"]),
        (["leicester_foi_2024"], ["tidy:leicester_foi_2024"]),
        (["money", "leicester:money"], ["publish:leicester:money", "publish:leicestershire:money"]),
        (["tidy:*", "-a"], ["tidy:*", "-a"]),
        (["figure", "--number", "mony"], ["figure", "--number", "mony"]),
    ],
)
def test_a_short_name_means_its_tasks(arguments, wanted):
    assert resolve(arguments, TASKS) == wanted


@pytest.mark.parametrize(
    ("name", "near"),
    [("mony", "money"), ("leicster", "leicester"), ("leicester:mony", "leicester:money"), ("publsh", "publish"),
     ("wy", "why")],
)  # fmt: skip
def test_a_wrong_name_gets_the_nearest_and_what_there_is(name, near):
    with pytest.raises(InvalidDodoFile) as refused:
        resolve([name], TASKS, ["why", "list"])
    said = str(refused.value)
    assert f"no task, council or paper {name!r}. Did you mean {near!r}?" in said
    assert "Councils: leicester, leicestershire." in said and "Papers: demand_outlook, money" in said


def test_the_papers_of_another_council_are_made_together():
    with pytest.raises(InvalidDodoFile, match="all papers of derby are made together, by `doit derby`"):
        resolve(["derby:money"], TASKS | {"council:derby": Task("council:derby", None)})


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Derby City Council", "derby"), ("derby_city_council", "derby"), ("City of London", "city_of_london"),
     ("Bristol, City of", "bristol"), ("Central Bedfordshire", "central_bedfordshire"),
     ("Tower Hamlets Council", "tower_hamlets")],
)  # fmt: skip
def test_a_council_s_full_name_is_known(name, wanted):
    assert id_of(name) == wanted


#: Prints what a task rests on, in a process of its own: what dodo.py found is kept for as long as a process lives.
LISTING = """
import runpy
from doit.control import TaskControl
from doit.loader import load_tasks
from helpers.pipeline.builds import rests_on
control = TaskControl(load_tasks(runpy.run_path("dodo.py")))
print(*(task.name for task in rests_on(control.tasks, ["publish:leicester:money"]) if task.actions), sep="\\n")
"""


def test_one_paper_of_one_council_rests_on_that_council_alone():
    listed = doit(PROJECT, "list", "--all", "--quiet", "leicester:money")
    assert listed.stdout.split() == ["publish:leicester:money"]
    environment = {**os.environ, "PYTHONPATH": "src"}
    command = [sys.executable, "-c", LISTING]
    said = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    names = said.stdout.splitlines()
    assert names[-1] == "publish:leicester:money" and "brief:leicester:money" in names
    assert [name for name in names if name.startswith(("brief", "publish"))] == [
        "brief:leicester:money",
        "publish:leicester:money",
    ]
    of_the_other = [
        name for name in names if "leicestershire" in name.replace("leicestershire_market", "").split("_")[1:2]
    ]
    assert not of_the_other and not any(name.startswith("recompute:checks_leicestershire") for name in names)
