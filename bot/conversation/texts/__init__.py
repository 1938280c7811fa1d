"""Every sentence said to people. Nothing is said elsewhere.

Plain constants and functions from values to text: they decide nothing and know no platform. Class
names come in as they are stored and go out with spaces. One flat catalogue, `texts.NAME`, kept in a
module for each part of the conversation.
"""

from bot.conversation.texts.commands import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.forgetting import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.photos import *  # noqa: F403 - one flat catalogue
from bot.conversation.texts.training import *  # noqa: F403 - one flat catalogue
