"""`train/report.py`: one page that stands alone, which anything may be named in."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from model.head import PRESENT
from tests.train import drafts
from tests.train.data.samples import make_photo
from train.doubted import Doubted
from train.report import report_html, report_png
from train.summary import summary
from train.suspects import Suspect

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """What a page holds: its tags, their attributes, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def evil() -> str:
    """A page in which everything that people write is markup."""
    classes = (EVIL, "$\\frac{pear}")
    draft = replace(drafts.draft(classes), why=f"it is better on {EVIL}")
    command = f"python -m train fit --data '{EVIL}'"
    return report_html(drafts.card(classes, command=command, data=EVIL), draft)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of a version all of whose photos are kept."""
    folder = tmp_path_factory.mktemp("photos")
    hashes = drafts.memory().photo_sha256
    files = {row.tobytes(): make_photo(folder / f"{n}.jpg", n) for n, row in enumerate(hashes)}
    draft = drafts.draft(files=files, suspects=[Suspect(4, 0, PRESENT, 0.03)])
    return report_html(drafts.card(draft.classifier.classes), draft)


def test_what_people_wrote_stays_text(evil: str) -> None:
    """Class names (in the charts too), the command and the reason are shown and run nothing."""
    page = Page(evil)

    assert "script" not in page.tags
    assert page.text.count(EVIL) >= 6
    assert "$\\frac{pear}: " in page.text  # a chart's title, no formula


def test_the_page_holds_no_photo_and_loads_nothing(evil: str) -> None:
    """No picture where there is no file to show, and nothing is fetched: what is linked stands in
    the page itself."""
    page = Page(evil)

    assert not {"img", "link", "iframe", "object", "a", "base"} & set(page.tags)
    links = [value for name, value in page.attributes if name in ("src", "href", "xlink:href")]
    assert all(link and link.startswith(("data:image/png;", "#")) for link in links)
    assert not re.search(r"url\((?!#)|@import|https?:", evil)


def test_photos_that_are_kept_are_shown(shown: str) -> None:
    """Small ones within the page, each with a text that says what it shows and what was said."""
    page = Page(shown)

    pictures = [value or "" for name, value in page.attributes if name == "src"]
    assert len(pictures) > 12
    assert all(each.startswith("data:image/jpeg;base64,") for each in pictures)
    assert max(map(len, pictures)) < 20_000
    told = [value or "" for name, value in page.attributes if name == "alt"]
    assert "shows: pear; answer: pear" in told
    assert "label: apple; apple: 3% likely" in told


def test_every_picture_says_what_is_to_be_seen(shown: str) -> None:
    """Charts have a label for those who can't see them, and a sentence below."""
    page = Page(shown)

    assert page.tags.count("svg") == 3  # no fruit is seen with another: nothing together
    assert sum(name == "aria-label" and bool(value) for name, value in page.attributes) == 3
    assert "the nearer to the dotted line, the better" in page.text
    assert "Each curve: how precise" in page.text
    assert page.tags.count("figcaption") == page.tags.count("figure")


def test_it_is_readable_in_light_and_dark(shown: str) -> None:
    """Ink of the charts is the page's own; they have no ground of their own."""
    assert "color-scheme: light dark" in shown
    assert "currentColor" in shown
    assert not re.search(r"(fill|stroke): ?(#000000|#ffffff|black|white)", shown)


def test_the_figures_are_there_with_their_intervals() -> None:
    """The same ones in the terminal."""
    draft = drafts.draft()
    html = report_html(drafts.card(draft.classifier.classes), draft)
    text = summary("fruit 7", draft.metrics)

    exact, (low, high) = draft.metrics.exact, draft.metrics.interval["exact"]
    assert f"<td>{exact:.3f}</td><td>[{low:.3f}, {high:.3f}]</td>" in html
    assert "fruit 7: 60 held-out photos, 40 show a class, 20 show none" in text
    assert re.search(rf"answered exactly right +{exact:.3f}  \[{low:.3f}, {high:.3f}\]", text)


def test_the_guarantee_and_where_it_comes_from_are_told(evil: str) -> None:
    """The promise in words; everything that the card says of base, data, code and settings."""
    text = Page(evil).text

    assert drafts.GUARANTEE in text
    assert all(said in text for said in ("shipped-1", "{'l2': 0.05}", EVIL))


def test_people_whose_words_are_contradicted_are_named() -> None:
    """By pseudonym, with both counts."""
    draft = replace(drafts.draft(), doubted=(Doubted("p-1f", 30, 28),))

    html = report_html(drafts.card(draft.classifier.classes), draft)

    assert "<td>p-1f</td><td>30</td><td>28</td>" in html


def test_the_same_version_gives_the_same_page_and_picture() -> None:
    """Bit for bit."""
    pages, pictures = set(), set()
    for _ in range(2):
        draft = drafts.draft()
        card = drafts.card(draft.classifier.classes)
        pages.add(report_html(card, draft))
        pictures.add(report_png(card, draft))

    assert len(pages) == len(pictures) == 1


def test_a_photo_that_is_gone_is_left_out(tmp_path: Path) -> None:
    """Its file may have been deleted meanwhile."""
    hashes = drafts.memory().photo_sha256
    draft = drafts.draft(files={row.tobytes(): tmp_path / "gone.jpg" for row in hashes})

    assert "img" not in Page(report_html(drafts.card(draft.classifier.classes), draft)).tags
