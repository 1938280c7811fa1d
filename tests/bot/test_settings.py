"""Settings: what is wrong is said in a sentence, and what is right means what it says."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("HOST", "a..b"),
        ("HOME", "/tmp/a?b"),  # noqa: S108 - never made
        ("HOME", "~nobody-of-this-name/home"),
        ("PUBLIC_URL", "bot.example.org"),
        ("PUBLIC_URL", "ftp://bot.example.org"),
        ("PUBLIC_URL", "https://[::1"),
        ("ADMINS", "123"),
        ("ADMINS", "telegram:123,:4"),
        ("THREADS", "-1"),
        ("THREADS", "all"),
        ("TELEGRAM_API", "localhost:8081"),
        ("WHATSAPP_PHONE_ID", "+44 7700 900123"),
        ("WHATSAPP_API", "graph.facebook.com"),
        ("MAX_DISK_GB", "0"),
        ("MAX_DISK_GB", "nan"),
        ("MAX_DISK_GB", "inf"),
        ("MAX_PHOTO_MB", "lots"),
        ("PHOTOS_PER_HOUR", "0"),
        ("MESSAGES_PER_MINUTE", "1.5"),
        ("ALBUM_DEBOUNCE_S", "-1"),
        ("PEOPLE_PER_ADDRESS", "0"),
        ("TRUSTED_PROXIES", "my-proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("INBOX_DAYS", "6"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_JSON", "perhaps"),
    ],
)
def test_a_wrong_value(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that names the variable and the value; exit status 2."""
    monkeypatch.setenv(f"NONESUCH_{name}", value)
    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == 2
    (line,) = done.output.splitlines()
    assert line.startswith(f"NONESUCH_{name}: ")
    assert repr(value) in line


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET"])
def test_a_wrong_secret_is_not_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal's output is easily passed on."""
    monkeypatch.setenv(f"NONESUCH_{name}", "12:abc def")
    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == 2
    assert done.output.startswith(f"NONESUCH_{name}: ")
    assert "abc" not in done.output


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets two things wrong should not have to start three times."""
    monkeypatch.setenv("NONESUCH_PORT", "abc")
    monkeypatch.setenv("NONESUCH_THREADS", "-1")

    assert len(CliRunner().invoke(app, ["doctor"]).output.splitlines()) == 2


def test_a_secret_is_taken_without_what_clings_to_it() -> None:
    """A line break at its end comes with every `$(cat FILE)` in other tools."""
    settings = Settings.model_validate({"telegram_token": " 12:abc\n"})

    assert settings.telegram_token.get_secret_value() == "12:abc"


def test_secrets_are_not_in_what_is_printed() -> None:
    """Nor in an error that quotes the settings."""
    settings = Settings.model_validate({"telegram_token": "12:abc"})

    assert "12:abc" not in f"{settings!r} {settings}"
    assert settings.secrets == ["12:abc"]


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As are empty values: what is not set has its default."""
    monkeypatch.setenv("NONESUCH_PORT", "9000")
    monkeypatch.setenv("NONESUCH_MODEL", "")
    monkeypatch.setenv("NONESUCH_LOG_LEVEL", "debug")
    monkeypatch.setenv("NONESUCH_HOME", tmp_path.name)
    monkeypatch.chdir(tmp_path.parent)

    settings = Settings()
    assert (settings.port, settings.model, settings.log_level) == (9000, "bears", "DEBUG")
    assert settings.home == tmp_path


def test_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` of the working folder is read; the environment wins over it."""
    (tmp_path / ".env").write_text("NONESUCH_PORT=9000\nNONESUCH_MODEL=pascal\nOTHER=1\n")
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NONESUCH_PORT", "9001")

    assert (Settings().port, Settings().model) == (9001, "pascal")


def test_an_env_file_that_is_no_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A sentence that names it."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == 2
    assert done.output.startswith("The file .env can't be read: ")


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"host": "0.0.0.0", "port": 80}, "http://127.0.0.1:80"),  # noqa: S104 - not bound
        ({"host": "::1"}, "http://[::1]:8080"),
        ({"host": "::"}, "http://[::1]:8080"),
        ({"host": "192.168.1.2"}, "http://192.168.1.2:8080"),
        ({"public_url": "https://bot.example.org/"}, "https://bot.example.org"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(settings: dict[str, object], address: str) -> None:
    """As a person on the machine types it, or as people reach it from outside."""
    assert Settings.model_validate(settings).address == address


def test_admins() -> None:
    """By channel and id, by commas."""
    settings = Settings(admins="telegram:123, webchat:aB-_9,")

    assert settings.admin_ids == {"telegram:123", "webchat:aB-_9"}
