"""At once: what people said of the same photo, or of one that looks the same (`bot/twins.py`), put
in the place of the model's answer.

In the chat where it was said, the sender's and admins' words count. Elsewhere they count once an
admin said so, or two people of full trust said the same. Where those who count contradict each
other, the model answers for that class. Knows labels, no sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from bot.conversation.meaning import Shown
from bot.store.statements import Word
from model.decision import Answer

ADMIN, SENDER, BYSTANDER = 3.0, 1.0, 0.25
"""The weight of a statement by who says it. Below `SENDER` it is an opinion and decides nothing."""
AGREEING = 2


@dataclass(frozen=True, slots=True)
class Told:
    """Labels that people gave. `by`: `you` if all come from the person who asks, else `people`.

    `alike`: they were given to another photo that looks the same.
    """

    present: tuple[str, ...]
    absent: tuple[str, ...]
    by: Literal["you", "people"]
    alike: bool = False

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes an equal value."""
        labels = {"present": list(self.present), "absent": list(self.absent)}
        return {**labels, "by": self.by, "alike": self.alike}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Told":
        """The value that `to_json` was called on."""
        labels = tuple(value["present"]), tuple(value["absent"])
        return cls(*labels, value["by"], value.get("alike", False))  # older rows don't say


def told(words: Iterable[Word], chat: str, person: str, admins: frozenset[str]) -> Told | None:
    """What counts of these words, for a person (key) who asks in a chat (key)."""
    by_class: dict[str, list[Word]] = {}
    for word in words:
        if word.weight >= SENDER:
            by_class.setdefault(word.class_name, []).append(word)
    counting = {name: _counting(said, chat, admins) for name, said in by_class.items()}
    states = {name: {word.state for word in said} for name, said in counting.items()}
    present = tuple(name for name, found in states.items() if found == {"present"})
    absent = tuple(name for name, found in states.items() if found == {"absent"})
    if not present and not absent:
        return None
    speakers = {word.person_id for name in (*present, *absent) for word in counting[name]}
    return Told(present, absent, "you" if speakers == {person} else "people")


def _counting(said: list[Word], chat: str, admins: frozenset[str]) -> list[Word]:
    here = [word for word in said if word.chat_id == chat]
    if here:
        return here
    trusted = any(word.is_admin or word.person_id in admins for word in said)
    people = {word.person_id for word in said if word.trust >= 1}
    return said if trusted or len(people) >= AGREEING else []


def shown(answer: Answer, said: Told | None) -> Shown:
    """What an answer claims, people's words counted in."""
    if said is None:
        return Shown(answer.classes, answer.labels, answer.unsure)
    decided = {*said.present, *said.absent}
    labels = tuple(name for name in answer.labels if name not in decided)
    unsure = tuple(name for name in answer.unsure if name not in decided)
    return Shown(answer.classes, (*said.present, *labels), unsure)
