"""What a person means by a name on doit's command line: a task or a file by its own, a council, a paper, a step."""

import difflib
from collections.abc import Iterable

from doit.exceptions import InvalidDodoFile
from doit.task import Task

from helpers.base.without_entry import id_of

PUBLISH = "publish"
#: The tasks that make all papers of a council without an entry in authorities.toml, one each.
COUNCIL = "council"


def resolve(arguments: list[str], tasks: dict[str, Task], commands: Iterable[str] = ()) -> list[str]:
    """The same arguments with each short name as the names of the tasks that it means.

    "leicester" or "derby" is all papers of a council, "money" that paper of every council, "leicester:money" that one;
    "project:leicester" is what of a step is of that council. What follows a task that has options of its own stays as
    it is. Raises InvalidDodoFile for a name of nothing, with the nearest and what there is.
    """
    resolved, targets = [], {target for task in tasks.values() for target in task.targets}
    for place, name in enumerate(arguments):
        if name in tasks and tasks[name].params:
            return [*resolved, *arguments[place:]]
        if name in tasks or name in targets or name.startswith("-") or "*" in name:
            resolved.append(name)
        elif found := meant(name, tasks):
            resolved += found
        else:
            raise InvalidDodoFile(_unknown(name, tasks, commands))
    return list(dict.fromkeys(resolved))


def papers(tasks: Iterable[str]) -> list[tuple[str, str]]:
    """Council and paper of each task that publishes one."""
    parts = [task.split(":") for task in tasks]
    return [(part[1], part[2]) for part in parts if part[0] == PUBLISH and len(part) == 3]


def meant(name: str, tasks: dict[str, Task]) -> list[str]:
    """The tasks that a short name means; none where it means nothing."""
    name = name.replace("-", "_").removesuffix(":")
    of_council = {council: f"{PUBLISH}:{council}" for council, _ in papers(tasks)}
    if name in of_council:
        return [of_council[name]]
    if (other := f"{COUNCIL}:{id_of(name)}") in tasks:
        return [other]
    if found := [
        f"{PUBLISH}:{council}:{paper}" for council, paper in papers(tasks) if name in (paper, f"{council}:{paper}")
    ]:
        return found
    step, _, rest = name.partition(":")
    if rest and step in tasks:
        asked = rest.split(":")
        of_step = [one for one in tasks if one.startswith(f"{step}:")]
        if step == PUBLISH:  # a council's own task makes all of its papers
            of_step = [one for one in of_step if one.count(":") == 2]
        return [one for one in of_step if all(f"_{word}_" in f"_{_words(one, step)}_" for word in asked)]
    return [one for one in tasks if one.partition(":")[2] == name]


def _words(task: str, step: str) -> str:
    return task.removeprefix(f"{step}:").replace(":", "_")


def _unknown(name: str, tasks: dict[str, Task], commands: Iterable[str]) -> str:
    councils = list(dict.fromkeys(council for council, _ in papers(tasks)))
    named = sorted({paper for _, paper in papers(tasks)})
    steps = [task for task in tasks if ":" not in task]
    others = [task.partition(":")[2] for task in tasks if task.startswith(f"{COUNCIL}:")]
    every = [*named, *councils, *others, *steps, *commands, *(f"{one}:{paper}" for one, paper in papers(tasks)), *tasks]
    whole = id_of(name.partition(":")[0])
    if ":" in name and whole in others:
        return f"There is no task {name!r}: all papers of {whole} are made together, by `doit {whole}`."
    near = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), every, n=1)
    lines = [f"There is no task, council or paper {name!r}.{f' Did you mean {near[0]!r}?' if near else ''}"]
    if councils:
        lines += [
            f"Councils: {', '.join(councils)}{' (and others: `doit councils`)' if others else ''}.",
            f"Papers: {', '.join(named)}; of one council: {councils[0]}:{named[0]}.",
        ]
    lines += [f"Steps: {', '.join(sorted(steps))}.", "`doit list --all` names every task."]
    return "\n".join(lines)
