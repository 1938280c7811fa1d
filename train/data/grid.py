"""A grid of pictures with a line of text below each."""

from collections.abc import Sequence
from math import ceil, sqrt

from PIL import Image, ImageDraw, ImageFont, ImageOps

TILE_PX, TEXT_PX, GAP_PX = 200, 14, 8
LINE_PX = TEXT_PX + 2 * GAP_PX


def grid(images: Sequence[Image.Image], captions: Sequence[str]) -> Image.Image:
    """The images in as many columns as rows, each within a square of `TILE_PX`; RGB on white."""
    columns = max(1, ceil(sqrt(len(images))))
    rows = max(1, ceil(len(images) / columns))
    across, down = TILE_PX + GAP_PX, TILE_PX + LINE_PX
    sheet = Image.new("RGB", (columns * across + GAP_PX, rows * down + GAP_PX), "white")
    font = ImageFont.load_default(TEXT_PX)
    draw = ImageDraw.Draw(sheet)
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        row, column = divmod(number, columns)
        left, top = GAP_PX + column * across, GAP_PX + row * down
        sheet.paste(ImageOps.pad(image, (TILE_PX, TILE_PX), color="white"), (left, top))
        place = (left, top + TILE_PX + GAP_PX // 2)
        draw.text(place, _fitting(caption, font), font=font, fill="black")
    return sheet


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """As much of the text as a tile is wide."""
    while text and font.getlength(text) > TILE_PX:
        text = text[:-2].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return text
