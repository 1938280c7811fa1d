"""Draws the icons for home screens from icon.svg: `.venv-train/bin/python -m tests.browser.icons`.

A system cuts a maskable icon to its own shape, and iOS rounds the corners itself: both get the
ground to the edge, a maskable one with the picture within the middle four fifths.
"""

import asyncio

from playwright.async_api import Browser, async_playwright

from bot.web.labels import STATIC
from tests.conftest import CHROMIUM_ARGS, candidates

SVG = (STATIC / "icon.svg").read_text()
FULL = SVG.replace(' rx="17"', "")
MASKABLE = FULL.replace("<path", '<g transform="translate(7 7) scale(.78)"><path').replace(
    "</g>\n</svg>", "</g></g>\n</svg>"
)
ICONS = {
    "icon-192.png": (SVG, 192),
    "icon-512.png": (SVG, 512),
    "icon-180.png": (FULL, 180),
    "icon-maskable-512.png": (MASKABLE, 512),
}
"""What is drawn, and the side in px."""


async def main() -> None:
    """Write every icon."""
    path = await asyncio.to_thread(lambda: next(candidates()))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        for name, (svg, side) in ICONS.items():
            await draw(browser, svg, side, name)


async def draw(browser: Browser, svg: str, side: int, name: str) -> None:
    """One icon; its corners are transparent where the drawing has none."""
    page = await browser.new_page(viewport={"width": side, "height": side})
    await page.set_content(f"<style>* {{margin: 0}} svg {{display: block}}</style>{svg}")
    await page.screenshot(path=STATIC / name, omit_background=True)


if __name__ == "__main__":
    asyncio.run(main())
