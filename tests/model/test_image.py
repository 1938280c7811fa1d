"""`model/image.py`: bytes of a photo -> upright RGB -> pixels."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model import image
from model.backbone import Backbone
from model.classifier import embed
from model.errors import BadPhoto
from tests import photos

KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")


def show(data: bytes) -> Image.Image:
    """The photo upright, at the size of `photos.picture()`."""
    return image.upright(data).resize((photos.WIDTH, photos.HEIGHT))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two images in grey levels."""
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


@pytest.mark.parametrize("orientation", photos.ORIENTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_orientation_comes_out_upright(kind: str, orientation: int) -> None:
    """However a camera was held, the photo is turned upright once, in every format."""
    data = photos.turned(orientation, kind)
    assert image.upright(data).size == (photos.WIDTH, photos.HEIGHT)
    assert difference(image.upright(data), photos.picture()) < 5


def test_a_heic_is_turned_once() -> None:
    """A phone's HEIC says twice how it was held, in the container and in EXIF."""
    assert difference(image.upright(photos.heic()), photos.picture()) < 5


def test_metadata_behind_the_pixels_counts() -> None:
    """A PNG may say only at its end how it is turned."""
    data = photos.turned_behind_the_pixels(6)
    assert difference(image.upright(data), photos.picture()) < 5


def test_the_eight_orientations_of_one_photo_are_one_photo(backbone: Backbone) -> None:
    """Their embeddings hardly differ, so their answers don't."""
    scene = photos.noise(3, 1280, 960)
    rows = [
        image.pixels(photos.turned(orientation, image=scene), backbone.size_px)
        for orientation in photos.ORIENTATIONS
    ]
    embeddings = embed(backbone, rows)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    assert (unit @ unit[0]).min() > 0.999


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_metadata_does_not_break_the_pixels(kind: str) -> None:
    """EXIF that can't be read means upright."""
    assert difference(show(photos.with_broken_exif(kind)), photos.picture()) < 5


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    """GIF, WebP, APNG and AVIF sequences are photos of their first frame."""
    assert difference(show(photos.animated(kind)), photos.picture()) < 5


@pytest.mark.parametrize("make", [photos.mpo, photos.cmyk, photos.geotagged])
def test_unusual_jpegs_look_as_usual(make: Callable[[], bytes]) -> None:
    """Stereo photos, print colours and photos with a place."""
    assert difference(show(make()), photos.picture()) < 5


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3012, 5), (5, 3012), (65_000, 1), (1, 900)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_any_shape_becomes_a_square(width: int, height: int, kind: str) -> None:
    """One pixel, or a line: squashed or stretched to the backbone's square."""
    pixels = image.pixels(photos.encode(photos.picture(width, height), kind), 260)
    assert pixels.shape == (3, 260, 260)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_reduced_photo_looks_the_same(kind: str) -> None:
    """Decoding a large photo at a reduced size changes no grey level by much."""
    large = photos.noise(5, 2400, 1500)
    reduced = image.pixels(photos.encode(large, kind), 260)
    whole = image.squash(large, 260)
    assert np.abs(reduced.astype(int) - whole).mean() < 1.5


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", KINDS)
def test_the_header_tells_the_upright_size(kind: str, orientation: int) -> None:
    """Width and height are those that a person sees."""
    info = image.probe(photos.turned(orientation, kind))
    assert (info.format, info.width, info.height) == (kind, photos.WIDTH, photos.HEIGHT)


def test_the_header_is_read_without_the_pixels() -> None:
    """A photo that is cut off still says its size; reading it all would fail."""
    info = image.probe(photos.truncated())
    assert (info.width, info.height) == (640, 480)
    png = photos.encode(photos.noise(1), "PNG")
    assert image.probe(png[: len(png) // 2]).width == photos.WIDTH


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"Dear diary, today I saw a bear.", "not a photo"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a photo"),
        (b"\xff\xd8\xff", "not a photo"),
        (photos.truncated(), "damaged or was cut off"),
        (photos.encode(photos.noise(1), "PNG")[:2000], "damaged or was cut off"),
    ],
    ids=["empty", "text", "eps", "three bytes", "half a jpeg", "half a png"],
)
def test_what_is_no_photo_is_said(data: bytes, says: str) -> None:
    """One sentence for the person who sent it."""
    with pytest.raises(BadPhoto, match=says):
        image.upright(data)


BOMBS: list[Callable[[], bytes]] = [
    photos.bomb_png,
    photos.bomb_gif,
    photos.bomb_bmp,
    photos.bomb_webp,
    photos.bomb_tiff,
    lambda: photos.bomb_heif("HEIF"),
    lambda: photos.encode(Image.new("L", (1, 66_000)), "PNG"),
]


@pytest.mark.parametrize("make", BOMBS)
def test_a_bomb_is_refused(make: Callable[[], bytes]) -> None:
    """A few bytes that unpack to far too many pixels, whether they are in the photo or its tile."""
    with pytest.raises(BadPhoto, match="too large"):
        image.probe(make())


def test_a_bomb_takes_no_memory() -> None:
    """They are refused by their headers, before anything is unpacked."""
    script = (
        "import resource\n"
        "from model import image\n"
        "from model.errors import BadPhoto\n"
        "from tests.model.test_image import BOMBS\n"
        "bombs = [make() for make in BOMBS]\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for bomb in bombs:\n"
        "    try: image.upright(bomb)\n"
        "    except BadPhoto: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 30_000  # kB


SEEDS = {
    "jpeg": photos.turned(6),
    "progressive": photos.jpeg(progressive=True),
    "png": photos.see_through((0, 0, 0)),
    "deep png": photos.see_through_deep_grey(0),
    "apng": photos.animated("PNG"),
    "webp": photos.animated("WEBP"),
    "gif": photos.animated("GIF"),
    "mpo": photos.mpo(),
    "avif": photos.turned(6, "AVIF"),
    "heic": photos.heic(),
    "tiff": photos.turned(6, "TIFF"),
    "bmp": photos.encode(photos.picture(), "BMP"),
}


def test_a_broken_tiff_writes_nothing_past_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    """Its library would say on stderr what the person is told in a sentence."""
    whole = photos.encode(photos.picture(), "TIFF", compression="tiff_lzw")
    with pytest.raises(BadPhoto):
        image.upright(whole[:100] + bytes([0xFF]) * 500 + whole[600:])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("entry", [image.read, image.pixels, image.upright])
def test_large_photos_are_decoded_one_at_a_time(
    entry: Callable[[bytes, int], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many threads there are; a small photo does not wait for them."""
    small, large = photos.jpeg(30, 20), photos.jpeg(300, 90)
    monkeypatch.setattr(image, "LARGE_PIXELS", 1000)
    decode, begun, go_on = image._decoded, Semaphore(0), Event()

    def held(opened: Image.Image, target_px: int | None) -> Image.Image:
        if opened.width > 30:
            begun.release()
            go_on.wait(10)
        return decode(opened, target_px)

    monkeypatch.setattr(image, "_decoded", held)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(entry, large, 32) for _ in range(3)]
        begun.acquire()
        pool.submit(entry, small, 32).result(10)
        assert not begun.acquire(timeout=0.2)
        go_on.set()
        for each in waiting:
            each.result(10)


def test_a_large_photo_that_is_damaged_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one has its turn all the same."""
    large = photos.jpeg(300, 90)
    monkeypatch.setattr(image, "LARGE_PIXELS", 1000)
    with pytest.raises(BadPhoto):
        image.read(large[: len(large) // 2], 32)
    assert image.read(large, 32)[1].shape == (3, 32, 32)


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS.keys())
@settings(max_examples=60, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=8)), max_size=12),
    keep=st.sampled_from([1.0, 1.0, 1.0, 0.9, 0.3]),
)
def test_damaged_bytes_give_an_answer_or_a_sentence(
    seed: bytes, edits: list[tuple[float, bytes]], keep: float
) -> None:
    """Whatever is overwritten or cut off: pixels or `BadPhoto`, and nothing else."""
    data = bytearray(seed[: int(len(seed) * keep)])
    for where, what in edits:
        at = int(where * len(data))
        data[at : at + len(what)] = what
    try:
        assert image.pixels(bytes(data), 260).shape == (3, 260, 260)
        assert image.probe(bytes(data)).width > 0
    except BadPhoto as error:
        assert str(error).endswith(".")


def test_every_odd_photo_gives_an_answer_or_a_sentence(odd_photos: list[Path]) -> None:
    """315 files that broke other software."""
    answered, refused = [], []
    for path in odd_photos:
        try:
            answered.append(image.pixels(path.read_bytes(), 260))
        except BadPhoto:
            refused.append(path.name)
    assert len(answered) > 260
    assert {"decompression_bomb.gif", "truncated_jpeg.jpg", "hopper.psd"} <= set(refused)


def test_the_eight_odd_orientations_agree(odd_photos: list[Path], backbone: Backbone) -> None:
    """One real photo in all eight orientations; each has a number drawn on it."""
    files = [path for path in odd_photos if path.name.startswith("orientation_")]
    embeddings = embed(
        backbone, [image.pixels(path.read_bytes(), backbone.size_px) for path in files]
    )
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    assert len(files) == 8
    assert (unit @ unit[0]).min() > 0.95


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_films_are_known(kind: str) -> None:
    """By having more than one frame, of which the first is looked at."""
    assert image.probe(photos.animated(kind)).moves
    assert not image.probe(photos.encode(photos.picture(), kind)).moves


def test_the_pages_of_a_tiff_are_no_film() -> None:
    """Nor are the several pictures of a telephone's MPO."""
    two = {"save_all": True, "append_images": [photos.noise(1)]}
    assert not image.probe(photos.encode(photos.picture(), "TIFF", **two)).moves
    assert not image.probe(photos.mpo()).moves
