"""Every setting: a `NONESUCH_*` variable or a line in `.env`, read once, here and nowhere else."""

import re
import sys
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024

Network = IPv4Network | IPv6Network

PERSON = re.compile(r"[a-z]+:\S+")
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - bound only if the operator says so
"""Addresses that say "every interface" to a server, and what a person on the machine types."""


class Settings(BaseSettings):
    """The settings of one bot. Names here in capitals with `NONESUCH_` before them."""

    model_config = SettingsConfigDict(
        env_prefix="NONESUCH_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(Path("var"), description="Folder of database, photos and model registry.")
    host: str = Field("127.0.0.1", description="Address that the web chat listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the web chat; 0 picks a free one.")
    public_url: str = Field("", description="Address that people reach the bot by, behind a proxy.")
    admins: str = Field("", description="Admins from the start, `telegram:123,webchat:abc`.")
    model: str = Field("bears", description="Model that answers in a chat until /model.")
    train_python: Path = Field(
        PROJECT / ".venv-train/bin/python", description="Interpreter that trains."
    )
    threads: int = Field(0, ge=0, description="Threads of the model; 0: one a core.")

    whatsapp_token: SecretStr = Field(
        SecretStr(""), description="Access token of WhatsApp's Cloud API."
    )
    whatsapp_phone_id: str = Field(
        "", pattern="^[0-9]*$", description="Id of the business number (not the number itself)."
    )
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="The Meta app's secret, with which its webhooks are signed."
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="A word of your own, for the webhook's first call."
    )
    whatsapp_api: str = Field(
        "https://graph.facebook.com/v25.0", description="Base URL of the Cloud API."
    )

    telegram_token: SecretStr = Field(SecretStr(""), description="Bot token from @BotFather.")
    telegram_api: str = Field(
        "https://api.telegram.org", description="Base URL of the Bot API server."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Set with NONESUCH_PUBLIC_URL: webhook in place of polling."
    )

    groups: Literal["asked", "all"] = Field(
        "asked", description="Photos answered in groups: `asked` (a mention, a reply) or `all`."
    )

    max_disk_gb: float = Field(
        5.0, gt=0, le=1e6, description="Most that photos may take, in 10^9 bytes."
    )
    max_photo_mb: float = Field(20.0, gt=0, le=1e3, description="Largest photo taken, in MiB.")
    photos_per_hour: int = Field(300, ge=1, description="Photos taken from one person in an hour.")
    messages_per_minute: int = Field(
        60, ge=1, description="Everything taken from one person in a minute."
    )
    corrections_per_hour: int = Field(
        300, ge=1, description="Words and taps on photos that count from one person in an hour."
    )
    people_per_address: int = Field(
        10, ge=1, description="The web chat takes from one network address as much as from so many."
    )
    trusted_proxies: str = Field(
        "", description="Proxies whose X-Forwarded-For is believed, `127.0.0.1,172.16.0.0/12`."
    )
    album_debounce_s: float = Field(1.5, ge=0, le=60, description="Wait for an album's last photo.")
    inbox_days: int = Field(
        30, ge=7, le=36500, description="Days that answered words and taps stay in the inbox."
    )
    nudge_after: int = Field(
        20, ge=0, description="New corrections from which an admin is asked to retrain; 0: never."
    )
    retrain_hour: int = Field(
        -1,
        ge=-1,
        le=23,
        description="Hour, 0 to 23, at which it retrains without asking; -1: none.",
    )
    tell_changes: bool = Field(
        True, description="Whether people get a photo back that a new version answers as they said."
    )
    seen_before: int = Field(
        8,
        ge=0,
        le=12,
        description="Like photos answered none from which an admin is asked for a name; 0: never.",
    )
    photo_days: int = Field(
        0, ge=0, le=36500, description="Days that photos are kept after their last answer; 0: all."
    )
    history_days: int = Field(
        0, ge=0, le=36500, description="Days that answers, words and messages are kept; 0: all."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_json: bool = Field(False, description="Log lines as JSON instead of for a terminal.")

    @field_validator("home", "train_python")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()  # not resolved: an environment's python is a link
        except RuntimeError as error:  # a ~ that stands for no folder
            raise ValueError(str(error)) from error

    @field_validator("home")
    @classmethod
    def _fit_for_a_database(cls, value: Path) -> Path:
        if "?" in str(value):
            raise ValueError("a question mark can't be part of the database's address")
        return value

    @field_validator("host")
    @classmethod
    def _host_name(cls, value: str) -> str:
        value.encode("idna")  # what can be no name raises UnicodeError, which is a ValueError
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("public_url", "telegram_api", "whatsapp_api")
    @classmethod
    def _web_address(cls, value: str) -> str:
        url = urlsplit(value)
        if value and not (url.scheme in {"http", "https"} and url.hostname):
            raise ValueError("write the whole address, such as https://bot.example.org")
        return value.rstrip("/")

    @field_validator("admins")
    @classmethod
    def _person_keys(cls, value: str) -> str:
        for person in _parts(value):
            if not PERSON.fullmatch(person):
                raise ValueError(f"{person!r} is nobody: write channel:id, such as telegram:123")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in _parts(value):
            ip_network(part)  # raises ValueError, and says why
        return value

    @field_validator(
        *("telegram_token", "telegram_webhook_secret"),
        *("whatsapp_token", "whatsapp_app_secret", "whatsapp_verify_token"),
    )
    @classmethod
    def _in_one_piece(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value().strip()
        if not re.fullmatch("[!-~]*", secret):
            raise ValueError("there is a space or an odd character in it: copy it again")
        return SecretStr(secret)

    @property
    def database_url(self) -> str:
        """The database, below the home."""
        return f"sqlite+aiosqlite:///{self.home / 'nonesuch.db'}"

    @property
    def registry(self) -> Path:
        """The folder of model versions, below the home."""
        return self.home / "registry"

    @property
    def max_photo_bytes(self) -> int:
        """The largest photo taken, in bytes."""
        return int(self.max_photo_mb * MIB)

    @cached_property
    def admin_ids(self) -> frozenset[str]:
        """`admins`, taken apart: person keys such as `telegram:123`."""
        return frozenset(_parts(self.admins))

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        """`trusted_proxies`, taken apart."""
        return tuple(ip_network(part) for part in _parts(self.trusted_proxies))

    @property
    def whatsapp_lacks(self) -> list[str]:
        """What is not set of the variables that WhatsApp needs, where others of them are."""
        names = ("token", "phone_id", "app_secret", "verify_token")
        values = {name: getattr(self, f"whatsapp_{name}") for name in names}
        lacks = [f"NONESUCH_WHATSAPP_{name.upper()}" for name in names if not values[name]]
        return lacks if len(lacks) < len(names) else []

    @property
    def has_whatsapp(self) -> bool:
        """Whether all is set that WhatsApp needs."""
        return bool(self.whatsapp_phone_id) and not self.whatsapp_lacks

    @property
    def secrets(self) -> list[str]:
        """What must never be seen: the values of all secret settings that are set."""
        values = (getattr(self, name) for name in Settings.model_fields)
        secrets = (each.get_secret_value() for each in values if isinstance(each, SecretStr))
        return [secret for secret in secrets if secret]

    @property
    def address(self) -> str:
        """The web chat's address as a person would type it."""
        host = ANYWHERE.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.port}"


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def interactive() -> bool:
    """Whether somebody sits at a terminal: secrets like the admin link are printed only there."""
    return sys.stdout.isatty()
