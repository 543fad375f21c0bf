"""The one kind of error that a person can make and mend."""


class InputError(ValueError):
    """A mistake that a person made, said in their words: what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows for it: the message, without the traceback."""
        return [f"{type(self).__name__}: {self}"]


def nearest(name: object, known: list[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, and all of them."""
    import difflib

    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{hint} Known: {', '.join(known)}."


def refuse_other_digits(text: str) -> None:
    """Refuse digits of other scripts and widths, which look like 0 to 9 and are not."""
    if any(character.isdecimal() and not character.isascii() for character in text):
        raise InputError(f"{text!r} has digits that are not the ordinary 0 to 9. Type it with those")
