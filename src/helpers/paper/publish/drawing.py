"""A figure's SVG made fit to stand inside an HTML page beside other drawings."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter

from helpers.paper.publish.errors import PublishError

#: What a chart is drawn with: every element that may stand in a drawing, and its attributes. All else is refused.
_STYLED = {"id", "style", "transform", "clip-path", "fill", "stroke", "stroke-width", "opacity"}
_PLACED = {*_STYLED, "x", "y", "width", "height"}
_DRAWING = {
    "svg": {"width", "height", "viewBox", "version"},
    "g": _STYLED,
    "defs": {"id"},
    "path": {*_STYLED, "d"},
    "use": {*_PLACED, "href"},
    "rect": _PLACED,
    "circle": {*_STYLED, "cx", "cy", "r"},
    "line": {*_STYLED, "x1", "y1", "x2", "y2"},
    "polygon": {*_STYLED, "points"},
    "polyline": {*_STYLED, "points"},
    "clipPath": {"id"},
    "pattern": {*_PLACED, "patternUnits"},
    "text": _PLACED,
    "tspan": _PLACED,
    "image": {*_PLACED, "href"},
}
#: What a drawing says of itself, and not to a reader.
_NOT_DRAWING = {"metadata", "title", "desc"}
#: Matplotlib's own style sheet, which the page's says too; no other is let in, since it would style the whole page.
_MATPLOTLIB_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"
#: The colours that charts are drawn in, by the name that the page's style sheet gives each in the dark.
_COLOURS = {
    "#ffffff": "page",
    "#1a1a1a": "text",
    "#3d3d3d": "ink",
    "#cccccc": "rule",
    "#12436d": "blue",
    "#801650": "pink",
}
_OWN_PART = r"#[\w.-]+"
_FUNCTION = (
    rf"url\(\s*(?:{_OWN_PART}|'{_OWN_PART}'|\"{_OWN_PART}\")\s*\)"
    r"|(?:translate|scale|rotate|matrix|rgb)\([\d\s.,e%+-]*\)"
)
_VALUE = re.compile(rf"(?:{_FUNCTION}|[\w\s#.,:;%+-](?!\())*")
_PICTURE = re.compile(rf"{_OWN_PART}|data:image/png;base64,[\w+/=\s]*")


def inline(figure: dict) -> str:
    """The drawing of a figure, its names prefixed with the figure's id, spoken as its alternative text.

    Raises PublishError for a drawing that is no SVG, or that holds anything but drawing.
    """
    import nh3

    try:
        root = ElementTree.fromstring(figure["svg"])
    except ElementTree.ParseError as error:
        raise _refusal(figure, f"is not well-formed SVG ({error})") from None
    _drop_namespaces(root)
    if root.tag != "svg":
        raise _refusal(figure, "is not SVG")
    for parent in list(root.iter()):
        for child in list(parent):
            default_style = child.tag == "style" and (child.text or "").strip() == _MATPLOTLIB_STYLE
            if child.tag in _NOT_DRAWING or default_style:
                parent.remove(child)
    prefix = f"{figure['id']}-"
    for element in root.iter():
        _rename(element, prefix)
    written = ElementTree.tostring(root, encoding="unicode").strip()
    kept = nh3.clean(
        written,
        tags=set(_DRAWING),
        attributes=_DRAWING,
        attribute_filter=_as_drawn,
        clean_content_tags=set(),
        url_schemes={"data"},
        link_rel=None,
    )
    _refuse_what_went(figure, root, kept)
    for element in root.iter():
        _give_the_dark_its_colours(element)
    root.attrib |= {"id": f"{prefix}drawing", "role": "img", "aria-label": figure["alt"]}
    return ElementTree.tostring(root, encoding="unicode").strip()


def _drop_namespaces(root: ElementTree.Element) -> None:
    # HTML knows svg by its tag, and href without the prefix xlink.
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _rename(element: ElementTree.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif name == "href" and value.startswith("#"):
            element.set(name, f"#{prefix}{value[1:]}")
        else:
            element.set(name, re.sub(r"url\(\s*([\"']?)#", rf"url(\1#{prefix}", value))


def _give_the_dark_its_colours(element: ElementTree.Element) -> None:
    """Name the colours of an element, so that the page may show each as another; where it does not, they stay."""
    for name in ("style", "fill", "stroke"):
        if value := element.get(name):
            element.set(name, re.sub(r"#[0-9a-fA-F]{6}\b", _named, value))


def _named(colour: re.Match) -> str:
    name = _COLOURS.get(colour[0].lower())
    return f"var(--chart-{name}, {colour[0]})" if name else colour[0]


def _as_drawn(tag: str, name: str, value: str) -> str | None:
    """An attribute's value where it draws with what the drawing itself holds; else None, which leaves it out."""
    allowed = _PICTURE if name == "href" else _VALUE
    return value if allowed.fullmatch(value) else None


def _refuse_what_went(figure: dict, root: ElementTree.Element, kept: str) -> None:
    """Refuse a drawing of which the sanitiser left anything out: a chart never needs it."""
    try:
        left = _parts(ElementTree.fromstring(kept))
    except ElementTree.ParseError:
        left = Counter()
    if went := list(_parts(root) - left):
        tag, name, value = went[0]
        what = f'{name}="{value[:60]}" in <{tag}>' if name else f"<{tag}>"
        raise _refusal(figure, f"holds {what}, which is not drawing: it could run or load something")


def _parts(root: ElementTree.Element) -> Counter:
    """Every element, and every attribute of it, of a drawing."""
    found = [(element.tag, "", "") for element in root.iter()]
    found += [(element.tag, name, value) for element in root.iter() for name, value in element.attrib.items()]
    return Counter(found)


def _refusal(figure: dict, what: str) -> PublishError:
    return PublishError(f"The drawing of the figure “{figure['title']}” {what}.")
