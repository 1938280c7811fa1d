"""What the three command lines share: errors that a person can act on become one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from model.errors import NonesuchError

USAGE = 2
"""Exit status of wrong usage, and of anything else that the person at the keyboard has to mend."""


@contextmanager
def friendly() -> Iterator[None]:
    """Say a `NonesuchError` on stderr and exit with `USAGE`: no traceback."""
    try:
        yield
    except NonesuchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from None
