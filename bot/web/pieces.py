"""What the admin page is made of: its frame, sections, tables, forms and figures, as HTML.

Whatever is put into them is escaped by `Markup.format`, unless it is `Markup` already: nothing
that people wrote becomes HTML.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from bot.web.charts import Series, Words

_PAGE = Markup("""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="robots" content="noindex">
    <title>Admin · nonesuch</title>
    <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/static/chat.css">
    <link rel="stylesheet" href="/static/overview.css">
    <script type="module" src="/static/overview.js"></script>
  </head>
  <body class="overview">
    <header class="bar">
      <img src="/static/icon.svg" alt="" width="40" height="40">
      <div class="who"><h1>Admin</h1></div>
      <nav aria-label="Pages"><a href="/">Chat</a> <a href="/admin/review">Review</a></nav>
    </header>
    <main>
{}
<p class="small">Times are of UTC. The bars show the last {} days.</p>
    </main>
  </body>
</html>
""")
_SECTION = Markup('<section aria-labelledby="{}-head"><h2 id="{}-head">{}</h2>\n{}</section>')
_NOTICE = Markup('<p class="notice" role="status">{}</p>')
_FIGURE = Markup("<figure>{}<figcaption>{}</figcaption>{}</figure>")
_KEY = Markup('<span class="key s{}">{}</span> ')
_BUTTON = Markup(
    '<form method="post" action="/admin/{}">{}<button class="do" aria-label="{}">{}</button></form>'
)
_FIELD = Markup('<input type="hidden" name="{}" value="{}">')
_HEAD = Markup('<th scope="col">{}</th>')
_ROW, _CELL = Markup("<tr>{}</tr>"), Markup("<td>{}</td>")
_TABLE = Markup(
    '<div class="wide" role="region" aria-label="{}" tabindex="0"><table><caption>{}</caption>'
    "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
)
P = Markup("<p>{}</p>")
DETAILS = Markup("<details><summary>{}</summary>{}</details>")
"""Open at a tap: words, and what is behind them."""


def page(notice: str, sections: Iterable[Markup], days: int) -> Markup:
    """The whole page. `notice`: what came of the last order, if there was one."""
    parts = [_NOTICE.format(notice)] if notice else []
    return _PAGE.format(Markup("\n").join([*parts, *sections]), days)


def section(key: str, head: str, inner: Markup) -> Markup:
    """A part of the page below a heading. `key`: unique on the page."""
    return _SECTION.format(key, key, head, inner)


def button(order: str, label: str, of: str, **fields: str) -> Markup:
    """A form that is nothing but a button: it sends an order with its fields.

    `label` is seen, `label` and `of` are read out: there are many of the same label.
    """
    hidden = (_FIELD.format(name, value) for name, value in fields.items())
    return _BUTTON.format(order, Markup().join(hidden), f"{label} {of}", label)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table of cells: text, or `Markup`."""
    names = (_HEAD.format(name) for name in head)
    lines = (_ROW.format(Markup().join(map(_CELL.format, row))) for row in rows)
    return _TABLE.format(caption, caption, Markup().join(names), Markup("\n").join(lines))


def figure(words: Words, series: Sequence[Series], drawn: Markup, below: Markup) -> Markup:
    """A chart, what it shows, and what stands below it."""
    keys = (_KEY.format(number, each.name) for number, each in enumerate(series, start=1))
    caption = Markup("<b>{}</b> {}<br>{}").format(words.title, words.about, Markup().join(keys))
    return _FIGURE.format(drawn, caption, below)


def minute(at: str) -> str:
    """2026-11-25T10:20:30… -> "2026-11-25 10:20"."""
    return at[:16].replace("T", " ")
