"""The one error of this package: a notebook, or a paper made from it, that cannot go to a committee."""

from helpers.base.errors import InputError


class PublishError(InputError):
    """A notebook that is not a briefing yet, in the analyst's words: which cell, what, what to do."""
