"""Every setting: a `NONESUCH_*` variable or a line in `.env`, read once, here and nowhere else."""

import sys
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


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

    telegram_token: SecretStr = Field(SecretStr(""), description="Bot token from @BotFather.")
    telegram_api: str = Field(
        "https://api.telegram.org", description="Base URL of the Bot API server."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Set with NONESUCH_PUBLIC_URL: webhook in place of polling."
    )

    max_disk_gb: float = Field(5.0, gt=0, description="Most that photos may take, in 10^9 bytes.")
    max_photo_mb: float = Field(20.0, gt=0, description="Largest photo taken, in MiB.")
    photos_per_hour: int = Field(300, ge=1, description="Photos taken from one person in an hour.")
    messages_per_minute: int = Field(
        60, ge=1, description="Everything taken from one person in a minute."
    )
    album_debounce_s: float = Field(1.5, ge=0, description="Wait for an album's last photo.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(False, description="Log lines as JSON instead of for a terminal.")

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

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
        return frozenset(part.strip() for part in self.admins.split(",") if part.strip())

    @property
    def address(self) -> str:
        """The web chat's address as a person would type it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def interactive() -> bool:
    """Whether somebody sits at a terminal: secrets like the admin link are printed only there."""
    return sys.stdout.isatty()
