"""Which version answers: promoted from anywhere, at once, and never a damaged one."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import models as module
from bot.models import Models
from model.backbone import SHIPPED_BACKBONE, Backbones
from model.card import BackboneRef
from model.errors import BadVersion
from model.registry import Registry
from tests.bot.versions import LIKE, MODEL, add_version, damage


@pytest.fixture(scope="module")
def backbones() -> Backbones:
    return Backbones(threads=1)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
async def models(registry: Registry, backbones: Backbones) -> AsyncIterator[Models]:
    models = Models(registry, backbones)
    await models.start()
    yield models
    await models.stop()


def promote(registry: Registry, version: str) -> None:
    """As another process does it: training, or the command line."""
    registry.promote(MODEL, version, who="another process", why="a test")


def current(registry: Registry) -> Path:
    return registry.root / MODEL / "current"


async def test_shipped_models_answer_at_first(models: Models) -> None:
    """Without a registry of its own the bot answers with what it was shipped with."""
    assert models.names() == ["bears", "heads", "pascal"]
    assert models.version("bears") == "shipped-1"
    assert sorted(models.classes("bears")) == ["black", "grizzly", "teddy"]


async def test_unknown_model_is_refused_with_the_known_ones(models: Models) -> None:
    """Whoever asks for a model that is not there learns which are."""
    with pytest.raises(BadVersion, match=r"no model 'birds'\. I have: bears, heads, pascal"):
        models.answering("birds")


async def test_a_promotion_elsewhere_is_noticed(
    registry: Registry, backbones: Backbones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that another process promotes answers without a restart."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    models = Models(registry, backbones)
    await models.start()
    promote(registry, add_version(registry))

    async with asyncio.timeout(10):
        while models.version(MODEL) != "1":
            await asyncio.sleep(0.01)
    await models.stop()


async def test_a_new_model_shows_up(models: Models, registry: Registry) -> None:
    """A model that was trained here is one of those that answer once a version is promoted."""
    add_version(registry, "birds")
    await models.refresh()
    assert "birds" not in models.names()

    registry.promote("birds", "1", who="somebody", why="a test")
    await models.refresh()
    assert models.names() == ["bears", "birds", "heads", "pascal"]


async def test_a_model_that_does_not_answer_yet_is_said_once(
    models: Models, registry: Registry
) -> None:
    """The bot looks every second; its log must not grow by it."""
    add_version(registry, "birds")
    with capture_logs() as logs:
        await models.refresh()
        await models.refresh()

    assert [line["model"] for line in logs] == ["birds"]


async def test_a_damaged_version_is_refused_once(models: Models, registry: Registry) -> None:
    """The former version goes on answering, and the log says so a single time."""
    version = add_version(registry)
    promote(registry, version)
    damage(registry, version)
    with capture_logs() as logs:
        await models.refresh()
        await models.refresh()

    assert models.version(MODEL) == "shipped-1"
    (line,) = logs
    assert (line["event"], line["version"]) == ("version_refused", "1")
    assert "checksum" in line["error"]


async def test_a_repaired_version_answers(models: Models, registry: Registry) -> None:
    """A damaged version is tried again when its files change."""
    version = add_version(registry)
    promote(registry, version)
    file = damage(registry, version)
    await models.refresh()

    shutil.copyfile(LIKE / file.name, file)
    await models.refresh()

    assert models.version(MODEL) == version


@pytest.mark.parametrize("words", [b"17\n", b"../bears/shipped-1", b"", b"\xff\xfe"])
async def test_a_senseless_current_changes_nothing(
    models: Models, registry: Registry, words: bytes
) -> None:
    """`current` naming no version there is: what answers goes on, and the next word is heard."""
    version = add_version(registry)
    current(registry).write_bytes(words)
    await models.refresh()
    assert models.version(MODEL) == "shipped-1"

    promote(registry, version)
    await models.refresh()
    assert models.version(MODEL) == version


async def test_a_vanished_registry_stops_nothing(models: Models, registry: Registry) -> None:
    """Without its folder the shipped version answers; when it is back, what it says counts."""
    promote(registry, add_version(registry))
    await models.refresh()
    away = registry.root.rename(registry.root.with_name("away"))
    await models.refresh()
    assert models.version(MODEL) == "shipped-1"

    away.rename(registry.root)
    await models.refresh()
    assert models.version(MODEL) == "1"


async def test_an_unreadable_registry_stops_nothing(
    models: Models, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails is said once, and what is loaded goes on answering."""

    def broken() -> list[str]:
        raise OSError("Input/output error")

    monkeypatch.setattr(registry, "models", broken)
    with capture_logs() as logs:
        await models.refresh()
        await models.refresh()

    assert models.version(MODEL) == "shipped-1"
    assert [line["event"] for line in logs] == ["registry_unreadable"]


async def test_a_start_on_a_damaged_version_takes_the_one_before(
    registry: Registry, backbones: Backbones
) -> None:
    """After a restart, too, the former version answers: not another one, nor another model."""
    for _ in range(3):
        version = add_version(registry)
        if version != "2":  # never promoted, so never to answer
            promote(registry, version)
    damage(registry, "3")

    models = Models(registry, backbones)
    await models.refresh()

    assert models.version(MODEL) == "1"


async def test_a_start_without_any_version_is_refused(tmp_path: Path, backbones: Backbones) -> None:
    """A bot that can answer nothing says so instead of starting."""
    models = Models(Registry(tmp_path / "registry", shipped=tmp_path / "nothing"), backbones)

    with pytest.raises(BadVersion, match="No model can answer"):
        await models.start()


async def test_a_start_removes_what_a_killed_training_left(
    registry: Registry, backbones: Backbones
) -> None:
    """Half a version is of no use to anybody."""
    left = registry.root / MODEL / ".1.unfinished"
    left.mkdir(parents=True)
    models = Models(registry, backbones)
    await models.start()
    await models.stop()
    assert not left.exists()


async def test_a_promoted_version_answers_when_it_is_said(
    models: Models, registry: Registry
) -> None:
    """When the admin reads that a version answers from now on, it does."""
    version = add_version(registry)
    await models.promote(MODEL, version, who="ann")

    assert models.version(MODEL) == version
    assert [line.version for line in await models.versions(MODEL) if line.current] == [version]
    assert current(registry).read_text().strip() == version


async def test_photos_at_work_keep_their_version(models: Models, registry: Registry) -> None:
    """Whoever took a classifier before the swap can use it to the end."""
    before = models.answering(MODEL)
    await models.promote(MODEL, add_version(registry), who="ann")

    assert before.card.version == "shipped-1"
    assert models.answering(MODEL).card.version == "1"


async def test_rollback_answers_when_it_is_said(models: Models, registry: Registry) -> None:
    """The version before the last promotion answers again, at once."""
    await models.promote(MODEL, add_version(registry), who="ann")

    assert await models.rollback(MODEL, who="ann") == "shipped-1"
    assert models.version(MODEL) == "shipped-1"


async def test_a_damaged_version_can_not_be_promoted(models: Models, registry: Registry) -> None:
    """The admin reads why, and nothing has changed."""
    damage(registry, add_version(registry))

    with pytest.raises(BadVersion, match="checksum"):
        await models.promote(MODEL, "1", who="ann")
    assert not current(registry).exists()


async def test_a_version_of_another_backbone_can_not_be_promoted(
    models: Models, registry: Registry
) -> None:
    """Its numbers mean nothing here."""
    other = BackboneRef(file=SHIPPED_BACKBONE.name, sha256="0" * 64, size_px=224)
    version = add_version(registry, backbone=other)

    with pytest.raises(BadVersion, match="another backbone"):
        await models.promote(MODEL, version, who="ann")
    assert not current(registry).exists()


async def test_a_version_whose_arrays_do_not_fit_can_not_be_promoted(
    models: Models, registry: Registry
) -> None:
    """Checksums only say that it is as it was written; a class too many would break every photo."""
    version = add_version(registry, classes=("grizzly", "black", "teddy", "panda"))

    with pytest.raises(BadVersion, match="4 classes want"):
        await models.promote(MODEL, version, who="ann")


async def test_a_copy_under_another_number_can_not_be_promoted(
    models: Models, registry: Registry
) -> None:
    """Answers must name the version that gave them."""
    shutil.copytree(LIKE, registry.root / MODEL / "7")

    with pytest.raises(BadVersion, match="7 is a copy of bears shipped-1"):
        await models.promote(MODEL, "7", who="ann")


async def test_a_registry_that_can_not_be_written_is_said(
    models: Models, registry: Registry
) -> None:
    """The admin reads it, instead of an apology after three attempts."""
    registry.root.write_text("a file where the folder should be")

    with pytest.raises(BadVersion, match="can't be written"):
        await models.promote(MODEL, "shipped-1", who="ann")


async def test_versions_are_listed_with_their_figures(models: Models, registry: Registry) -> None:
    """An admin sees all versions, oldest first, which one answers, and what is damaged."""
    damage(registry, add_version(registry, figures={"map": 0.5}))
    add_version(registry, figures={"map": 0.875})

    shipped, first, second = await models.versions(MODEL)

    assert (shipped.version, shipped.current) == ("shipped-1", True)
    assert (first.version, first.current) == ("1", False)
    assert "checksum" in first.note
    assert second.note == "mAP 0.875"
    assert second.created_at
