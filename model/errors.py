"""Every error that nonesuch raises on purpose. One base class a reaction.

Messages say what is wrong, with which value, what is allowed, and what to do next: they are shown
to people as they are.
"""


class NonesuchError(Exception):
    """Something that a person can act on. Its text is fit to be shown."""


class BadPhoto(NonesuchError):  # noqa: N818 - reads as what it is: tell the person who sent it
    """This file is no photo that can be answered. Tell the person; go on with the next."""


class BadVersion(NonesuchError):  # noqa: N818
    """A model version is damaged or unknown. Keep the one that answers; tell the admin."""


class BadData(NonesuchError):  # noqa: N818
    """A data source or a setting is wrong. Say it and stop; exit status 2."""
