"""`doit why`: what a task would run for. It looks, and changes nothing."""

import difflib
from collections.abc import Iterator

from doit.cmd_base import DoitCmdBase
from doit.control import TaskControl
from doit.task import Task

from helpers.base.errors import under
from helpers.base.paths import relative, root
from helpers.pipeline import lineage, notebooks
from helpers.pipeline.builds import named, rests_on
from helpers.pipeline.freshness import Unchanged, targets_as_made
from helpers.pipeline.remembered import fingerprints_of, known_before

#: How many reasons are said of the same tasks; it says how many more there are.
MOST_REASONS = 12


class Why(DoitCmdBase):
    """The command: for the tasks that are named, and all that they rest on."""

    name = "why"
    doc_purpose = "say why tasks would run: what changed since they last did"
    doc_usage = "[TASK ...]"
    doc_description = "Without a task: for all that plain `doit` makes. It runs nothing and changes nothing."
    cmd_options = ()

    def _execute(self, pos_args: list[str] | None = None) -> int:
        control = TaskControl(self.task_list)
        control.process(self.sel_tasks)
        for line in answer(control.tasks, control.selected_tasks, self.dep_manager):
            self.outstream.write(f"{line}\n")
        return 0


def answer(tasks: dict[str, Task], asked: list[str], record: object) -> list[str]:
    """What to say of these tasks: why they, or what they rest on, would run; or that all is up to date."""
    every = [task for task in rests_on(tasks, asked) if task.actions]
    every.sort(key=lambda task: task.name not in asked and task.subtask_of not in asked)  # what was asked for, first
    found = {task.name: list(dict.fromkeys(reasons(task, tasks, record))) for task in every}
    would_run = [name for name, why in found.items() if why]
    if not would_run:
        return [
            f"{named(asked)}: up to date." if len(every) == 1 else f"{named(asked)}: up to date ({len(every)} tasks)."
        ]
    of_reason: dict[str, list[str]] = {}
    for name in would_run:
        for reason in found[name]:
            of_reason.setdefault(reason, []).append(name)
    alike: dict[tuple, list[str]] = {}
    for reason, names in of_reason.items():
        alike.setdefault(tuple(names), []).append(reason)
    lines = []
    for names, why in alike.items():
        lines.append(f"{named(list(names))} would run because")
        lines += [f"  {reason}" for reason in why[:MOST_REASONS]]
        lines += [f"  and {len(why) - MOST_REASONS} more reasons"] if len(why) > MOST_REASONS else []
    behind = [task.name for task in every if not found[task.name] and _rests_on_any(tasks, task, set(would_run))]
    if behind:
        lines.append(f"Then, where that changes what they read: {named(behind)}.")
    if rest := len(every) - len(would_run) - len(behind):
        lines.append(f"Up to date: {rest} {'other task' if rest == 1 else 'other tasks'}.")
    return lines


def _rests_on_any(tasks: dict[str, Task], task: Task, names: set[str]) -> bool:
    return any(other.name in names for other in rests_on(tasks, [task.name]))


def reasons(task: Task, tasks: dict[str, Task], record: object) -> Iterator[str]:
    """What a task would run for by itself, each as the end of a sentence; nothing where it is up to date."""
    status = record.get_status(task, tasks, get_log=True)
    if status.status == "up-to-date":
        return
    if not (looks := [each for each, _, _ in task.uptodate if isinstance(each, Unchanged)]):
        yield "it runs whenever it is asked for"
        return
    values = record.get_values(task.name)
    if "parts" not in values:
        yield "it has not run here yet, or its last run did not succeed"
        return
    said = [
        *_of_parts(task, values["parts"], looks[0].parts()),
        *_of_files(status.reasons),
        *_of_targets(task, values),
    ]
    yield from said or ["a file that it reads was edited while it last ran"]


def _of_files(found: dict) -> Iterator[str]:
    for file in sorted(found.get("changed_file_dep", [])):
        if file not in found.get("added_file_dep", []):
            yield f"{_kind(file)} {'was made anew' if _is_made(file) else 'was edited'}"
    for file in found.get("added_file_dep", []):
        yield f"{_kind(file)} is new to what it reads"
    for file in found.get("removed_file_dep", []):
        yield f"{_kind(file)} is no longer what it reads"
    for file in found.get("missing_file_dep", []):
        yield f"{_kind(file)}, which it reads, is not there"


def _is_made(file: str) -> bool:
    return file.startswith(("build/", "data/processed/", "reports/"))


def _kind(file: str) -> str:
    return f"the assumption {file}" if file.startswith("data/assumptions/") else file


def _of_targets(task: Task, values: dict) -> Iterator[str]:
    if not any(each is targets_as_made for each, _, _ in task.uptodate):
        return
    made = values.get("targets", {})
    for file, now in fingerprints_of(task.targets).items():
        if now is None:
            yield f"{file}, which it makes, is missing"
        elif file not in made:
            yield f"{file} is new to what it makes"
        elif made[file] != now:
            yield f"{file}, which it made, is no longer as it made it"


def _of_parts(task: Task, before: dict, now: dict) -> Iterator[str]:
    """What differs in what a task rests on but the files that it reads."""
    if before.get("cells") != now.get("cells"):
        yield from _of_cells((task.meta or {})["notebook"], before.get("cells", []), now["cells"])
    for file, was, is_now in _differing(before.get("helpers", {}), now.get("helpers", {})):
        yield _of_helper(file, was, is_now)
    if before.get("lock") != now.get("lock"):
        yield f"{lineage.LOCK} locks other packages"
    for name, was, is_now in _differing(before.get("parameters", {}), now.get("parameters", {})):
        if was is None or is_now is None:
            yield f"the parameter {name} is {'no longer set' if is_now is None else f'now set to {is_now!r}'}"
        else:
            yield f"the parameter {name} is {is_now!r}, and was {was!r}"
    for name, was, is_now in _differing(before.get("settings", {}), now.get("settings", {})):
        how = "is new" if was is None else "is gone" if is_now is None else "was edited"
        yield f"authorities.toml: {name} {how}"
    for file, was, is_now in _differing(before.get("rests on", {}), now.get("rests on", {})):
        how = "is new" if was is None else "is gone" if is_now is None else "was edited"
        yield f"{_kind(file)}, which headlines rest on, {how}"


def _differing(before: dict, now: dict) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield name, before.get(name), now.get(name)


def _of_helper(file: str, was: str | None, is_now: str | None) -> str:
    """What is to say of a helper that differs; which of its functions, where the one before is still known."""
    if was is None:
        return f"{file} is new to what it uses"
    if is_now is None:
        return f"{file} is no longer what it uses"
    if not file.endswith(".py"):
        return f"{file} was edited"
    old, new = known_before("about", lineage.about_key(was)), lineage.about(file)
    names = [name for name, *_ in _differing(old["parts"], new["parts"]) if name] if old else []
    return f"{file} was edited{': ' if names else ''}{named(names)}"


def _of_cells(notebook: str, before: list[str], now: list[str]) -> Iterator[str]:
    """Which cells of a notebook are other than they were, by number (from 1, words and code) and heading."""
    cells, headings, heading = notebooks.read(root() / notebook)["cells"], [], ""
    for cell in cells:
        heading = notebooks.heading_in(cell) or heading
        headings.append(heading)

    def cell_at(place: int) -> str:
        return f"{relative(root() / notebook)}, cell {place + 1}{under(headings[place])},"

    for how, old, old_end, new, new_end in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if how == "equal":
            continue
        paired = min(old_end - old, new_end - new)
        for place in range(new, new_end):
            yield f"{cell_at(place)} {'was edited' if place - new < paired else 'is new'}"
        if gone := old_end - old - paired:
            what = "a cell was" if gone == 1 else f"{gone} cells were"
            yield f"{notebook}: {what} taken out {f'after cell {new_end}' if new_end else 'at its beginning'}"
