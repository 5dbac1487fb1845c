"""What a replay would give, as a page: what is the same is counted, what differs is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from gateway.cli.output import coloured
from gateway.pipeline.replay import Comparison, Preview
from gateway.problems import Problem

_SHOWN = 20
"""Fields or lines of one result that are shown."""
_VERDICTS = {
    "same": ("the same", "white"),
    "differs": ("differs", "yellow"),
    "accepted": ("accepted now", "green"),
    "refused": ("refused now", "red"),
    "held": ("held for a person now", "red"),
}
_COUNTED = (
    ("same", "the same", "the same"),
    ("differs", "differs", "differ"),
    ("accepted", "accepted now", "accepted now"),
    ("refused", "refused now", "refused now"),
    ("held", "held now", "held now"),
)


def print_preview(shown: Preview) -> None:
    """All of it."""
    for found in shown.warned:
        click.echo(coloured(found, None))
    for each in shown.compared:
        if each.after == "sent":
            click.echo(f"{_head(each)}: the same bytes would be sent again")
        elif each.verdict != "same" and not each.brief:
            _print(each)
    for _, found in shown.refused:
        click.echo(coloured(found, None))
    for _, found in shown.skipped:
        click.echo(coloured(found, None))
    click.echo(f"{summary(shown)}; nothing was changed")


def summary(shown: Preview) -> str:
    """``12 compared: 9 the same, 2 differ, 1 refused now``."""
    counts = shown.counts
    parts = [
        f"{counts[name]} {one if counts[name] == 1 else many}"
        for name, one, many in _COUNTED
        if name in counts
    ]
    parts += [f"{len(shown.skipped)} replayed before"] if shown.skipped else []
    return f"{len(shown.compared)} compared" + (f": {', '.join(parts)}" if parts else "")


def as_json(shown: Preview) -> dict[str, Any]:
    """For ``--json``."""
    return {
        "counts": shown.counts,
        "compared": [each.as_json() for each in shown.compared],
        "warned": [found.as_json() for found in shown.warned],
        "refused": told(shown.refused),
        "skipped": told(shown.skipped),
    }


def told(found: Iterable[tuple[int, Problem]]) -> list[dict[str, Any]]:
    """Problems with the message that each is about, for ``--json``."""
    return [{"id": id_, "problem": each.as_json()} for id_, each in found]


def _head(each: Comparison) -> str:
    return f"{each.what} (message {each.id})" if each.id else each.what


def _print(each: Comparison) -> None:
    said, colour = _VERDICTS[each.verdict]
    click.secho(f"{_head(each)}: {said}", fg=colour, bold=True)
    click.echo(f"  is {each.before or 'not there'}, would be {each.after}")
    for sign, problems in (("-", each.gone), ("+", each.new)):
        for found in problems:
            click.echo(f"  {sign} {found}")
    _limited(f"{f.path}: {f.before or '–'} → {f.after or '–'}" for f in each.fields)
    _limited(each.lines)
    click.echo()


def _limited(lines: Iterable[str]) -> None:
    shown = list(lines)
    for line in shown[:_SHOWN]:
        click.echo(f"    {''.join(sign if sign.isprintable() else '·' for sign in line)}")
    if len(shown) > _SHOWN:
        click.echo(f"    … {len(shown) - _SHOWN} more (--json has them)")
