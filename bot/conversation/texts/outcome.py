"""What comes with a training's outcome: the report's picture, and whose words photos contradict."""

from collections.abc import Iterable

from bot.conversation.catalogue import _

REPORT_PICTURE = "The new version's figures, on photos that it never trained on"


def doubted(model: str, lines: Iterable[str]) -> str:
    """To an admin alone: people whose words the other photos contradict, a line each."""
    head = _(
        "Photos of {model} contradict what these people said of others. They may be right all the "
        "same: the report shows which photos. /block PERSON takes somebody's words out.",
        model=model,
    )
    return "\n".join([head, *lines])


def doubted_line(name: str, person: str, said: int, contradicted: int) -> str:
    """One of them."""
    return "· " + _(
        "{who}: {contradicted} of {said} photos",
        who=f"{name} ({person})" if name else person,
        contradicted=contradicted,
        said=said,
    )
