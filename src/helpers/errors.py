"""The one kind of error that a person can make and mend."""


class InputError(ValueError):
    """A mistake that a person made, said in their words: what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows for it: the message, without the traceback."""
        return [f"{type(self).__name__}: {self}"]


class NotOnFile(InputError):
    """What a paper rests on and its council has not on file. The paper ends where it says so; it is no failure."""


def nearest(name: object, known: list[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, and all of them."""
    import difflib

    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{hint} Known: {', '.join(known)}."
