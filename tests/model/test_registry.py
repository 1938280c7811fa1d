"""`model/registry.py`: versioned folders and the one that answers."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from model import history
from model.card import Card, write_card
from model.errors import BadVersion
from model.registry import Registry
from tests.model.making import card

ROOT = Path(__file__).parents[2]
WHO = "telegram:1"
FILE_STEPS = 4
"""A promotion writes and renames two files."""


class Killed(BaseException):
    """What `kill -9` would be, if a test could go on after it."""


def fill(folder: Path, version: str) -> Card:
    """A version with one file."""
    (folder / "head.safetensors").write_bytes(b"numbers of " + version.encode())
    return card(version)


def ship(registry: Registry, tmp_path: Path, number: int) -> None:
    """Make a version that looks like one that comes with the project."""
    folder = tmp_path / "shipped/shapes" / f"shipped-{number}"
    folder.mkdir(parents=True)
    write_card(folder, fill(folder, f"shipped-{number}"))


def promote(registry: Registry, *versions: str) -> None:
    """Promote one after the other."""
    for version in versions:
        registry.promote("shapes", version, who=WHO, why="better")


def test_versions_are_numbered(registry: Registry) -> None:
    """1, 2, … 10, 11: in this order, however names sort."""
    added = [registry.add("shapes", fill) for _ in range(11)]
    assert added == [str(number) for number in range(1, 12)]
    assert registry.versions("shapes") == added
    assert registry.models() == ["shapes"]


def test_a_version_is_whole_or_not_there(registry: Registry) -> None:
    """While it is made, and after a failure, nobody sees it; its number is taken again."""

    def look_then_fail(folder: Path, version: str) -> Card:
        fill(folder, version)
        assert registry.versions("shapes") == []
        raise RuntimeError("out of disk")

    with pytest.raises(RuntimeError):
        registry.add("shapes", look_then_fail)
    assert registry.versions("shapes") == []
    assert registry.models() == []
    assert registry.add("shapes", fill) == "1"


def leave_unfinished(registry: Registry) -> Path:
    """What a process leaves that is killed while it makes version 7."""
    folder = registry.root / "shapes/.7.unfinished"
    folder.mkdir(parents=True)
    (folder / "head.safetensors").write_bytes(b"half of the num")
    return folder


def test_whoever_changes_a_model_removes_what_a_killed_process_left(registry: Registry) -> None:
    """They hold the lock, so nobody is writing it any more."""
    left = leave_unfinished(registry)
    registry.add("shapes", fill)
    assert not left.exists()
    left = leave_unfinished(registry)
    promote(registry, "1")
    assert not left.exists()
    assert registry.versions("shapes") == ["1"]


def test_tidying_removes_what_is_dead_and_never_what_is_being_made(registry: Registry) -> None:
    """What somebody still writes stays, and becomes a version."""

    def tidy_meanwhile(folder: Path, version: str) -> Card:
        registry.tidy()
        return fill(folder, version)

    left = leave_unfinished(registry)
    registry.tidy()
    assert not left.exists()
    assert registry.add("shapes", tidy_meanwhile) == "1"
    assert registry.card("shapes", "1").version == "1"


def test_tidying_where_nothing_was_left_writes_nothing(registry: Registry) -> None:
    """A registry that nobody has needed yet is not made by it."""
    registry.tidy()
    assert not registry.root.exists()


def test_threads_get_numbers_of_their_own(registry: Registry) -> None:
    """Twelve at once: twelve versions, none written over."""
    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(lambda _: registry.add("shapes", fill), range(12)))
    assert sorted(added, key=int) == [str(number) for number in range(1, 13)]
    assert all(registry.card("shapes", version).version == version for version in added)


def test_processes_get_numbers_of_their_own(registry: Registry) -> None:
    """The lock is a file's: it holds between processes too."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from model.registry import Registry\n"
        "from tests.model.test_registry import fill\n"
        "for _ in range(5): print(Registry(Path(sys.argv[1])).add('shapes', fill))\n"
    )
    command = [sys.executable, "-c", script, str(registry.root)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    added = [line for process in running for line in process.communicate()[0].split()]
    assert sorted(added, key=int) == [str(number) for number in range(1, 16)]


def test_shipped_versions_are_read_in_place(registry: Registry, tmp_path: Path) -> None:
    """They come first and are never copied; local ones are numbered beside them."""
    ship(registry, tmp_path, 1)
    ship(registry, tmp_path, 2)
    assert registry.path("shapes", "shipped-2") == tmp_path / "shipped/shapes/shipped-2"
    assert registry.current("shapes") == "shipped-2"
    assert not registry.root.exists()
    registry.add("shapes", fill)
    assert registry.versions("shapes") == ["shipped-1", "shipped-2", "1"]
    assert registry.current("shapes") == "shipped-2"


def test_the_promoted_version_answers(registry: Registry, tmp_path: Path) -> None:
    """Once promoted it is current, in one file that others can read."""
    ship(registry, tmp_path, 1)
    registry.add("shapes", fill)
    promote(registry, "1")
    assert registry.current("shapes") == "1"
    assert (registry.root / "shapes/current").read_text() == "1\n"


def test_history_says_who_when_and_why(registry: Registry, tmp_path: Path) -> None:
    """A line for each promotion and each rollback."""
    ship(registry, tmp_path, 1)
    registry.add("shapes", fill)
    promote(registry, "1")
    registry.rollback("shapes", who="telegram:2")
    text = (registry.root / "shapes/history.jsonl").read_text()
    first, second = (json.loads(line) for line in text.splitlines())
    assert first["at"].endswith("+00:00")
    assert [first[key] for key in ("version", "former", "who", "why")] == [
        "1", "shipped-1", WHO, "better",
    ]  # fmt: skip
    assert [second[key] for key in ("version", "former", "who", "why")] == [
        "shipped-1", "1", "telegram:2", "rolled back from 1",
    ]  # fmt: skip


def test_each_rollback_undoes_one_promotion(registry: Registry, tmp_path: Path) -> None:
    """Three promotions, three rollbacks, back to what was shipped; then there is nothing left."""
    ship(registry, tmp_path, 1)
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2", "3")
    back = [registry.rollback("shapes", who=WHO) for _ in range(3)]
    assert back == ["2", "1", "shipped-1"]
    assert registry.current("shapes") == "shipped-1"
    with pytest.raises(BadVersion, match="nothing to roll back"):
        registry.rollback("shapes", who=WHO)


def test_after_a_rollback_a_promotion_starts_from_there(registry: Registry) -> None:
    """1, 2, back to 1, then 3: a rollback leads to 1, not to the 2 that was taken back."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    registry.rollback("shapes", who=WHO)
    promote(registry, "3")
    assert registry.rollback("shapes", who=WHO) == "1"


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the `step`-th file operation on none is completed: a write ends in the middle."""
    steps = iter(range(1000))
    write, rename = Path.write_text, Path.replace

    def written(path: Path, text: str, **how: Any) -> int:
        if next(steps) < step:
            return write(path, text, **how)
        write(path, text[: len(text) // 2], **how)
        raise Killed

    def renamed(path: Path, target: Path) -> Path:
        if next(steps) < step:
            return rename(path, target)
        raise Killed

    monkeypatch.setattr(Path, "write_text", written)
    monkeypatch.setattr(Path, "replace", renamed)


@pytest.mark.parametrize("step", range(FILE_STEPS))
def test_a_promotion_that_was_killed_never_happened(registry: Registry, step: int) -> None:
    """Wherever it was cut off: the former version answers, and no rollback leads to the other."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        kill_at(step, patch)
        promote(registry, "3")
    assert registry.current("shapes") == "2"
    assert registry.former("shapes") == ["1"]
    promote(registry, "3")
    assert [line.version for line in history.read(registry.root / "shapes", "3")] == list("123")
    assert [registry.rollback("shapes", who=WHO) for _ in range(2)] == ["2", "1"]


@pytest.mark.parametrize("step", range(FILE_STEPS))
def test_a_rollback_that_was_killed_can_be_made_again(registry: Registry, step: int) -> None:
    """It then leads to where it would have led."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2", "3")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        kill_at(step, patch)
        registry.rollback("shapes", who=WHO)
    assert registry.current("shapes") == "3"
    assert [registry.rollback("shapes", who=WHO) for _ in range(2)] == ["2", "1"]


def test_a_promotion_takes_as_many_steps_as_are_killed_above(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more, and it is through."""
    registry.add("shapes", fill)
    kill_at(FILE_STEPS, monkeypatch)
    promote(registry, "1")
    assert registry.current("shapes") == "1"


def test_a_first_promotion_that_was_killed_leaves_what_is_shipped(
    registry: Registry, tmp_path: Path
) -> None:
    """There is no `current` yet then."""
    ship(registry, tmp_path, 1)
    registry.add("shapes", fill)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        kill_at(FILE_STEPS - 1, patch)
        promote(registry, "1")
    assert registry.current("shapes") == "shipped-1"
    with pytest.raises(BadVersion, match="nothing to roll back"):
        registry.rollback("shapes", who=WHO)


@pytest.mark.parametrize("odd", ['{"at": "2026-11-25T07:0', "\x00\x00", "[]", '{"undoes": true}'])
def test_a_line_of_the_history_that_cannot_be_read_breaks_nothing(
    registry: Registry, odd: str
) -> None:
    """A full disk or a power cut may leave one; it is left out, and gone with the next change."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    path = registry.root / "shapes/history.jsonl"
    path.write_text(path.read_text() + odd)
    promote(registry, "3")
    assert [json.loads(line)["version"] for line in path.read_text().splitlines()] == list("123")
    assert registry.rollback("shapes", who=WHO) == "2"


def test_a_rollback_never_leads_to_a_damaged_version(registry: Registry) -> None:
    """It is refused, and the present one goes on answering."""
    for _ in range(2):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    (registry.path("shapes", "1") / "head.safetensors").write_bytes(b"damage")
    with pytest.raises(BadVersion, match="checksum differs"):
        registry.rollback("shapes", who=WHO)
    assert registry.current("shapes") == "2"


def test_a_damaged_version_is_never_promoted(registry: Registry) -> None:
    """It is refused, and the former one goes on answering."""
    for _ in range(2):
        registry.add("shapes", fill)
    promote(registry, "1")
    (registry.path("shapes", "2") / "head.safetensors").write_bytes(b"damage")
    with pytest.raises(BadVersion, match="checksum differs"):
        promote(registry, "2")
    assert registry.current("shapes") == "1"


def test_current_is_always_a_version(registry: Registry) -> None:
    """Whoever reads while promotions go on gets the old or the new one, never half a name."""
    for _ in range(12):
        registry.add("shapes", fill)
    promote(registry, "1")
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(registry.current("shapes"))

    reader = threading.Thread(target=read)
    reader.start()
    promote(registry, *(["12", "1"] * 20))
    done.set()
    reader.join()
    assert seen <= {"1", "12"}


@pytest.mark.parametrize("version", ["9", "", "..", "shipped-9", "../shapes/1", "1/"])
def test_an_unknown_version_is_refused(registry: Registry, version: str) -> None:
    """With those that there are."""
    registry.add("shapes", fill)
    with pytest.raises(BadVersion, match="shapes has 1"):
        registry.path("shapes", version)
    with pytest.raises(BadVersion):
        promote(registry, version)


def test_an_unknown_model_is_refused(registry: Registry) -> None:
    """And asking about it leaves no folder behind."""
    for ask in (
        lambda: registry.current("nosuch"),
        lambda: registry.promote("nosuch", "1", who=WHO, why=""),
        lambda: registry.rollback("nosuch", who=WHO),
    ):
        with pytest.raises(BadVersion, match="nosuch"):
            ask()
    assert not registry.root.exists()


@pytest.mark.parametrize("name", ["", "../evil", "Bears", "a b", "x" * 33, ".hidden"])
def test_only_names_fit_for_a_folder_are_models(registry: Registry, name: str) -> None:
    """Lower case letters, digits, - and _."""
    with pytest.raises(BadVersion, match="no model name"):
        registry.add(name, fill)


def test_a_deleted_version_is_gone_and_its_number_with_it(registry: Registry) -> None:
    """Nobody lists it, whoever asks for it is told why, and no other version is called so."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    registry.delete("shapes", "1", why="it learned what it should not")
    registry.delete("shapes", "3", why="it learned what it should not")

    assert registry.versions("shapes") == ["2"]
    with pytest.raises(BadVersion, match=r"Version 1 of shapes was deleted: it learned what it"):
        registry.path("shapes", "1")
    assert registry.add("shapes", fill) == "4"


def test_a_rollback_to_a_deleted_version_says_so(registry: Registry) -> None:
    """In a sentence, and nothing changes: the history is as it was, and so is what answers."""
    for _ in range(3):
        registry.add("shapes", fill)
    promote(registry, "1", "2", "3")
    before = (registry.root / "shapes/history.jsonl").read_bytes()
    registry.delete("shapes", "2", why="somebody is forgotten")

    with pytest.raises(BadVersion, match=r"Version 2 of shapes was deleted: somebody"):
        registry.rollback("shapes", who=WHO)

    assert registry.current("shapes") == "3"
    assert (registry.root / "shapes/history.jsonl").read_bytes() == before
    promote(registry, "1")
    assert registry.rollback("shapes", who=WHO) == "3"


def test_what_answers_is_never_deleted(registry: Registry, tmp_path: Path) -> None:
    """Nor is a version that comes with the program, whether it answers or not."""
    ship(registry, tmp_path, 1)
    registry.add("shapes", fill)
    promote(registry, "1")

    with pytest.raises(BadVersion, match="let another version answer first"):
        registry.delete("shapes", "1", why="")
    with pytest.raises(BadVersion, match="comes with the program"):
        registry.delete("shapes", "shipped-1", why="")
    assert registry.versions("shapes") == ["shipped-1", "1"]


def test_a_name_in_the_history_can_be_replaced(registry: Registry) -> None:
    """Everywhere, and the lines still tell what they told."""
    for _ in range(2):
        registry.add("shapes", fill)
    promote(registry, "1", "2")
    registry.rename_who(WHO, "somebody")

    text = (registry.root / "shapes/history.jsonl").read_text()
    assert WHO not in text and text.count('"who":"somebody"') == 2
    assert registry.rollback("shapes", who="ann") == "1"
