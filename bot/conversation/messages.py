"""The values that pass between channels and the conversation. They know no platform.

A channel turns an update of its platform into an `Incoming`, and a `Reply` into a message of its
platform. Everything here is plain data that goes into JSON and comes back unchanged, because the
inbox and the outbox keep it in the database between the two.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["photo", "text", "tap", "reaction", "moved"]
"""`moved`: the chat has another id from now on, its `text`."""

MAX_ACTION_BYTES = 64
"""The longest button action, in UTF-8 bytes: Telegram's limit for callback data, for all."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as a channel names it, before its bytes are fetched.

    `ref` is whatever `Channel.fetch` needs to get the bytes (Telegram's file id, the web chat's
    SHA-256); `size_bytes` is what the platform claims, None if it does not say. `first_frame`: it
    stands for something that moves.
    """

    ref: str
    filename: str = ""
    size_bytes: int | None = None
    first_frame: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did in a chat.

    `external_id` is unique within the channel and the same when the platform repeats an update.
    `sent_at` is when it was done, in the form of `bot.store.clock.now`, where a channel needs it.
    `chat` and `sender` are the platform's ids, without the channel's name before them. `message`
    is the id of the message that the person sent, or, for a tap or a reaction, of the message that
    was tapped or reacted to. `group` is an album's id. `private` is False where others read along.
    `language` is the platform's hint of the sender's: "de-AT", or a browser's list of several.
    `asked` is False for a photo that nobody asked about, unless another one of its album does.
    """

    channel: str
    external_id: str
    kind: Kind
    chat: str
    sender: str
    message: str
    sender_name: str = ""
    text: str = ""
    photo: Photo | None = None
    action: str = ""
    reaction: str = ""
    sent_at: str = ""
    reply_to: str | None = None
    group: str | None = None
    private: bool = True
    asked: bool = True
    tap_id: str | None = None
    language: str = ""

    @property
    def person(self) -> str:
        """The sender with the channel's name before it, `telegram:123`: unique in the database."""
        return f"{self.channel}:{self.sender}"

    @property
    def chat_key(self) -> str:
        """The chat with the channel's name before it, `telegram:-100123`."""
        return f"{self.channel}:{self.chat}"

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Incoming":
        """The value that `to_json` was called on."""
        photo = value.get("photo")
        return cls(**{**value, "photo": Photo(**photo) if photo else None})


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `action` comes back in `Incoming.action` when it is tapped.

    Actions are `verb:id[:index]`, at most `MAX_ACTION_BYTES`; never a class name, because a name
    can be longer than a platform allows.
    """

    action: str
    label: str

    def __post_init__(self) -> None:
        if len(self.action.encode()) > MAX_ACTION_BYTES:
            raise ValueError(f"action of more than {MAX_ACTION_BYTES} bytes: {self.action!r}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can carry. The conversation asks these, never which platform it is.

    `text_units` counts UTF-16 code units. `buttons` is the most in one message, `button_units` the
    most UTF-16 units of a label.
    """

    text_units: int
    buttons: int
    button_units: int
    can_edit: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a message: a file of ours, which may be gone when it is sent.

    `path` is relative to the home. `about` says in words what it shows, for whoever can't see it.
    """

    path: str
    about: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a chat, in plain text (channels escape it for their platform).

    `reply_to` is the platform's id of the message that it quotes. `edits` is the platform's id of
    a message of ours that it replaces; a channel that cannot edit sends a new message. `progress`
    (0 to 1) marks a message that will be edited again soon: a channel short of its rate may drop
    it. `answers` are the rows of `answer` that the message shows, in the order shown, so that a
    later tap, reply or reaction finds them. `notice` is a short text shown to the person who
    tapped and to nobody else, where the platform can (otherwise it is dropped). `tap_id` is the
    tap that it answers. A reply with an empty `text` sends no message: only the notice. Without
    the `picture`'s file the text is sent alone; an edit that has no picture leaves the one there.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: str | None = None
    edits: str | None = None
    progress: float | None = None
    answers: tuple[int, ...] = field(default=())
    notice: str = ""
    tap_id: str | None = None
    picture: Picture | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Reply":
        """The value that `to_json` was called on."""
        rows = tuple(tuple(Button(**button) for button in row) for row in value.get("buttons", ()))
        picture = value.get("picture")
        return cls(
            **{
                **value,
                "buttons": rows,
                "answers": tuple(value.get("answers", ())),
                "picture": Picture(**picture) if picture else None,
            }
        )
