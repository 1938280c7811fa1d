"""Every sentence said to people. Nothing is said elsewhere.

Plain constants and functions from values to text: they decide nothing and know no platform. Class
names come in as they are stored and go out with spaces. One flat catalogue, `texts.NAME`, kept in a
module for each part of the conversation.

They are written in English and said in the language that is spoken (`catalogue.py`): functions wrap
their sentences in `_`, constants are looked up whenever they are read as `texts.NAME`.
"""

from bot.conversation.catalogue import translated
from bot.conversation.texts.commands import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.forgetting import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.outcome import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.people import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.photos import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.renaming import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.review import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.seen_before import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.teaching import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.training import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.why import *  # noqa: F403 - one flat catalogue

_CONSTANTS = {
    name: text for name, text in globals().items() if name.isupper() and isinstance(text, str)
}
for _name in _CONSTANTS:
    del globals()[_name]  # so that each reading comes by `__getattr__`


def __getattr__(name: str) -> str:
    try:
        return translated(_CONSTANTS[name])
    except KeyError:
        raise AttributeError(f"there is no text {name}") from None
