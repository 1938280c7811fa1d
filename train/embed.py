"""Photos -> embeddings, each computed once: cached by backbone and content, resumable after a kill.

N photos, D = 1280. Photos are decoded by a few threads ahead of the backbone, which takes them in
batches; a bounded number of photos is in memory at a time.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock
from numpy.typing import NDArray

from model import classifier
from model.backbone import EMBEDDING, Backbone
from model.errors import BadPhoto
from model.image import pixels
from train.data.frame import Row, rows_of

BATCH = 16
AHEAD = 4 * BATCH
"""Photos decoded or being decoded ahead of the backbone: about 13 MB of pixels."""
THREADS = min(4, os.cpu_count() or 1)
REPORTS = 100
"""How many times progress is told, at most about."""

VALUE = np.dtype("<f2")
RECORD = np.dtype([("sha256", np.uint8, 32), ("embedding", VALUE, EMBEDDING)])

Vector = NDArray[np.float16]  # (D,)
Pixels = NDArray[np.uint8]  # (3, S, S)


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embeddings of a frame, row by row.

    `photo_sha256` is the source's where it gives one, else of the file's bytes. Rows that are not
    `kept` are zeros: each has a sentence in `problems`.
    """

    embedding: NDArray[np.float16]  # (N, D)
    photo_sha256: NDArray[np.uint8]  # (N, 32)
    kept: NDArray[np.bool_]  # (N,)
    problems: list[str]


class Cache:
    """Embeddings of one backbone by SHA-256 of the photo's file, in one file that only grows.

    It is records of fixed size: a kill in the middle of a write leaves a cut-off last one, which
    reading passes over and the next write cuts away. Several processes may write.
    """

    def __init__(self, folder: Path, backbone_key: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{backbone_key}.embeddings"
        self._lock = FileLock(folder / f"{backbone_key}.lock")
        self._known = self._read()

    def get(self, sha256: bytes) -> Vector | None:
        """The embedding of the photo with this hash, if it is known."""
        return self._known.get(sha256)

    def add(self, found: dict[bytes, Vector]) -> None:
        """Remember embeddings, by hash, here and in the file."""
        records = np.zeros(len(found), dtype=RECORD)
        records["sha256"] = [np.frombuffer(sha256, dtype=np.uint8) for sha256 in found]
        records["embedding"] = list(found.values())
        with self._lock, self._path.open("ab") as file:
            file.truncate(file.tell() // RECORD.itemsize * RECORD.itemsize)
            file.write(records.tobytes())
        self._known.update(found)

    def _read(self) -> dict[bytes, Vector]:
        if not self._path.exists():
            return {}
        whole = self._path.stat().st_size // RECORD.itemsize
        records = np.fromfile(self._path, dtype=RECORD, count=whole)
        hashes = (sha256.tobytes() for sha256 in records["sha256"])
        return dict(zip(hashes, records["embedding"], strict=True))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A photo that was looked at: one of `vector` and `pixels` is there, the other not needed."""

    identity: bytes  # SHA-256, the source's where it gives one
    content: bytes  # SHA-256 of the file, what the cache goes by
    vector: Vector | None
    pixels: Pixels | None


def embed(
    frame: pd.DataFrame, backbone: Backbone, cache: Path, progress: Callable[[int, int], None]
) -> Embedded:
    """The embeddings of all photos in `frame`, those that can't be read left out and listed.

    `cache` is a folder, made if missing. `progress(done, total)` is called now and then, and at the
    end. An embedding that the source gives is taken as it is: it must be this backbone's.
    """
    total = len(frame)
    result = Embedded(
        np.zeros((total, EMBEDDING), dtype=np.float16),
        np.zeros((total, 32), dtype=np.uint8),
        np.zeros(total, dtype=np.bool_),
        [],
    )
    known = Cache(cache, backbone.key)
    look = partial(_look, known=known, size_px=backbone.size_px)
    waiting: list[tuple[int, _Seen]] = []
    every = max(1, total // REPORTS)
    with ThreadPoolExecutor(THREADS) as pool:
        for index, seen in enumerate(_in_order(pool, look, rows_of(frame))):
            if index % every == 0:
                progress(index, total)
            if isinstance(seen, str):
                result.problems.append(seen)
            elif seen.vector is not None:
                _put(result, index, seen.identity, seen.vector)
            else:
                waiting.append((index, seen))
            if len(waiting) == BATCH:
                _embed_batch(waiting, backbone, known, result)
                waiting.clear()
    _embed_batch(waiting, backbone, known, result)
    progress(total, total)
    return result


def _look(row: Row, known: Cache, size_px: int) -> _Seen | str:
    """Read a row's photo, and decode it if its embedding isn't known; else a sentence why not."""
    identity = bytes.fromhex(row.photo_sha256) if row.photo_sha256 else None
    if row.embedding is not None and identity is not None:
        return _given(row.where, identity, row.embedding)
    if row.photo is None:
        return f"{row.where}: neither the photo nor an embedding of this backbone was kept."
    try:
        data = row.photo.read_bytes()
        content = hashlib.sha256(data).digest()
        vector_known = known.get(content)
        photo = pixels(data, size_px) if vector_known is None else None
    except OSError as error:
        return f"{row.where}: {row.photo} can't be read: {error.strerror}."
    except BadPhoto as error:
        return f"{row.where}: {row.photo}: {error}"
    return _Seen(identity or content, content, vector_known, photo)


def _given(where: str, identity: bytes, embedding: bytes) -> _Seen | str:
    if len(embedding) != EMBEDDING * VALUE.itemsize:
        return f"{where}: its embedding has {len(embedding)} bytes: it is damaged."
    return _Seen(identity, identity, np.frombuffer(embedding, dtype=VALUE), None)


def _embed_batch(
    waiting: list[tuple[int, _Seen]], backbone: Backbone, known: Cache, result: Embedded
) -> None:
    if not waiting:
        return
    photos = [seen.pixels for _, seen in waiting if seen.pixels is not None]
    vectors = classifier.embed(backbone, photos).astype(np.float16)
    known.add({seen.content: vector for (_, seen), vector in zip(waiting, vectors, strict=True)})
    for (index, seen), vector in zip(waiting, vectors, strict=True):
        _put(result, index, seen.identity, vector)


def _put(result: Embedded, index: int, identity: bytes, vector: Vector) -> None:
    result.embedding[index] = vector
    result.photo_sha256[index] = np.frombuffer(identity, dtype=np.uint8)
    result.kept[index] = True


def _in_order(
    pool: ThreadPoolExecutor, look: Callable[[Row], _Seen | str], rows: Iterable[Row]
) -> Iterator[_Seen | str]:
    """`look` at each row in the pool, at most `AHEAD` ahead of what was taken; in order."""
    running: deque[Future[_Seen | str]] = deque()
    for row in rows:
        running.append(pool.submit(look, row))
        if len(running) == AHEAD:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()
