"""Notebooks as they are stored: one canonical form, the same bytes from every run, machine and folder."""

import copy
import json
import re
import uuid

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
#: The id of the cell that is added at the end of a run, and taken out again: it looks whether the parameters held.
PARAMETERS_HELD = "parameters-held"
#: What a widget is in a notebook: the name of a model that the kernel keeps.
WIDGET = "application/vnd.jupyter.widget-view+json"


def canonical(notebook: dict) -> dict:
    """A notebook as it is stored: the same bytes from every run, machine and folder.

    Cells that were run are counted from the first, however often each was run in JupyterLab.
    """
    notebook["cells"] = [cell for cell in notebook["cells"] if cell.get("id") != PARAMETERS_HELD]
    ran = 0
    for cell in notebook["cells"]:
        if cell.get("execution_count"):
            ran += 1
            cell["execution_count"] = ran
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = ran
                # Widgets live in the kernel that made them: a file keeps a word in their place.
                if output.get("data", {}).pop(WIDGET, None):
                    output["data"] = {"text/plain": "Levers to turn: run this cell in JupyterLab."}
        tags = cell["metadata"].get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
    notebook["metadata"] = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return notebook


def dumps(notebook: dict) -> bytes:
    """A notebook as the bytes of its file: a drawing, a table's row and a list of data stand on one line each.

    Only where lines end differs from what nbformat and JupyterLab write: what a reader of the file gets is the same.
    """
    import nbformat

    notebook = copy.deepcopy(nbformat.from_dict(notebook))
    mark, whole = uuid.uuid4().hex, {}  # no text of the notebook reads like the names of what is put in at the end
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind, content in data.items():
                if kind.endswith("json"):
                    data[kind] = _on_one_line(content, mark, whole)
                elif kind in _LINES_END:
                    data[kind] = re.findall(_LINES_END[kind], "".join(content))
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    text = re.sub(rf'"({mark}-\d+)"', lambda found: whole[found[1]], text)
    return (text.rstrip("\n") + "\n").encode()


#: What a line of the file holds of an output: a whole drawing; a row of a table with what stands before it.
_LINES_END = {"image/svg+xml": r"(?s).+", "text/html": r"(?s).+?</tr>\n|.+"}


def _on_one_line(content: object, mark: str, whole: dict[str, str]) -> object:
    """Data with a name in the place of each innermost list or object, whose text is added to `whole` under the name."""
    inner = list(content.values()) if isinstance(content, dict) else content
    if not isinstance(inner, list):
        return content
    if not any(isinstance(part, dict | list) and part for part in inner):
        name = f"{mark}-{len(whole)}"
        whole[name] = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return name
    if isinstance(content, dict):
        return {key: _on_one_line(part, mark, whole) for key, part in content.items()}
    return [_on_one_line(part, mark, whole) for part in content]
