"""The one kind of error that a person can make and mend."""

from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """A mistake that a person made, said in their words: what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows for it: the message, without the traceback."""
        return [f"{type(self).__name__}: {self}"]


class NotOnFile(InputError):
    """What a paper rests on and its council has not on file. The paper ends where it says so; it is no failure."""


def nearest(name: object, known: list[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, and all of them; nothing where none is."""
    import difflib

    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{hint} Known: {', '.join(known)}." if known else ""


def under(heading: str) -> str:
    """Under which heading a cell of a notebook stands, behind its number; nothing where none stands above it."""
    return f", under {heading!r}" if heading else ""


class Mistakes:
    """The mistakes of one document or file, gathered so that one run says all of them."""

    #: More are counted and not said.
    SAID = 20

    def __init__(self) -> None:
        self.found: list[str] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Go on after an InputError, and keep it."""
        try:
            yield
        except InputError as error:
            self.found += getattr(error, "mistakes", [str(error)])

    def refuse(self) -> None:
        """Raise what was found as one InputError: a single mistake as it is, several as a list."""
        if not self.found:
            return
        if len(self.found) == 1:
            raise InputError(self.found[0])
        more = len(self.found) - self.SAID
        said = [f"- {mistake}" for mistake in self.found[: self.SAID]] + [f"and {more:,} more."] * (more > 0)
        error = InputError("\n".join([f"{len(self.found):,} mistakes:", *said]))
        error.mistakes = self.found  # for who gathers those of several files
        raise error


def refuse_other_digits(text: str) -> None:
    """Refuse digits of other scripts and widths, which look like 0 to 9 and are not."""
    if any(character.isdecimal() and not character.isascii() for character in text):
        raise InputError(f"{text!r} has digits that are not the ordinary 0 to 9. Type it with those")
