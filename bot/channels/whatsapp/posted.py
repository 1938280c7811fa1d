"""The shapes of what Meta posts, as far as it is read. Anything else in it is let be.

Lists hold anything: `each` reads them item by item, so that a broken one is left out alone.
"""

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import structlog
from pydantic import AfterValidator, BaseModel, Field, ValidationError

log = structlog.get_logger(__name__)

Id = Annotated[str, Field(pattern=r"^[\w.]*$", max_length=200)]
"""A phone number or a business-scoped user id."""
Item = TypeVar("Item", bound=BaseModel)


def _whole(text: str) -> str:
    """Without halves of characters, which JSON can hold and nothing can send or store."""
    return text.encode("utf-8", "replace").decode()


Words = Annotated[str, AfterValidator(_whole)]


class Profile(BaseModel):
    """How a person calls themselves."""

    name: Words = ""


class Contact(BaseModel):
    """Somebody who did something that the same body tells. Either id may be missing."""

    user_id: Id = ""
    wa_id: Id = ""
    profile: Profile = Profile()


class Context(BaseModel):
    """Of a reply or a tap: the message that is meant. A forwarded message has one without id."""

    id: Words | None = None


class Text(BaseModel):
    """A text."""

    body: Words


class Media(BaseModel):
    """An image, or a document that may be one."""

    id: Annotated[str, Field(pattern=r"^\w+$")]
    mime_type: str = ""
    caption: Words = ""
    filename: Words = ""


class Choice(BaseModel):
    """The button that was tapped, or the row that was chosen."""

    id: Words


class Interactive(BaseModel):
    """A tap."""

    button_reply: Choice | None = None
    list_reply: Choice | None = None


class Reaction(BaseModel):
    """A reaction; without `emoji` it was taken back."""

    message_id: Words
    emoji: Words = ""


class Message(BaseModel):
    """What one person did. The field named as its `type` is there."""

    id: Annotated[Words, Field(min_length=1, max_length=500)]
    type: str
    timestamp: Annotated[int, Field(ge=0, lt=2**32)]
    from_: Id = Field("", alias="from")
    from_user_id: Id = ""
    group_id: str | None = None
    context: Context = Context()
    text: Text | None = None
    image: Media | None = None
    document: Media | None = None
    interactive: Interactive | None = None
    reaction: Reaction | None = None


class Status(BaseModel):
    """What became of a message of ours."""

    id: str
    status: str
    errors: Any = ()


class Number(BaseModel):
    """The business number that was written to."""

    phone_number_id: str


class Value(BaseModel):
    """What happened at one business number; the lists are read item by item."""

    metadata: Number
    contacts: Any = ()
    messages: Any = ()
    statuses: Any = ()


class Change(BaseModel):
    """One change that we are subscribed to."""

    field: str
    value: Value


class Entry(BaseModel):
    """The changes of one business account."""

    changes: Any = ()


class Body(BaseModel):
    """What was posted."""

    entry: Any = ()


def each(model: type[Item], items: object) -> Iterator[Item]:
    """Those items that can be read."""
    for item in items if isinstance(items, list) else ():
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            where = [".".join(map(str, problem["loc"])) for problem in error.errors()]
            log.warning("whatsapp item can't be read", what=model.__name__, where=where)
