"""One turn of the conversation: what a person did, who they are, and how to reply to it."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import texts
from bot.conversation.lexicon import ENGLISH
from bot.conversation.messages import Button, Incoming, Limits, Picture, Reply
from bot.conversation.told import ADMIN, BYSTANDER, SENDER
from bot.errors import NotAllowed
from bot.explaining import Explaining
from bot.models import Models
from bot.settings import Settings
from bot.store import dialogue, renames
from bot.store.answers import answers_of_message
from bot.store.tables import Answer, Chat, Person
from bot.twins import Twins

Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """All that a handler needs to know: it returns `Reply`s and writes through `session`."""

    session: AsyncSession
    settings: Settings
    models: Models
    twins: Twins
    explaining: Explaining
    limits: Limits
    incoming: Incoming
    person: Person
    chat: Chat

    @property
    def is_admin(self) -> bool:
        """Whether the person may do what admins may: made one, or named by the settings."""
        return self.person.is_admin or self.person.id in self.settings.admin_ids

    def check_admin(self) -> None:
        """Raises `NotAllowed` for everybody else."""
        if not self.is_admin:
            raise NotAllowed(texts.NOT_ADMIN)

    @property
    def language(self) -> str:
        """The language that is spoken with the person."""
        return self.person.speaks or ENGLISH

    @property
    def model(self) -> str:
        """The model that answers in this chat."""
        return chosen_model(self.chat.model, self.settings, self.models)

    async def classes(self, model: str) -> tuple[str, ...]:
        """What the version that answers for `model` knows, by the names that classes have now."""
        names = await renames.of_model(self.session, model)
        return names.of(self.models.classes(model))

    def weight(self, answer: Answer) -> float:
        """How much the person's word on this answer weighs."""
        if self.is_admin:
            return ADMIN
        return SENDER if answer.person_id == self.person.id else BYSTANDER

    def decides(self, answer: Answer) -> bool:
        """Whether the person's word on this answer counts, or is an opinion."""
        return self.weight(answer) >= SENDER

    def check_decides(self, row: Answer) -> None:
        """Raises `bot.errors.NotAllowed` for a bystander."""
        if not self.decides(row):
            raise NotAllowed(texts.NOT_YOURS)

    def say(
        self,
        text: str,
        buttons: Buttons = (),
        answers: tuple[int, ...] = (),
        picture: Picture | None = None,
    ) -> Reply:
        """A new message that quotes what the person wrote, tapped or reacted to."""
        quoted, tap_id = self.incoming.message, self.incoming.tap_id
        return Reply(text, buttons, quoted, answers=answers, tap_id=tap_id, picture=picture)

    def edit(self, reply: Reply, notice: str = "") -> Reply:
        """`reply` in place of the message that was tapped."""
        return replace(
            reply,
            reply_to=None,
            edits=self.incoming.message,
            tap_id=self.incoming.tap_id,
            notice=notice,
        )

    def replacing(self, message: str, reply: Reply) -> Reply:
        """`reply` in place of another message of ours, by the platform's id."""
        return replace(reply, edits=message)

    async def rows_tapped(self, row: Answer) -> list[Answer]:
        """All answers that the tapped message shows, `row` among them."""
        rows = await answers_of_message(self.session, self.chat.id, self.incoming.message)
        return rows if any(each.id == row.id for each in rows) else [row]

    async def means_answer(self, row: Answer) -> bool:
        """Whether the person replied or reacted to the very message that answered."""
        reacted = self.incoming.kind == "reaction"
        meant = self.incoming.message if reacted else self.incoming.reply_to
        return meant is not None and meant == await dialogue.own_message(self.session, row.id)

    def notice(self, text: str) -> Reply:
        """A word to the person who tapped, and no message."""
        return Reply("", notice=text, tap_id=self.incoming.tap_id)


def chosen_model(chosen: str | None, settings: Settings, models: Models) -> str:
    """The model that answers where `chosen` was chosen (None: nothing was)."""
    names = models.names()
    return next((name for name in (chosen, settings.model) if name in names), names[0])
