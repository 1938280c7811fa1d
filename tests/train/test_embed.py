"""`train/embed.py`: photos to embeddings, each computed once."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model import classifier
from model.backbone import EMBEDDING, Backbone
from model.image import pixels
from tests.train.data.samples import make_photo
from train import embed as embedding
from train.data.frame import Row, frame_of
from train.embed import RECORD, Cache, Embedded

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
VECTOR = np.linspace(0, 1, EMBEDDING, dtype="<f2").tobytes()


class CountingBackbone(Backbone):
    """The real backbone; says how many photos it was given."""

    photos = 0

    def embed(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.photos += len(batch)
        return super().embed(batch)


@pytest.fixture
def backbone() -> CountingBackbone:
    return CountingBackbone()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """More than two batches of photos."""
    return [make_photo(tmp_path / "photos" / f"{n}.png", n) for n in range(35)]


def embed(rows: list[Row], backbone: Backbone, cache: Path) -> Embedded:
    return embedding.embed(frame_of(rows), backbone, cache, lambda done, total: None)


def rows_for(photos: list[Path]) -> list[Row]:
    return [Row(where=f"row {index}", photo=photo) for index, photo in enumerate(photos)]


def test_embeddings_are_those_of_the_classifier(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """Bit for bit what a photo gets when it is answered, however it was batched."""
    embedded = embed(rows_for(photos), backbone, cache)

    for photo, vector in zip(photos, embedded.embedding, strict=True):
        alone = classifier.embed(backbone, [pixels(photo.read_bytes(), backbone.size_px)])
        assert np.array_equal(vector.astype(np.float32), alone[0])
    assert embedded.kept.all()
    assert embedded.problems == []
    hashes = [hashlib.sha256(photo.read_bytes()).digest() for photo in photos]
    assert [row.tobytes() for row in embedded.photo_sha256] == hashes


def test_a_photo_is_embedded_once(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """The second time all is known, by content: other names and orders don't matter."""
    first = embed(rows_for(photos), backbone, cache)
    renamed = [photo.rename(photo.with_stem(f"other {photo.stem}")) for photo in photos]
    again = embed(rows_for(renamed[::-1]), backbone, cache)

    assert backbone.photos == len(photos)
    assert np.array_equal(again.embedding[::-1], first.embedding)


def test_a_changed_photo_is_embedded_anew(
    tmp_path: Path, backbone: CountingBackbone, cache: Path
) -> None:
    """The same name with another content is another photo."""
    photo = make_photo(tmp_path / "a.png", 1)
    first = embed(rows_for([photo]), backbone, cache)
    make_photo(photo, 2)

    again = embed(rows_for([photo]), backbone, cache)

    assert not np.array_equal(first.embedding, again.embedding)


def test_backbones_are_never_mixed(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """What another backbone said of a photo is not taken."""
    embed(rows_for(photos), backbone, cache)
    other = CountingBackbone()
    other.key = "another"

    embed(rows_for(photos), other, cache)

    assert other.photos == len(photos)


KILLED = """
import os, signal, sys
from pathlib import Path
from model.backbone import Backbone
from train.data.frame import Row, frame_of
from train.embed import embed

photos = sorted(Path(sys.argv[1]).iterdir(), key=lambda path: int(path.stem))
frame = frame_of(Row(where=path.name, photo=path) for path in photos)

def progress(done, total):
    if done == 34:
        os.kill(os.getpid(), signal.SIGKILL)

embed(frame, Backbone(), Path(sys.argv[2]), progress)
"""


def test_a_killed_run_is_taken_up_again(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """After SIGKILL in a real process, the batches that were done are not done again."""
    command = [sys.executable, "-c", KILLED, str(photos[0].parent), str(cache)]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], timeout=120)

    embedded = embed(rows_for(photos), backbone, cache)

    assert killed.returncode == -9
    assert backbone.photos == len(photos) - 32
    assert embedded.kept.all()


def test_a_cut_off_record_is_passed_over_and_cut_away(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """A write that a kill left half done costs one photo and harms no later one."""
    whole = embed(rows_for(photos[:5]), backbone, cache)
    (file,) = cache.glob("*.embeddings")
    file.write_bytes(file.read_bytes()[:-100])
    backbone.photos = 0

    again = embed(rows_for(photos[:8]), backbone, cache)
    third = embed(rows_for(photos[:8]), backbone, cache)

    assert backbone.photos == 4
    assert file.stat().st_size == 8 * RECORD.itemsize
    assert np.array_equal(again.embedding[:5], whole.embedding)
    assert np.array_equal(third.embedding, again.embedding)


def test_two_runs_may_fill_one_cache(cache: Path) -> None:
    """What both wrote in turn is there for the third."""
    one, two = Cache(cache, "key"), Cache(cache, "key")
    vectors = {bytes([n]) * 32: np.full(EMBEDDING, n, dtype=np.float16) for n in range(4)}
    for n, writer in enumerate((one, two, one, two)):
        writer.add({bytes([n]) * 32: vectors[bytes([n]) * 32]})

    third = Cache(cache, "key")

    for sha256, vector in vectors.items():
        found = third.get(sha256)
        assert found is not None
        assert np.array_equal(found, vector)
    assert third.get(b"x" * 32) is None


def test_photos_that_cannot_be_read_are_listed_and_left_out(
    tmp_path: Path, photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """One sentence each, with row and file; the others are embedded all the same."""
    text = tmp_path / "text.jpg"
    text.write_text("no photo")
    bad = [text, tmp_path / "gone.jpg", tmp_path]
    rows = rows_for([photos[0], *bad, photos[1]])

    embedded = embed(rows, backbone, cache)

    assert embedded.kept.tolist() == [True, False, False, False, True]
    assert not embedded.embedding[1:4].any()
    for index, (problem, photo) in enumerate(zip(embedded.problems, bad, strict=True), start=1):
        assert problem.startswith(f"row {index}: ")
        assert str(photo) in problem


def test_a_given_embedding_is_taken_without_the_photo(
    backbone: CountingBackbone, cache: Path
) -> None:
    """What chat kept when it answered is not computed again."""
    row = Row(where="said", photo=Path("gone.jpg"), photo_sha256="ab" * 32, embedding=VECTOR)

    embedded = embed([row], backbone, cache)

    assert embedded.embedding.tobytes() == VECTOR
    assert embedded.photo_sha256.tobytes() == b"\xab" * 32
    assert backbone.photos == 0


def test_what_was_not_kept_or_is_damaged_is_listed(backbone: Backbone, cache: Path) -> None:
    """Neither photo nor embedding, or an embedding of another length."""
    rows = [
        Row(where="a", photo_sha256="ab" * 32),
        Row(where="b", photo_sha256="cd" * 32, embedding=VECTOR[:-2]),
        Row(where="c", photo_sha256="ef" * 32, embedding=VECTOR[:-1]),
    ]

    embedded = embed(rows, backbone, cache)

    assert not embedded.kept.any()
    assert [problem[:2] for problem in embedded.problems] == ["a:", "b:", "c:"]


def test_a_photo_goes_by_the_hash_that_its_source_gives(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """Chat names photos by the bytes received; the cache goes by those of the file kept."""
    row = Row(where="said", photo=photos[0], photo_sha256="ab" * 32)

    embedded = embed([row], backbone, cache)
    embed(rows_for(photos[:1]), backbone, cache)

    assert embedded.photo_sha256.tobytes() == b"\xab" * 32
    assert backbone.photos == 1


def test_the_same_photo_twice_stays_twice(
    photos: list[Path], backbone: CountingBackbone, cache: Path
) -> None:
    """Rows are kept as they are; whoever reads them decides on copies."""
    embedded = embed(rows_for([photos[0], photos[0]]), backbone, cache)

    assert embedded.kept.all()
    assert np.array_equal(embedded.embedding[0], embedded.embedding[1])


def test_progress_grows_to_the_total_and_is_told_in_measure(
    backbone: CountingBackbone, cache: Path
) -> None:
    """From 0 to all, never back, about a hundred times whatever the number of photos."""
    rows = [Row(where="said", photo_sha256="ab" * 32, embedding=VECTOR)] * 1050
    told: list[tuple[int, int]] = []

    embedding.embed(frame_of(rows), backbone, cache, lambda done, total: told.append((done, total)))

    done = [count for count, _ in told]
    assert {total for _, total in told} == {1050}
    assert (done[0], done[-1]) == (0, 1050)
    assert done == sorted(set(done))
    assert len(done) <= 110


def test_few_photos_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Rows are taken up as the backbone gets on, not all at once."""
    taken = 0

    def rows(frame: object) -> Iterator[Row]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield Row(where="said", photo_sha256="ab" * 32, embedding=VECTOR)

    monkeypatch.setattr(embedding, "rows_of", rows)
    ahead: list[int] = []

    embedding.embed(
        frame_of([Row(where="")] * 1000),
        Backbone(),
        cache,
        lambda done, total: ahead.append(taken - done),
    )

    assert max(ahead) <= embedding.AHEAD


def test_no_photos_are_no_embeddings(backbone: CountingBackbone, cache: Path) -> None:
    """An empty frame gives arrays of no rows."""
    embedded = embed([], backbone, cache)

    assert embedded.embedding.shape == (0, EMBEDDING)
    assert embedded.photo_sha256.shape == (0, 32)


def test_odd_photos_are_embedded_or_listed(backbone: CountingBackbone, cache: Path) -> None:
    """Each of the files that broke other software gives an embedding or a sentence."""
    if not (SHARED / "odd-photos").is_dir():
        pytest.skip("no ../shared/data/odd-photos")
    files = sorted(path for path in (SHARED / "odd-photos").iterdir() if path.is_file())

    embedded = embed(rows_for(files), backbone, cache)

    assert embedded.kept.sum() + len(embedded.problems) == len(files)
    assert embedded.kept.sum() > len(files) / 2
    assert np.isfinite(embedded.embedding.astype(np.float32)).all()
