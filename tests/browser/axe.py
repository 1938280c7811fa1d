"""axe-core on a page as it is: WCAG 2.2 AA, as far as a program can judge it."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


async def assert_accessible(page: Page) -> None:
    """Fail with axe's report if it finds anything."""
    options = {"runOnly": {"type": "tag", "values": AA}, "resultTypes": ["violations"]}
    result = await Axe().run(page, options=options)
    assert result.violations_count == 0, result.generate_report()
