"""The bot's command line: `python -m bot run | admin-link | doctor | backup | restore`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from pydantic import ValidationError

from bot.settings import Settings, interactive
from model.errors import NonesuchError

app = typer.Typer(
    help="nonesuch, the chat service.", no_args_is_help=True, pretty_exceptions_enable=False
)

USAGE = 2


@contextmanager
def _friendly() -> Iterator[None]:
    """Errors that a person can act on: one sentence, no traceback."""
    try:
        yield
    except NonesuchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from None


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for each in error.errors():
            name = "_".join(str(part) for part in each["loc"]).upper()
            typer.echo(f"NONESUCH_{name}: {each['msg']} (it is {each['input']!r})", err=True)
        raise typer.Exit(USAGE) from None


@app.command()
def run() -> None:
    """Serve: the web chat, and Telegram where a token is set, until Ctrl-C or SIGTERM."""
    from bot.app import App
    from bot.app import run as serve
    from bot.telemetry import set_up_logs
    from bot.web.admin import make_admin_link

    settings = _settings()
    set_up_logs(settings.log_level, settings.log_json)

    async def ready(bot: App) -> None:
        print(f"The chat: {bot.webchat.address}", flush=True)
        if interactive():  # a log file or a journal must not hold it
            link = await make_admin_link(bot.store, bot.webchat.address)
            print(f"Become admin (once, within 15 minutes): {link}", flush=True)

    with _friendly():
        asyncio.run(serve(settings, ready))


@app.command("admin-link")
def admin_link() -> None:
    """Print a new one-time link that makes whoever opens it an admin."""
    from bot.store.engine import Store
    from bot.web.admin import make_admin_link

    settings = _settings()

    async def make() -> str:
        store = Store(settings.database_url)
        await store.open()
        try:
            return await make_admin_link(store, settings.address)
        finally:
            await store.close()

    with _friendly():
        print(asyncio.run(make()))


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

    with _friendly():
        size = back_up(_settings(), file)
        print(f"{file}: {size / 1e6:.1f} MB. To put it back: python -m bot restore {file}")


@app.command()
def restore(file: Path) -> None:
    """Put a backup back into an empty home."""
    from bot.backup import restore as put_back

    settings = _settings()
    with _friendly():
        put_back(settings, file)
        print(f"Restored to {settings.home}.")


if __name__ == "__main__":
    sys.exit(app())
