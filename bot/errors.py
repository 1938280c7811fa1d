"""The bot's own errors, below `model.errors.NonesuchError`: one class a reaction."""

from model.errors import NonesuchError


class TooMuch(NonesuchError):  # noqa: N818 - reads as what it is: say it to the person
    """A person or the disk is over a limit. Say it in these words; keep nothing."""


class NotAllowed(NonesuchError):  # noqa: N818
    """Only an admin, or only the photo's sender, may do that. Say it."""


class TryAgain(NonesuchError):  # noqa: N818
    """A platform did not take it now. Try again after `after_s` seconds."""

    def __init__(self, message: str, after_s: float = 1.0) -> None:
        super().__init__(message)
        self.after_s = after_s


class Moved(NonesuchError):  # noqa: N818
    """The chat has another id now: `chat`. Send it there, once."""

    def __init__(self, chat: str) -> None:
        super().__init__(f"The chat moved to {chat}.")
        self.chat = chat


class Undeliverable(NonesuchError):  # noqa: N818
    """A platform will never take it (blocked, chat gone). Give it up; log it."""


class NotYet(NonesuchError):  # noqa: N818
    """A platform takes it only after the person has written again. Keep it until then."""
