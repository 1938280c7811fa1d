"""The bot's command line: `python -m bot run | admin-link | doctor | backup | …`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.settings import Settings, interactive
from model.command import USAGE, friendly
from model.errors import BadData

app = typer.Typer(
    help="nonesuch, the chat service.", no_args_is_help=True, pretty_exceptions_enable=False
)


@app.command()
def run() -> None:
    """Serve: the web chat, and Telegram where a token is set, until Ctrl-C or SIGTERM."""
    _end_at_once_when_told()
    # Classifying has a thread a core already: BLAS's own would cost 8 ms a photo instead of 0.1.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported, below
    from bot.app import App
    from bot.app import run as serve
    from bot.telemetry import set_up_logs
    from bot.web.admin import make_admin_link

    settings = _settings()
    set_up_logs(settings)

    async def ready(bot: App) -> None:
        print(f"The chat: {bot.webchat.address}", flush=True)
        if interactive():  # a log file or a journal must not hold it
            link = await make_admin_link(bot.store, bot.webchat.address)
            print(f"Become admin (once, within 15 minutes): {link}", flush=True)

    with friendly():
        asyncio.run(serve(settings, ready))


@app.command("admin-link")
def admin_link() -> None:
    """Print a new one-time link that makes whoever opens it an admin."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.backup import DATABASE
    from bot.store.engine import Store
    from bot.web.admin import make_admin_link

    settings = _settings()
    free_port = settings.port == 0 and not settings.public_url

    async def make() -> str:
        store = Store(settings.database_url)  # not opened: to migrate it is the bot's business
        try:
            return await make_admin_link(store, "" if free_port else settings.address)
        except SQLAlchemyError as error:
            raise BadData(f"{settings.home / DATABASE} can't be used: {error}.") from error
        finally:
            await store.close()

    with friendly():
        if not (settings.home / DATABASE).exists():
            raise BadData(
                f"There is no bot in {settings.home} yet: start it first. Or is NONESUCH_HOME "
                "another folder?"
            )
        print(asyncio.run(make()))
    if free_port:
        print("Put the address before it that the bot printed at its start.", file=sys.stderr)


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation. Exit status 1 if something is."""
    from bot.doctor import examine

    findings = list(examine(_settings()))
    for finding in findings:
        print(f"{'ok   ' if finding.ok else 'WRONG'} {finding.words}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def backup(file: Path) -> None:
    """Write a consistent copy of everything to FILE (a tar) while the bot runs."""
    from bot.backup import back_up

    with friendly():
        size = back_up(_settings(), file)
        print(f"{file}: {size / 1e6:.1f} MB. To put it back: python -m bot restore {file}")


@app.command()
def restore(file: Path) -> None:
    """Put a backup back into an empty home."""
    from bot.backup import restore as put_back

    settings = _settings()
    with friendly():
        put_back(settings, file)
        print(f"Restored to {settings.home}.")


@app.command("people")
def people() -> None:
    """List who wrote to the bot: id, name, since when, and how much is kept of them."""
    from bot.forget_command import everybody

    with friendly():
        for one in asyncio.run(everybody(_settings())):
            kept = f"{one.photos} photos, {one.words} corrections"
            print(f"{one.id}  {one.name}  since {one.created_at[:10]}, {kept}")


@app.command()
def forget(person: str, yes: Annotated[bool, typer.Option(help="Don't ask.")] = False) -> None:
    """Delete all that is kept of PERSON, `telegram:123`; `people` lists them."""
    from bot.forget_command import forget as forget_person

    settings = _settings()
    if not yes:
        typer.confirm(f"Delete all that is kept of {person}, and what learned from it?", abort=True)
    with friendly():
        asyncio.run(forget_person(settings, person, print))


@app.command()
def export(folder: Path) -> None:
    """Write what people said, and the photos, to FOLDER as CSV, COCO JSON and VOC XML."""
    from bot.export import export as write

    with friendly():
        for line in write(_settings(), folder):
            print(line)


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for each in error.errors():
            typer.echo(_in_words(each), err=True)
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"The file .env can't be read: {error}", err=True)
    raise typer.Exit(USAGE)


def _in_words(error: ErrorDetails) -> str:
    """A wrong setting: which one, what is wrong, and its value unless it is a secret."""
    name = str(error["loc"][0])
    secret = Settings.model_fields[name].annotation is SecretStr
    value = "" if secret else f" (it is {error['input']!r})"
    return f"NONESUCH_{name.upper()}: {error['msg'].removeprefix('Value error, ')}{value}"


def _end_at_once_when_told() -> None:
    """Before the service has its own handlers there is nothing to drain.

    No exception ends it: one that is raised in the middle of an import may be swallowed there.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))


if __name__ == "__main__":
    sys.exit(app())
