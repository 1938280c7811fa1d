from bot.store import people
from bot.store.engine import Store
from bot.store.tables import Chat, Person


async def test_a_person_is_made_once_and_keeps_their_pseudonym(store: Store) -> None:
    """Whoever writes again is the same person; of others of the same name they are told apart."""
    async with store.writing() as session:
        first = await people.ensure_person(session, "telegram:123", "Ann")
        pseudonym = first.pseudonym
    async with store.writing() as session:
        again = await people.ensure_person(session, "telegram:123", "Ann")
        other = await people.ensure_person(session, "telegram:124", "Ann")

    assert again.pseudonym == pseudonym != other.pseudonym


async def test_a_new_name_replaces_the_old_one_but_no_name_does_not(store: Store) -> None:
    """Some updates don't say the name."""
    async with store.writing() as session:
        await people.ensure_person(session, "memory:1", "Ann")
        assert (await people.ensure_person(session, "memory:1", "")).name == "Ann"
        assert (await people.ensure_person(session, "memory:1", "Anna")).name == "Anna"


async def test_a_chat_keeps_its_model(store: Store) -> None:
    """A chat begins without a model of its own, and keeps the one that it was given."""
    async with store.writing() as session:
        assert (await people.ensure_chat(session, "memory:1")).model is None
        await people.set_model(session, "memory:1", "pascal")
    async with store.writing() as session:
        assert (await people.ensure_chat(session, "memory:1")).model == "pascal"


async def test_a_model_can_be_set_before_anything_was_written(store: Store) -> None:
    """Setting the model of a chat makes the chat."""
    async with store.writing() as session:
        await people.set_model(session, "memory:1", "pascal")
    async with store.reading() as session:
        assert (await session.get_one(Chat, "memory:1")).model == "pascal"


async def test_admins_are_those_who_were_made_so(store: Store) -> None:
    """A person can be made an admin before they wrote anything, and stays one."""
    async with store.writing() as session:
        await people.ensure_person(session, "memory:1", "Ann")
        await people.ensure_person(session, "memory:2", "Bob")
        await people.make_admin(session, "memory:2")
        await people.make_admin(session, "memory:3")
        await people.ensure_person(session, "memory:3", "Cid")
    async with store.reading() as session:
        admins = await people.admins(session)
        ann = await session.get_one(Person, "memory:1")

    assert [(person.id, person.name) for person in admins] == [
        ("memory:2", "Bob"),
        ("memory:3", "Cid"),
    ]
    assert not ann.is_admin
