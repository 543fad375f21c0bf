"""A figure's SVG made fit to stand inside an HTML page beside other drawings."""

import re
import xml.etree.ElementTree as ElementTree

from helpers.publish.errors import PublishError

_NOT_DRAWING = {"metadata", "title", "desc"}
_REFUSED = {"script", "foreignObject", "a", "iframe", "animate", "set"}


def inline(figure: dict) -> str:
    """The drawing of a figure, its names prefixed with the figure's id, spoken as its alternative text.

    Raises PublishError for a drawing that is no SVG, or that would load or run something.
    """
    try:
        root = ElementTree.fromstring(figure["svg"])
    except ElementTree.ParseError as error:
        raise _refusal(figure, f"is not well-formed SVG ({error})") from None
    _drop_namespaces(root)
    if root.tag != "svg":
        raise _refusal(figure, "is not SVG")
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _NOT_DRAWING:
                parent.remove(child)
    prefix = f"{figure['id']}-"
    name = f"{prefix}drawing"
    for element in root.iter():
        _make_safe(element, figure)
        _rename(element, prefix)
        if element.tag == "style":
            # A style in a drawing would otherwise style the whole page.
            element.text = f"#{name} {{ {element.text or ''} }}"
    root.attrib |= {"id": name, "role": "img", "aria-label": figure["alt"]}
    return ElementTree.tostring(root, encoding="unicode").strip()


def _drop_namespaces(root: ElementTree.Element) -> None:
    # HTML knows svg by its tag, and href without the prefix xlink.
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _make_safe(element: ElementTree.Element, figure: dict) -> None:
    if element.tag in _REFUSED:
        raise _refusal(figure, f"holds <{element.tag}>, which is not drawing")
    style = element.text or "" if element.tag == "style" else ""
    for name, value in [*element.attrib.items(), ("style", style)]:
        if name.startswith("on"):
            raise _refusal(figure, f"runs a script ({name})")
        loads = name == "href" and not value.startswith(("#", "data:image/png;"))
        if loads or re.search(r"url\(\s*[\"']?(?!#)|@import", value):
            raise _refusal(figure, f"loads something from elsewhere ({value[:60]})")


def _rename(element: ElementTree.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif name == "href" and value.startswith("#"):
            element.set(name, f"#{prefix}{value[1:]}")
        else:
            element.set(name, re.sub(r"url\(\s*#", f"url(#{prefix}", value))


def _refusal(figure: dict, what: str) -> PublishError:
    return PublishError(f"The drawing of the figure “{figure['title']}” {what}.")
