"""How much work a JPEG asks of its decoder: told from its markers, before anything is decoded.

Knows nothing of pixels: that is `model/image.py`.
"""

import re

MAX_SCANS = 50
"""Most scans; progressive JPEGs have about ten. Each goes over all pixels again, so that 267 kB of
1,000 scans take 48 s."""

MAX_SEGMENTS = 10_000
"""Most segments before the first scan; cameras write tens. Pillow reads each of them in Python."""

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # neither stuffing, restart nor fill
_START_OF_IMAGE = b"\xff\xd8"
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9


def is_slow(data: bytes) -> bool:
    """Whether these are a JPEG whose first image goes beyond `MAX_SEGMENTS` or `MAX_SCANS`.

    Walks from marker to marker as decoders do. What lies between a segment's end and the next
    marker counts as a segment a byte before the first scan; after it, it is pixels.
    """
    if not data.startswith(_START_OF_IMAGE):
        return False
    may_have_many_scans = data.count(bytes([0xFF, _START_OF_SCAN])) > MAX_SCANS
    segments = scans = 0
    at = len(_START_OF_IMAGE)
    while marker := _MARKER.search(data, at):
        code = data[marker.end() - 1]
        if code == _START_OF_SCAN:
            scans += 1
        elif not scans:
            segments += 1 + marker.start() - at
        if segments > MAX_SEGMENTS or scans > MAX_SCANS:
            return True
        if code == _END_OF_IMAGE or (scans and not may_have_many_scans):
            return False
        length = int.from_bytes(data[marker.end() : marker.end() + 2])  # counts its own two bytes
        at = marker.end() + length
    return False
