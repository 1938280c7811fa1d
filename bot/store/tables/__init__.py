"""The tables. Everything about people's words uses class names, never indices.

Times are ISO 8601 UTC text made by `bot.store.clock.now`; ids of people and chats carry the
channel's name (`telegram:123`). Queries stand in the sibling modules, one a subject.
"""

from bot.store.tables.admin import (
    AdminLink,
    Backup,
    Forgetting,
    ForgottenPhoto,
    SeenBefore,
    SeenBeforePhoto,
    Teaching,
    TrainingRun,
)
from bot.store.tables.base import Base
from bot.store.tables.messages import (
    Chat,
    Inbox,
    Outbox,
    OutboxAnswer,
    Person,
    WebMessage,
    WebSession,
)
from bot.store.tables.photos import Answer, ClassAlias, Embedding, Photo, Statement, StatementLabel

__all__ = [
    "AdminLink",
    "Answer",
    "Backup",
    "Base",
    "Chat",
    "ClassAlias",
    "Embedding",
    "Forgetting",
    "ForgottenPhoto",
    "Inbox",
    "Outbox",
    "OutboxAnswer",
    "Person",
    "Photo",
    "SeenBefore",
    "SeenBeforePhoto",
    "Statement",
    "StatementLabel",
    "Teaching",
    "TrainingRun",
    "WebMessage",
    "WebSession",
]
