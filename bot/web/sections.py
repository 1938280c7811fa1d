"""The admin page, section by section, from figures that were asked for. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from bot.conversation.names import shown
from bot.models import VersionLine
from bot.store.figures import Answers, Confusion, Feedback, Queue, Run, Seen
from bot.store.training_runs import ACTIVE
from bot.web import charts
from bot.web.charts import Series, Words
from bot.web.pieces import DETAILS, P, button, figure, minute, section, table

FIGURES = {"exact": "exactly right", "none_recall": "rightly none", "map": "mean average precision"}
"""What the lines show, by the names in a version's card."""

_NOW = Markup('<div class="tiles">{}</div>{}{}')
_TILE = Markup("<div><strong>{}</strong> {}</div>")
_LIVE = Markup('<div id="now">{}</div>')
_TRAINING = Markup(
    '<div class="training"><p><b>{}</b> {}</p><progress aria-label="Training"{}></progress>{}</div>'
)
_MODEL = Markup('<article><h3>{}</h3><p>{}</p><div class="dos">{}{}</div>{}{}</article>')
_REPORT = Markup('{} <a href="/admin/reports/{}/{}" aria-label="report of {} {}">report</a>')
_PAIR = Markup('<div class="pair">{}{}</div>')
_WHO = Markup('{}<br><span class="small">{}</span>')


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model as an admin sees it. `former`: what a rollback goes back to, if it can.

    `corrections`: photos corrected since the last training, `contradictions`: photos on which
    people contradict each other.
    """

    name: str
    finds_point: bool
    versions: Sequence[VersionLine]
    former: str | None
    corrections: int
    contradictions: int


def now(queue: Queue, runs: Sequence[Run]) -> Markup:
    """What changes from second to second: the queues, and how a training goes."""
    tiles = (
        _TILE.format(queue.to_answer, "to be answered"),
        _TILE.format(queue.to_send, "to be sent"),
    )
    active = [_active(run) for run in reversed(runs) if run.status in ACTIVE]
    ended = [run for run in runs if run.status not in ACTIVE]
    told = active or [P.format("No training is under way.")]
    return _NOW.format(Markup().join(tiles), Markup().join(told), _ended(ended))


def live(now_html: Markup) -> Markup:
    """The section that the page's script keeps up to date."""
    return section("live", "Now", _LIVE.format(now_html))


def models(states: Sequence[ModelState]) -> Markup:
    """Every model with its versions, and what can be done with them."""
    return section("models", "Models", Markup("\n").join(map(_model, states)))


def by_day(
    answers: Sequence[Answers], feedback: Sequence[Feedback], last: str, count: int
) -> Markup:
    """What people said and what was answered, on each of `count` days up to `last`."""
    days = _days(last, count)
    pair = _PAIR.format(_feedback(feedback, days), _answers(answers, days))
    return section("days", "Feedback and answers", pair)


def confusions(found: Sequence[Confusion]) -> Markup:
    """What was taken for what."""
    rows = [
        (
            each.model,
            shown(each.said) if each.said else "none of my classes",
            shown(each.truth) if each.truth else f"no {shown(each.said or '')}",
            str(each.photos),
        )
        for each in found
    ]
    head = ("Model", "It said", "People said", "Photos")
    listed = table("What was taken for what", head, rows) if rows else P.format("Nothing yet.")
    return section("confused", "Most confused", listed)


def people(seen: Sequence[Seen], count: int, admins: Collection[str]) -> Markup:
    """Who is blocked, and who was here last. `admins` are those of the settings."""
    rows = [
        (
            _WHO.format(each.person.name or "(no name)", each.person.id),
            _block(each, admins),
            "blocked" if each.person.blocked_at else f"{each.person.trust:.0%}",
            str(each.words),
            minute(each.last_at),
        )
        for each in seen
    ]
    caption = f"{len(seen)} of {count}: who is blocked, then who was here last"
    head = ("Who", "Block", "Weight", "Words", "Last here")
    return section("people", "People", table(caption, head, rows))


def _active(run: Run) -> Markup:
    share = Markup(' value="{:.3f}"').format(run.progress) if run.progress else ""
    cancel = button("cancel", "Cancel", "training", run=str(run.id))
    return _TRAINING.format(run.model, run.words or "Waiting to begin.", share, cancel)


def _ended(runs: Sequence[Run]) -> Markup:
    rows = [
        (
            run.model,
            run.status,
            _report(run.model, run.version) if run.version else "",
            DETAILS.format(run.why or "What was said", P.format(run.words or "")),
            minute(run.ended_at or run.created_at),
        )
        for run in runs
    ]
    head = ("Model", "Outcome", "Version", "Why", "Ended")
    return table("The last trainings", head, rows) if rows else Markup()


def _model(state: ModelState) -> Markup:
    name = state.name
    current = next((each.version for each in state.versions if each.current), "?")
    words = [f"Version {current} answers."]
    if state.corrections:
        words.append(f"Photos corrected since the last training: {state.corrections}.")
    if state.contradictions:
        words.append(f"Photos on which people contradict each other: {state.contradictions}.")
    retrain = "" if state.finds_point else button("retrain", "Retrain", name, model=name)
    back = _rollback(state, current) if state.former else ""
    return _MODEL.format(name, " ".join(words), retrain, back, _curves(state), _versions(state))


def _rollback(state: ModelState, current: str) -> Markup:
    """Behind a first tap: nobody goes back by accident."""
    yes = f"Yes, let {state.former} answer"
    sure = button("rollback", yes, f"for {state.name}", model=state.name, version=current)
    return DETAILS.format(f"Roll {state.name} back …", sure)


def _versions(state: ModelState) -> Markup:
    rows = []
    for each in reversed(state.versions):
        fields = {"model": state.name, "version": each.version}
        promote = button("promote", "Promote", f"{state.name} {each.version}", **fields)
        answers = "answers now" if each.current else promote
        rows.append((_report(**fields), answers, _rated(each), minute(each.created_at)))
    head = ("Version", "Answers", "Of held-out photos", "Made")
    return table(f"Versions of {state.name}", head, rows)


def _rated(version: VersionLine) -> str:
    """The figures that are drawn, in words; where there are none, what is said of the version."""
    known = [(version.figures[key], FIGURES[key]) for key in FIGURES if key in version.figures]
    return ", ".join(f"{value:.1%} {words}" for value, words in known) or version.note


def _curves(state: ModelState) -> Markup:
    """The figures from version to version; nothing where there are no two to compare."""
    rated = [each for each in state.versions if FIGURES.keys() & each.figures.keys()]
    if len(rated) < 2:
        return Markup()
    series = [
        Series(words, [each.figures.get(name) for each in rated])
        for name, words in FIGURES.items()
        if any(name in each.figures for each in rated)
    ]
    about = "Each on photos that it never trained on."
    words = Words(f"curve-{state.name}", f"Versions of {state.name}.", about)
    drawn = charts.lines(words, [each.version for each in rated], series)
    return figure(words, series, drawn, Markup())


def _feedback(told: Sequence[Feedback], days: Sequence[str]) -> Markup:
    by_day = {each.day: each for each in told}
    some = [by_day.get(day, Feedback(day, 0, 0)) for day in days]
    series = (
        Series("corrections", [each.corrections for each in some]),
        Series("right", [each.right for each in some]),
    )
    right, corrections = sum(each.right for each in some), sum(each.corrections for each in some)
    about = f"Right: {right}. Corrections: {corrections}."
    return _bars(Words("feedback", "Feedback per day.", about), days, series)


def _answers(answered: Sequence[Answers], days: Sequence[str]) -> Markup:
    by_day = {each.day: each for each in answered}
    some = [by_day.get(day, Answers(day, 0, 0)) for day in days]
    series = (
        Series("named or asked", [each.count - each.none for each in some]),
        Series("none", [each.none for each in some]),
    )
    count, none = sum(each.count for each in some), sum(each.none for each in some)
    share = f", of them none of my classes: {none / count:.0%}" if count else ""
    words = Words("answers", "Answers per day.", f"Photos: {count}{share}.")
    return _bars(words, days, series)


def _bars(words: Words, days: Sequence[str], series: Sequence[Series]) -> Markup:
    rows = [
        (day, *(f"{each.values[at] or 0:.0f}" for each in series))
        for at, day in reversed(list(enumerate(days)))
        if any(each.values[at] for each in series)
    ]
    head = ("Day", *(each.name.capitalize() for each in series))
    listed = DETAILS.format("As a table", table(words.title, head, rows)) if rows else Markup()
    return figure(words, series, charts.bars(words, days, series), listed)


def _block(seen: Seen, admins: Collection[str]) -> str:
    person = seen.person
    if person.is_admin or person.id in admins:
        return "admin"
    order = "unblock" if person.blocked_at else "block"
    return button(order, order.capitalize(), person.name or person.id, person=person.id)


def _report(model: str, version: str) -> Markup:
    return _REPORT.format(version, model, version, model, version)


def _days(last: str, count: int) -> list[str]:
    end = date.fromisoformat(last)
    return [(end - timedelta(days=back)).isoformat() for back in reversed(range(count))]
