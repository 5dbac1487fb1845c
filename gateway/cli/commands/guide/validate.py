"""``gateway guide validate``: messages of a file against a guide, whoever it is from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli.annotate import lines_of, pin
from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Opened, opened
from gateway.cli.commands.show import print_lines
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    print_json,
    print_problems,
    summary,
)
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, walk
from gateway.grammar.guide import Envelope, check_envelope, read_with_guide
from gateway.problems import Problem, has_errors
from gateway.syntax import Part, read_bytes


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--guide", "-g", required=True, help="A file, or a name as in `gateway guide list`.")
@json_option
@click.pass_obj
def validate(root: Path, file: Path, guide: str, as_json: bool) -> None:
    """Check the messages of a FILE: its envelopes, the directory, the guide.

    Messages of another type are left out. Nothing is stored or answered.

    Example:
        gateway guide validate order.edi --guide acme-retail/orders

    """
    found = opened(root, guide)
    parts = read_bytes(file.read_bytes())
    count, problems = judged(found, parts)
    if not count:
        cannot(f"{file} has no message of {found.guide.base_name}")
    problems = [one.at(file=str(file)) for one in problems]
    if as_json:
        shown = [one.as_json() for one in problems]
        print_json({"ok": not has_errors(problems), "messages": count, "problems": shown})
    else:
        lines = list(lines_of(parts))
        homeless = pin(lines, problems)
        print_lines([line for line in lines if line.problems])
        print_problems(homeless, Path())
        messages = f"{count} message{'' if count == 1 else 's'}"
        click.echo(f"{file}: {messages} by {found.guide.name}, {summary(problems)}")
    sys.exit(FOUND if has_errors(problems) else OK)


def judged(found: Opened, parts: list[Part]) -> tuple[int, list[Problem]]:
    """How many messages the guide is of, and all that is found in them and around them."""
    problems: dict[tuple[object, ...], Problem] = {}
    count = 0
    for message, one in _found(found, parts):
        count += message
        if one is not None:  # the envelope repeats those of a part with the message filled in
            place = one.place
            where: object = place.offset
            if where is None:
                where = (place.message, place.segment, place.element, place.component)
            problems[one.code, where, one.sentence] = one
    return count, list(problems.values())


def _found(opened_: Opened, parts: list[Part]) -> Iterator[tuple[int, Problem | None]]:
    guide, header = opened_.guide, ""
    for part in parts:
        yield from ((0, one) for one in part.problems)
    for event in walk(parts, opened_.known.library.service):
        if isinstance(event, InterchangeStart):
            header = event.interchange.header
        elif isinstance(event, InterchangeEnd):
            every = [*event.problems, *(one for group in event.groups for one in group.problems)]
            yield from ((0, one) for one in every)
        elif isinstance(event, MessageFound) and event.header.type == guide.base.name:
            group = event.header.group
            envelope = Envelope(header, "" if group is None else group.header, event.header.header)
            reading = read_with_guide(event.part, guide)
            every = [*event.problems, *check_envelope(guide, envelope), *reading.problems]
            yield 1, None
            yield from ((0, one.at(message=event.header.reference)) for one in every)
