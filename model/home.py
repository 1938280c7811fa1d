"""Where this installation keeps what it learns: `NONESUCH_HOME`, also from `.env`; else `var/`.

For the command lines of model and train. The bot has all its settings in `bot/settings.py`.
"""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class _Home(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="NONESUCH_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    home: Path = Path("var")


def home() -> Path:
    """The home as an absolute path; it need not exist."""
    return _Home().home.expanduser().absolute()
