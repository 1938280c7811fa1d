"""Names of classes over any renames, merges and partings: nothing is lost, nothing goes round."""

from hypothesis import given
from hypothesis import strategies as st

from bot.renames import Renames, answer_now, twin_now
from model.decision import Twin
from tests.bot.conversation.dialogue import answer

NAMES = "abcde"
DID = st.tuples(st.sampled_from(["rename", "merge", "part"]), *[st.sampled_from(NAMES)] * 2)


def done(names: Renames, what: str, one: str, other: str) -> Renames:
    """As the commands do it: what is not allowed changes nothing."""
    if what == "part":
        return names.parted(one) if names.was_merged(one) else names
    one = names.now(one)
    if what == "merge":
        into = names.now(other)
        return names if into == one else names.merged(one, into, "now")
    in_use = {names.now(name) for name in NAMES}
    free = other not in in_use and names.may_be_called(one, other)
    return names.renamed(one, other, "now") if free else names


def after(*steps: tuple[str, str, str]) -> Renames:
    names = Renames()
    for step in steps:
        names = done(names, *step)
    return names


@given(st.lists(DID, max_size=12))
def test_a_name_leads_straight_to_a_name_of_now(steps: list[tuple[str, str, str]]) -> None:
    """Whatever was done: no chain, no cycle, and a line is a name that leads to the same class."""
    names = after(*steps)

    for former in names.formers.values():
        assert names.now(former.new) == former.new
        assert names.now(former.line) == former.new


@given(st.lists(DID, max_size=8), *[st.sampled_from(NAMES)] * 3)
def test_a_rename_moves_one_class_and_no_other(
    steps: list[tuple[str, str, str]], one: str, other: str, third: str
) -> None:
    """All names of the class follow to the new one; classes that differed differ, and those that
    were one are one; and renamed back all is as it was."""
    before = after(*steps)
    # A free name, never used
    renamed = before.renamed(before.now(one), "new", "now")

    assert renamed.now(one) == "new"
    together = before.now(other) == before.now(third)
    assert (renamed.now(other) == renamed.now(third)) == together
    back = renamed.renamed("new", before.now(one), "now")
    assert [back.now(name) for name in NAMES] == [before.now(name) for name in NAMES]


@given(st.lists(DID, max_size=8), *[st.sampled_from(NAMES)] * 3)
def test_what_was_merged_can_be_parted(
    steps: list[tuple[str, str, str]], one: str, into: str, third: str
) -> None:
    """Merged, they are one class; parted, each name leads where it led, former names too."""
    before = after(*steps)
    merged = done(before, "merge", one, into)
    assert merged.now(one) == merged.now(into) == before.now(into)

    if merged.was_merged(before.now(one)) and before.now(one) != before.now(into):
        own = [name for name, former in before.formers.items() if former.new == before.now(one)]
        nested = [name for name in own if before.formers[name].line != before.now(one)]
        parted = merged.parted(before.now(one))
        # What had been merged into it before stays behind: there are no chains.
        assert nested or parted.now(third) == before.now(third)


def test_a_former_name_is_free_for_its_own_class_alone() -> None:
    """Words said by the former name would else be another class's."""
    names = after(("rename", "a", "x"))

    assert names.may_be_called("x", "a")
    assert not names.may_be_called("b", "a")
    assert not after(("merge", "a", "b")).may_be_called("b", "a")


def test_an_answer_speaks_by_the_names_of_now() -> None:
    """Of classes that became one, the one that was named gives the figures."""
    names = after(("merge", "black", "grizzly"), ("rename", "teddy", "toy"))

    now = answer_now(answer(asked=["grizzly"], black=0.7, grizzly=0.9, teddy=0.6), names)

    assert now.classes == ("grizzly", "toy")
    assert (now.labels, now.unsure) == (("grizzly", "toy"), ())
    assert now.scores == {"grizzly": 0.7, "toy": 0.6}
    assert now.similarity.keys() == now.gate.keys() == now.thresholds.keys() == {"grizzly", "toy"}


def test_a_forced_choice_adds_up_what_became_one() -> None:
    """So another class may win than before."""
    names = after(("merge", "black", "grizzly"))

    twin = twin_now(Twin("teddy", {"teddy": 0.4, "black": 0.25, "grizzly": 0.35}), names)

    assert twin == Twin("grizzly", {"teddy": 0.4, "grizzly": 0.6})
