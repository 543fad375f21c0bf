"""Notebooks against their stored outputs: by the build's own run of them, and by nbval where there is none."""

import pytest
from conftest import PROJECT, edit_cells

from helpers.pipeline import notebooks, stored_outputs, tasks

#: Papers are built for `make test-all` alone; `make test` runs them by nbval.
RUN_AGAIN = tasks.by_nbval(everything=True)
STORED = [
    pytest.param(path, marks=pytest.mark.pipeline if path.startswith("notebooks/briefings/") else ())
    for path in tasks.stored_notebooks()
    if path not in RUN_AGAIN
]


@pytest.mark.parametrize("notebook", STORED)
def test_a_notebook_is_kept_with_the_outputs_that_the_build_makes(notebook):
    run = stored_outputs.as_built(notebook)
    assert stored_outputs.outputs(run) == stored_outputs.outputs(PROJECT / notebook), (
        f"What stands in {notebook} is not what {run.relative_to(PROJECT)} shows. `doit` makes that anew, and "
        "`doit refresh` keeps it; then read the diff."
    )


@pytest.mark.usefixtures("papers_made")
def test_every_notebook_is_held_one_way_or_the_other_and_few_run_again_for_it():
    assert len(STORED) + len(RUN_AGAIN) == len(tasks.stored_notebooks())
    assert {*RUN_AGAIN} <= {"notebooks/70_what_if.ipynb", "notebooks/briefings/what_changed.ipynb"}
    assert {path for path in tasks.by_nbval() if path not in RUN_AGAIN} == {
        path for path in tasks.stored_notebooks() if "/briefings/" in path and path not in RUN_AGAIN
    }


def test_a_run_with_other_parameters_or_of_another_notebook_is_not_it(project):
    notebook, run = "notebooks/30_population.ipynb", project / "build/population.ipynb"
    asked = 'authority_id = "leicestershire"\n'
    cells = notebooks.read(project / notebook)["cells"]

    run.parent.mkdir(exist_ok=True)

    def write(parameters, title=cells[0]["source"]):
        put_in = {**cells[1], "source": parameters, "metadata": {"tags": ["injected-parameters"]}}
        run.write_bytes((project / notebook).read_bytes())
        edit_cells(
            run, lambda of_run: of_run.__setitem__(slice(0, 2), [{**cells[0], "source": title}, *cells[1:2], put_in])
        )

    write(asked)
    assert stored_outputs.as_built(notebook) == run
    assert stored_outputs.outputs(run) == stored_outputs.outputs(project / notebook)
    edit_cells(run, lambda of_run: of_run[-1]["outputs"].append({"output_type": "stream"}))
    assert stored_outputs.outputs(run) != stored_outputs.outputs(project / notebook)
    for parameters, title in ((asked.replace("shire", ""), cells[0]["source"]), (asked, "# Another")):
        write(parameters, title)
        assert stored_outputs.as_built(notebook) is None
