"""``gateway explain MESSAGE``: where the values of a message came from, and where they went."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gateway.cli.output import FOUND, OK, cannot, open_running, print_json, print_table
from gateway.cli.translation import translation_of
from gateway.cli.working import open_gateway
from gateway.mapping.journey import Journey
from gateway.mapping.trace import Link, Spot
from gateway.pipeline import Rules
from gateway.pipeline.tracing import (
    Explanation,
    Side,
    at_byte,
    explain_file,
    explain_stored,
)
from gateway.store.database import now

_SHOWN = 40
"""Characters of a value in the table."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants to know."""

    field: str = ""
    segment: int | None = None
    at: str | None = None
    partner: str | None = None
    document: str | None = None


def explain_message(root: Path, subject: str, asked: Asked, *, as_json: bool) -> None:
    """Print it; exit code 1 where nothing fits."""
    found = _explanations(root, subject, asked, as_json=as_json)
    if asked.at is not None:
        found, asked = _pointed(found, asked, subject)
    shown = [(each, list(_fitting(each, asked))) for each in found]
    some = any(rows for _, rows in shown)
    if as_json:
        print_json([_as_json(each, rows) for each, rows in shown])
    else:
        for each, rows in shown:
            if rows or not (some or asked.field):
                _print(each, rows, asked)
    if asked.field and not some:
        known = list(dict.fromkeys(row.field for each in found for row in each.journeys))
        near = difflib.get_close_matches(asked.field, known, 3, 0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        click.echo(f"no field {asked.field} in it{hint}", err=True)
    sys.exit(OK if some else FOUND)


def _explanations(root: Path, subject: str, asked: Asked, *, as_json: bool) -> list[Explanation]:
    workspace = open_running(root, as_json=as_json)
    if asked.partner is not None and asked.partner not in workspace.partners:
        cannot(f"there is no partner {asked.partner}; there are {', '.join(workspace.partners)}")
    path = Path(subject)
    if path.is_file():
        rules = Rules(workspace, translation_of(workspace), now)
        found = explain_file(rules, path, asked.partner, asked.document)
    else:
        with open_gateway(workspace) as gateway:
            found = explain_stored(gateway.house, int(subject))
    if isinstance(found, str):
        cannot(found)
    if not found:
        cannot(f"{subject} holds no message or document that could be explained")
    return found


def _pointed(
    found: Sequence[Explanation], asked: Asked, subject: str
) -> tuple[list[Explanation], Asked]:
    """The message and segment at ``LINE:COLUMN``, or the records of the line."""
    line, _, column = (asked.at or "").partition(":")
    if not line.isdigit() or not (column or "1").isdigit():
        cannot(f"--at {asked.at} is no LINE:COLUMN such as 12:8")
    if found[0].came.part is None:
        return list(found), asked
    data = Path(subject).read_bytes() if Path(subject).is_file() else b""
    lines = data.splitlines(keepends=True)
    offset = sum(map(len, lines[: int(line) - 1])) + int(column or 1) - 1
    hit = at_byte(found, offset)
    if hit is None:
        cannot(f"no segment of a message stands at {asked.at}")
    each, segment, _ = hit
    return [each], Asked(asked.field, segment)


def _fitting(each: Explanation, asked: Asked) -> Iterator[Journey]:
    wanted = asked.field.removeprefix(f"{each.what.partition(' ')[0]}.")
    line = int((asked.at or "0").partition(":")[0])
    for row in each.journeys:
        spots = [spot for link in (*row.came, *row.went) for spot in link.spots]
        if wanted and not row.fits(wanted):
            continue
        if asked.segment is not None and all(one.segment != asked.segment for one in spots):
            continue
        if line and all(each.came.line(spot) != line for link in row.came for spot in link.spots):
            continue
        yield row


# ---------------------------------------------------------------------- for people


def _print(each: Explanation, rows: Sequence[Journey], asked: Asked) -> None:
    way = " → ".join(filter(None, (each.came.format, each.went.format)))
    click.secho(f"{each.what}  {way}", bold=True)
    if each.reason:
        click.echo(f"  {each.reason}")
    if asked.segment is not None:
        _print_segment(each, asked.segment)
    if asked.field or asked.segment is not None:
        for row in rows:
            _print_journey(each, row)
    else:
        print_table(
            ("Field", "Value", "From", "by", "To", "by"),
            [
                (row.field, _short(row.value), *_cell(each.came, row.came),
                 *_cell(each.went, row.went))
                for row in rows
            ],
        )  # fmt: skip
        for heading, problems in (("read by no row", each.unread), ("unwritten", each.unwritten)):
            for problem in problems:
                click.echo(f"  {heading}: {problem.place.path or ''} {problem}")


def _print_segment(each: Explanation, number: int) -> None:
    located = each.came.located or each.went.located
    if located is not None and number <= len(located.spans):
        span = located.spans[number - 1]
        codec = located.part.dialect.codec if located.part.dialect else "latin-1"
        click.echo(f"\n  {number}  {span.raw.decode(codec, 'replace').strip()}")
    for problem in each.unread:
        if problem.place.segment == number:
            click.secho(f"     {problem}", fg="yellow")


def _print_journey(each: Explanation, row: Journey) -> None:
    click.secho(f"\n{row.field}", bold=True, nl=False)
    click.echo("" if row.value is None else f" = {row.value}")
    for word, side, links in (("from", each.came, row.came), ("to", each.went, row.went)):
        for link in links:
            origin = "" if link.row.origin == "base" else f" ({link.row.origin} of the overlay)"
            click.echo(f"  {word:5} {_words(side, link)}")
            click.echo(f"        {link.row.row}  {link.row.path}{origin}")
    if not row.went and each.went.format and row.value is not None:
        click.echo(f"  to    nothing: no row of {each.went.format} writes it")


def _words(side: Side, link: Link) -> str:
    if link.way == "default":
        return "the map: nothing was there, and this stands for it"
    return "; ".join(_spot_words(side, spot) for spot in link.spots) or "nothing"


def _spot_words(side: Side, spot: Spot) -> str:
    piece = side.piece(spot)
    if piece is None:
        line = side.line(spot)
        return f"{side.name(spot)}  “{spot.text}”" + (f"  line {line}" if line else "")
    bytes_ = f"{piece.offset}–{piece.offset + piece.length - 1}" if piece.length else piece.offset
    return f"{side.name(spot)}  “{piece.raw}”  segment {spot.segment}, bytes {bytes_}"


def _cell(side: Side, links: Sequence[Link]) -> tuple[str, str]:
    places = [
        f"{side.name(spot)} ({spot.segment})" if spot.segment else side.name(spot)
        for link in links
        for spot in link.spots[:1]
    ]
    defaults = ["(default)" for link in links if link.way == "default"]
    rows = dict.fromkeys(link.row.row.rpartition("/")[2] for link in links)
    return ", ".join([*places, *defaults]), ", ".join(rows)


def _short(value: Any) -> str:
    text = "" if value is None else str(value).replace("\n", "⏎")
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


# ---------------------------------------------------------------------- for programs


def _as_json(each: Explanation, rows: Sequence[Journey]) -> dict[str, Any]:
    return {
        "what": each.what,
        "where": each.where,
        "from": each.came.format,
        "to": each.went.format,
        "reason": each.reason,
        "fields": [
            {
                "field": row.field,
                "value": row.value,
                "from": [_link_json(each.came, link) for link in row.came],
                "to": [_link_json(each.went, link) for link in row.went],
            }
            for row in rows
        ],
        "unread": [one.as_json() for one in each.unread],
        "unwritten": [one.as_json() for one in each.unwritten],
    }


def _link_json(side: Side, link: Link) -> dict[str, Any]:
    row = link.row
    return {
        "way": link.way,
        "row": row.row,
        "path": row.path,
        "origin": row.origin,
        "spots": [_spot_json(side, spot) for spot in link.spots],
    }


def _spot_json(side: Side, spot: Spot) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": side.name(spot), "text": spot.text}
    if not spot.segment:
        return shown | {"record": spot.record, "field": spot.name, "line": side.line(spot)}
    shown |= {"segment": spot.segment, "tag": spot.tag, "element": spot.element}
    shown |= {"repetition": spot.repetition, "component": spot.component}
    piece = side.piece(spot)
    if piece is not None:
        shown |= {"offset": piece.offset, "length": piece.length, "raw": piece.raw}
    return shown
