"""A plan as a page for people: by partner, then what it does to stored messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gateway.config.asthen import SHOWN
from gateway.config.difference import HOUSE, OWN, SIGNS, WHOLE, Change
from gateway.pipeline.plan.model import VERDICTS, Archive, Outcome, Plan
from gateway.pipeline.replay import Comparison

_WIDE = 46
"""Columns of a path; longer ones push what follows to the right."""
_AGREEMENTS = 3
"""Agreements that are named; of more, only their number."""
_MOST = 60
"""Lines of one partner; a table of codes may have thousands."""
_SHOWN = 12
"""Fields or lines of one message that are shown."""


def lines(plan: Plan, *, show: bool = False) -> Iterator[str]:
    """The whole page. ``show``: with the first messages that come out otherwise."""
    yield _head(plan)
    for partner, changes in groupby(plan.changes, key=lambda each: each.partner):
        yield from _of_partner(partner, list(changes))
    for name in plan.stays:
        yield f"  ! {name}  stays as it runs: its files cannot be used"
    for name in plan.left_out:
        yield f"  ! {name}  left out: its files cannot be used"
    if plan.archive is not None:
        yield from _archive(plan.archive, show=show)
    for setting in plan.restarts:
        yield f"  holds from the next start of each process on: {setting}"
    yield _foot(plan)


def _head(plan: Plan) -> str:
    if not plan.before:
        return f"Plan for {plan.after[:SHOWN]} ({plan.against})"
    return f"Plan against {plan.before[:SHOWN]} ({plan.against})"


def _foot(plan: Plan) -> str:
    if plan.empty:
        return "Nothing to change."
    added, changed, removed = plan.counts
    parts = [f"{added} to add, {changed} to change, {removed} to remove."]
    told = {each.partner for each in plan.changes}
    for name, count in plan.waiting.items():
        if name in told or not told.isdisjoint((HOUSE, OWN)) or name == "erp":
            whose = "from the ERP" if name == "erp" else f"for {name}"
            parts.append(f"Waiting {whose}: {count} (will be processed with the new settings).")
    return " ".join(parts)


# ---- what differs


def _of_partner(partner: str, changes: list[Change]) -> Iterator[str]:
    whole = [each for each in changes if each.what in WHOLE]
    sign = SIGNS[whole[0].kind] if whole else "~"
    yield f"  {sign} {_NAMES.get(partner, partner)}" + "".join(
        f"  {each.path}: {each.values}" for each in whole
    )
    rest = [each for each in changes if each.what not in WHOLE]
    for each in rest[:_MOST]:
        yield _line(each)
    if len(rest) > _MOST:
        yield f"      … and {len(rest) - _MOST} more (--json has them)"


_NAMES = {HOUSE: "all (gateway.yaml, shared maps and formats)", OWN: "ourselves (_own.yaml)"}


def _line(change: Change) -> str:
    parts = [f"      {SIGNS[change.kind]} {_path(change):{_WIDE}}"]
    parts += [change.values] if change.values else []
    parts += [f"({change.note})"] if change.note else []
    if change.what != "setting" or change.partner in _NAMES:
        parts += [_agreements(change)] if change.agreements else []
    if change.place is not None and change.place.line is not None:
        parts.append(f"[{change.place.file}:{change.place.line}]")
    return "  ".join(parts).rstrip()


def _path(change: Change) -> str:
    return f"row {change.path}" if change.what in ("map row", "code") else change.path


def _agreements(change: Change) -> str:
    if len(change.agreements) > _AGREEMENTS:
        return f"{len(change.agreements)} agreements"
    named = (
        str(each) if change.partner in _NAMES else f"{each.document} {each.direction}"
        for each in change.agreements
    )
    return ", ".join(named)


# ---- what it does


def _archive(archive: Archive, *, show: bool) -> Iterator[str]:
    """Agreements with a difference one by one, the others together."""
    days = archive.days.days
    since = "the last day" if days == 1 else f"the last {days} days"
    known = [each for each in archive.outcomes if each.stored]
    for each in known:
        if each.differs or each.lost:
            yield from _outcome(each, since, show=show)
    same = [each for each in known if not (each.differs or each.lost)]
    if same:
        judged = sum(each.judged for each in same)
        yield f"  {_named(same)}: {_messages(judged)} of {since}, all come out the same"
    silent = [each for each in archive.outcomes if not each.stored]
    if silent:
        yield f"  {_named(silent)}: no messages in {since}"


def _named(outcomes: Sequence[Outcome]) -> str:
    if len(outcomes) > _AGREEMENTS:
        return f"{len(outcomes)} agreements"
    return ", ".join(str(each.agreed) for each in outcomes)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _outcome(outcome: Outcome, since: str, *, show: bool) -> Iterator[str]:
    of = "" if outcome.judged == outcome.stored else f"{outcome.judged} of "
    yield f"  {outcome.agreed}: {of}{_messages(outcome.stored)} of {since}: {_counts(outcome)}"
    if show:
        for each in outcome.shown:
            yield from _comparison(each)


def _counts(outcome: Outcome) -> str:
    parts = [
        f"{outcome.counts[name]} {one if outcome.counts[name] == 1 else many}"
        for name, (one, many) in VERDICTS.items()
        if outcome.counts[name]
    ]
    parts += [f"{outcome.lost} deleted by now"] if outcome.lost else []
    return ", ".join(parts) or "none could be judged"


def _comparison(each: Comparison) -> Iterator[str]:
    state = each.after if each.before == each.after else f"{each.before} -> {each.after}"
    yield f"      {each.what} (message {each.id}): {state}"
    for sign, problems in (("-", each.gone), ("+", each.new)):
        yield from _limited(f"{sign} {found}" for found in problems)
    yield from _limited(f"{f.path}: {f.before or '–'} → {f.after or '–'}" for f in each.fields)
    yield from _limited(each.lines)


def _limited(texts: Iterable[str]) -> Iterator[str]:
    shown = list(texts)
    for text in shown[:_SHOWN]:
        yield f"        {''.join(sign if sign.isprintable() else '·' for sign in text)}"
    if len(shown) > _SHOWN:
        yield f"        … {len(shown) - _SHOWN} more (--json has them)"
