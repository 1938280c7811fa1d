"""The grammar: what English words say of a photo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.words import (
    MAX_CHARS,
    No,
    Nothing,
    Reading,
    Says,
    Unknown,
    Unread,
    Unsure,
    Yes,
    read,
)
from tests.bot.conversation.dialogue import BEARS, VOC


def says(*present: str, no: tuple[str, ...] = (), whole: bool = True) -> Says:
    return Says(present, no, whole)


def denies(*absent: str) -> Says:
    return Says((), absent)


READINGS = [
    # right and wrong
    ("yes", Yes()),
    ("Yes!", Yes()),
    ("that's right", Yes()),
    ("you're right", Yes()),
    ("all right", Yes()),
    ("no", No()),
    ("No.", No()),
    ("wrong", No()),
    ("that's not right", No()),
    ("you are wrong", No()),
    ("it is not", No()),
    ("I don't think so", No()),
    # nothing
    ("nothing", Nothing()),
    ("none", Nothing()),
    ("neither", Nothing()),
    ("none of your classes", Nothing()),
    ("there is nothing in it", Nothing()),
    ("no, nothing", Nothing()),
    # it's X
    ("grizzly", says("grizzly")),
    ("GRIZZLY", says("grizzly")),
    ("it's a black bear", says("black")),
    ("it’s a black bear", says("black")),  # noqa: RUF001 - as phones write it
    ("its a teddy", says("teddy")),
    ("no, it's a black bear", says("black")),
    ("no it's a black bear", says("black")),
    ("wrong, it is a teddy bear", says("teddy")),
    ("I think it's a grizzly", says("grizzly")),
    ("looks like a grizzly", says("grizzly")),
    ("a big brown grizzly in the forest", says("grizzly")),
    ("correct, a grizzly", says("grizzly")),
    ("the grizzly is right", says("grizzly")),
    ("grizzly and teddy", says("grizzly", "teddy")),
    ("a grizzly, a teddy and a black bear", says("grizzly", "teddy", "black")),
    ("two grizzlies", says("grizzly")),
    ("teddies", says("teddy")),
    ("teddybear", says("teddy")),
    ("teddy-bear", says("teddy")),
    # … too
    ("there is a teddy too", says("teddy", whole=False)),
    ("yes, and a teddy as well", says("teddy", whole=False)),
    # not X
    ("not a grizzly", denies("grizzly")),
    ("no grizzly", denies("grizzly")),
    ("no, not a grizzly", denies("grizzly")),
    ("no not a grizzly", denies("grizzly")),
    ("it isn't a grizzly", denies("grizzly")),
    ("this isnt a grizzly", denies("grizzly")),
    ("I don't think it's a grizzly", denies("grizzly")),
    ("the grizzly is wrong", denies("grizzly")),
    ("no grizzly in the photo", denies("grizzly")),
    ("a grizzly it is not", denies("grizzly")),
    ("the grizzly is not right", denies("grizzly")),
    ("none of them is a grizzly", denies("grizzly")),
    ("yes, but no teddy", denies("teddy")),
    ("neither grizzly nor teddy", denies("grizzly", "teddy")),
    ("not a grizzly or a teddy", denies("grizzly", "teddy")),
    ("no bear", denies(*BEARS)),
    # both
    ("a grizzly but no teddy", says("grizzly", no=("teddy",))),
    ("grizzly without a teddy", says("grizzly", no=("teddy",))),
    ("not a grizzly but a teddy", says("teddy", no=("grizzly",))),
    ("not a grizzly, a teddy", says("teddy", no=("grizzly",))),
    ("not a grizzly, it's a teddy", says("teddy", no=("grizzly",))),
    ("the grizzly is wrong, it's a teddy", says("teddy", no=("grizzly",))),
    # typos: beyond doubt, or asked back
    ("grizly", says("grizzly")),
    ("balck bear", says("black")),
    ("tedy", Unsure(("teddy",))),
    # asked back
    ("bear", Unsure(BEARS)),
    ("it's a bear", Unsure(BEARS)),
    ("grizzly or teddy", Unsure(("grizzly", "teddy"))),
    ("maybe a grizzly", Unsure(("grizzly",))),
    ("is it a grizzly?", Unsure(("grizzly",))),
    ("isn't it a grizzly", Unsure(("grizzly",))),
    ("grizzly?", Unsure(("grizzly",))),
    ("you said grizzly", Unsure(("grizzly",))),
    ("not only a grizzly", Unsure(("grizzly",))),
    ("a teddy. no", Unsure(("teddy",))),
    ("a grizzly not a teddy", Unsure(("grizzly", "teddy"))),
    ("a grizzly it is not it is a teddy", Unsure(("grizzly", "teddy"))),
    ("anything but a grizzly", Unsure(("grizzly",))),
    ("nothing but a grizzly", Unsure(("grizzly",))),
    ("a teddy instead of a grizzly", Unsure(("teddy", "grizzly"))),
    ("no way it's a grizzly", Unsure(("grizzly",))),
    ("no a grizzly", Unsure(("grizzly",))),
    ("it's not not a grizzly", Unsure(("grizzly",))),
    ("not a grizzly and a teddy", Unsure(("grizzly", "teddy"))),
    ("no grizzly, teddy", Unsure(("grizzly", "teddy"))),
    ("not a grizzly, a teddy or a black bear", Unsure(("grizzly", "teddy", "black"))),
    ("neither a grizzly, a teddy", Unsure(("grizzly", "teddy"))),
    ("yes, it's not a grizzly, no, it's a grizzly", Unsure(("grizzly",))),
    # a class that is not known
    ("it's a polar bear", Unknown("polar_bear", says())),
    ("I think it is a dog", Unknown("dog", says())),
    ("polar bear", Unknown("polar_bear", says())),
    ("black cat", Unknown("black_cat", says())),
    ("a grizzly and a dog", Unknown("dog", says("grizzly"))),
    # not understood
    ("", Unread()),
    ("hello", Unread()),
    ("thanks", Unread()),
    ("ok, great", Unread()),
    ("how are you", Unread()),
    ("not", Unread()),
    ("not a dog", Unread()),
    ("yes no", Unread()),
    ("yes, but no gryzlie", Unread()),  # no class is near enough: the yes may not mean it
    ("it's cute", Unread()),
    ("the quick onyx goblin jumps over the lazy dwarf", Unread()),
    ("grizzly " * MAX_CHARS, Unread()),
]


@pytest.mark.parametrize(("words", "reading"), READINGS)
def test_bears(words: str, reading: Reading) -> None:
    """What people say of bears."""
    assert read(words, BEARS) == reading


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("a man on a motorcycle", says("person", "motorbike")),
        ("people", says("person")),
        ("airplanes", says("aeroplane")),
        ("a tv and a couch", says("tvmonitor", "sofa")),
        ("dining table with bottles", says("diningtable", "bottle")),
        ("a potted plant", says("pottedplant")),
        ("a dog on the sofa", says("dog", "sofa")),
        ("a dog in the garden", says("dog")),
        ("a black cat", says("cat")),
        ("motorbik", Unsure(("motorbike",))),
        ("motrobike", says("motorbike")),
        ("a house", Unsure(("horse",))),
        ("a goat", Unsure(("boat",))),
        ("a planet", Unsure(("aeroplane", "pottedplant"))),
        ("no dog on the sofa", Unsure(("dog", "sofa"))),
        ("a zebra", Unknown("zebra", says())),
    ],
)
def test_everyday_things(words: str, reading: Reading) -> None:
    """VOC's class names are read by the words that people use for them; a near word is asked."""
    assert read(words, VOC) == reading


def test_own_names_come_before_aliases() -> None:
    """When a class is called "black bear", then that is no other name for the class "black"."""
    assert read("black bear", ("black", "black_bear")) == says("black_bear")


names = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.just("_"), min_size=1, max_size=20
) | st.sampled_from([*BEARS, *VOC, "no", "not", "a", "it_is", "rock_and_roll", "not_a_cat", "a,b"])


@given(st.text(max_size=300), st.lists(names, max_size=5, unique=True))
def test_no_text_crashes_it(text: str, classes: list[str]) -> None:
    """Whatever people and class names are, there is a reading."""
    read(text, tuple(classes))


@given(
    st.lists(st.sampled_from([
        "no", "not", "it", "is", "a", "grizzly", "teddy", "black", "bear", "and", "or", "but", ",",
        ".", "?", "isn't", "neither", "nor", "yes", "nothing", "in", "too", "polar", "2", "the",
    ]), max_size=12).map(" ".join),
)  # fmt: skip
def test_what_is_read_is_never_both(text: str) -> None:
    """No reading calls a class present and absent."""
    reading = read(text, BEARS)

    if isinstance(reading, Says):
        assert not set(reading.present) & set(reading.absent)
        assert reading.present or reading.absent


NEGATIONS = [
    "not a {}", "no {}", "isn't a {}", "isnt a {}", "is not a {}", "it is not a {}",
    "it's not a {}",
    "it isn't a {}", "this is no {}", "that's not a {}", "no, not a {}", "no it isn't a {}",
    "not {}", "never a {}", "without a {}", "neither a {}", "none is a {}", "there is no {} in it",
    "I don't think it's a {}", "I can't see a {}", "I do not see any {}", "definitely not a {}",
    "anything but a {}", "everything except a {}", "no way is this a {}", "hardly a {}",
    "the {} is wrong", "{} is wrong", "not a {}, not a {}", "nothing like a {}", "not the {}",
    "not exactly a {}", "it was never a {}", "no {}!", "NOT A {}", "not. a {}", "not, a {}",
    "it is not, a {}", "not really a {} in the photo", "a {} it is not", "{}? no",
    "rather not a {}",
]  # fmt: skip


@given(name=names, negation=st.sampled_from(NEGATIONS), others=st.lists(names, max_size=3))
def test_negation_is_never_read_as_assertion(name: str, negation: str, others: list[str]) -> None:
    """However a class is denied, it is never taken as seen."""
    reading = read(negation.format(*[name.replace("_", " ")] * 2), (name, *others))

    assert not isinstance(reading, Says) or name not in reading.present
    assert not isinstance(reading, Yes | Unknown)


@pytest.mark.parametrize("negation", NEGATIONS)
def test_no_shipped_class_is_asserted_by_a_negation(negation: str) -> None:
    """The same for every class that is shipped, all of them."""
    for classes in (BEARS, VOC):
        readings = {name: read(negation.format(name, name), classes) for name in classes}
        asserted = {
            name: reading
            for name, reading in readings.items()
            if isinstance(reading, Yes | Unknown) or (isinstance(reading, Says) and reading.present)
        }
        assert asserted == {}
