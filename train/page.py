"""What the pages of all reports share: one file that loads nothing, light and dark."""

from collections.abc import Iterable
from html import escape

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto }}
body {{ padding: 0 1rem }}
@media (max-width: 34rem) {{ body {{ font-size: 13px }} }}
h2 {{ margin: 2.5rem 0 .5rem; font-size: 1.25rem }}
table {{ border-collapse: collapse; margin: 1rem 0; width: 100% }}
th, td {{ border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: right }}
.source td:last-child, code {{ overflow-wrap: anywhere }}
th:first-child, td:first-child {{ text-align: left }}
figure {{ margin: 1rem 0 }}
figcaption {{ font-size: .875em }}
svg {{ max-width: 100%; height: auto; overflow: visible }}
.album {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem }}
.album figure {{ margin: 0; overflow-wrap: anywhere }}
.album img {{ width: 100%; height: 9rem; object-fit: contain; background: #8882 }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem }}
.tiles div {{ border: 1px solid #8884; border-radius: .5rem; padding: .5rem .75rem }}
.tiles strong {{ display: block; font-size: 1.5rem }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def page(title: str, parts: Iterable[str]) -> str:
    """The page of a title (text) and parts (HTML); empty parts are left out."""
    return _PAGE.format(title=escape(title), body="\n".join(part for part in parts if part))


def table(head: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """A table of text cells; `kind` is a class of the page's style."""
    lines = [f'<table class="{kind}">' if kind else "<table>"]
    lines.append("<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>")
    lines += [
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    ]
    return "\n".join([*lines, "</table>"])


def paragraph(text: str) -> str:
    """A paragraph of text; none where there is no text."""
    return f"<p>{escape(text)}</p>" if text else ""
