"""The conversation as a whole: whatever people do, it answers and stores nothing wrong."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.engine import Store
from tests.bot.conversation.dialogue import ASKED, GRIZZLY, NONE, Dialogue

SEEN = (GRIZZLY, NONE, ASKED, "This file is broken.")
WORDS = (
    *(
        "yes",
        "no",
        "nothing",
        "not a grizzly",
        "a teddy",
        "a panda",
        "tedy",
        "a bear",
        "2 is black",
    ),
    *("/undo", "/start", "/compare", "/model pascal", "/help", "ok", ""),
)
steps = st.one_of(
    st.tuples(st.just("photo"), st.lists(st.sampled_from(SEEN), min_size=1, max_size=3)),
    st.tuples(st.just("say"), st.sampled_from(WORDS) | st.text(max_size=40), st.integers(0, 9)),
    st.tuples(st.just("tap"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("react"), st.sampled_from(["👍", "👎", "🎉", ""]), st.integers(0, 9)),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has its own chat
)
@given(
    walk=st.lists(st.tuples(steps, st.sampled_from(["ann", "bob", "admin"])), max_size=12),
    private=st.booleans(),
    example=st.uuids(),
)
async def test_no_dialogue_breaks_it(
    chat: Dialogue, store: Store, walk: list, private: bool, example: object
) -> None:
    """Photos, words, taps and thumbs in any order: every button works, and no text is empty."""
    here = chat.elsewhere(str(example), private)
    for (kind, *what), who in walk:
        shown = here.messages
        if kind == "photo":
            await here.photo(*what[0], who=who)
        elif kind == "say":
            to = shown[what[1]] if what[1] < len(shown) else None
            await here.say(what[0], to, who)
        elif shown and kind == "react":
            await here.react(shown[what[1] % len(shown)], what[0], who)
        elif shown and (buttons := shown[what[0] % len(shown)].buttons):
            await here.tap(shown[what[0] % len(shown)], buttons[what[1] % len(buttons)], who)

    assert all(message.text for message in here.messages)
