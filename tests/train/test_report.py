"""`train/report.py`: one page of figures, which anything may be named in."""

from html.parser import HTMLParser

import numpy as np

from model.card import BackboneRef, Card
from train.evaluate import Judged, Metrics, evaluate
from train.report import report_html, summary

EVIL = "<script>alert(1)</script>"


def metrics() -> Metrics:
    """Of four photos, three of which show the class; two of these are named."""
    named = np.array([[True], [True], [False], [False]])
    judged = Judged(named.astype(np.float32), named, np.zeros_like(named), np.zeros(4, np.int64))
    return evaluate(judged, np.array([[1], [1], [1], [0]], dtype=np.int8), (EVIL,))


def page() -> str:
    card = Card(
        schema=1,
        model="bears",
        version="7",
        task="multi-label",
        classes=(EVIL,),
        backbone=BackboneRef(file="b.onnx", sha256="ab", size_px=260),
        alpha=0.1,
        seed=0,
        command=f"python -m train fit --data '{EVIL}'",
        created_at="2026-11-25T00:00:00+00:00",
        provenance={"base": "shipped-1", "settings": {"l2": 0.05}, "data_sha256": EVIL},
    )
    return report_html(card, metrics(), f"it is better on {EVIL}")


class Tags(HTMLParser):
    """All tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_people_wrote_stays_text() -> None:
    """Class names, the command and the reason are shown as they are and run nothing."""
    found = Tags()
    found.feed(page())

    assert "script" not in found.tags
    assert found.text.count(EVIL) == 4


def test_the_page_holds_no_photo_and_loads_nothing() -> None:
    """Figures only; it can be opened anywhere."""
    html = page()

    assert not {"img", "link", "iframe", "object", "svg", "a"} & _tags(html)
    assert "url(" not in html
    assert "http" not in html


def test_the_figures_are_there_with_their_intervals() -> None:
    """The same ones in the terminal."""
    html, text = page(), summary("bears 7", metrics())

    assert "<td>0.667</td><td>[0.000, 1.000]</td>" in html
    assert "bears 7: 4 held-out photos, 3 show a class, 1 show none" in text
    assert "photos of a class answered exactly right             0.667  [0.000, 1.000]" in text
    assert "recall 0.667" in text


def _tags(html: str) -> set[str]:
    found = Tags()
    found.feed(html)
    return found.tags


def test_where_it_comes_from_is_told() -> None:
    """Everything that the card says of base, data, code and settings stands in the page."""
    tags = Tags()
    tags.feed(page())

    assert all(said in tags.text for said in ("shipped-1", "{'l2': 0.05}", EVIL))
    assert "script" not in tags.tags
