"""``gateway as2 explain``: what is in an AS2 message, and why it is refused."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import click

from gateway.channels.as2.explain import (
    Cause,
    Explanation,
    Raw,
    SentMessage,
    read_raw,
    sent_message,
)
from gateway.channels.as2.explain import explain as explain_raw
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.cli.command import Command
from gateway.cli.commands.as2.printed import print_explanation
from gateway.cli.commands.as2.stored import Case, stored_cases
from gateway.cli.output import FOUND, OK, cannot, json_option, open_workspace, print_json
from gateway.config import Workspace, load_workspace
from gateway.pipeline.as2.links import links_for
from gateway.problems import errors
from gateway.problems.codes import as2_exchange
from gateway.store.database import now

_IN_MEMORY = 8_000_000
"""Bytes of a layer that is kept in memory; larger ones go to a temporary file."""

_DECIDED = ("accepted", "refused")
OF_THE_EXCHANGE = frozenset(row.code for row in as2_exchange.CODES)
"""Problems of how a message came, not of what is in it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a person wants to know; the options of the command."""

    file: Path | None
    name: str | None
    headers: Path | None
    sent: Path | None
    partner: str | None
    mic: str
    at: datetime | None
    dump: Path | None
    layer: int | None

    @property
    def instant(self) -> datetime:
        """As of when certificates are judged."""
        return self.at.replace(tzinfo=UTC) if self.at else now()


@click.command(cls=Command)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--message", "name", metavar="ID", help="A stored one: its number in `gateway "
              "messages` or (as2:12) in `gateway as2 received`, or its Message-ID.")  # fmt: skip
@click.option("--headers", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="File with the headers, if FILE is the body alone.")  # fmt: skip
@click.option("--sent", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The message that the receipt in FILE is for.")  # fmt: skip
@click.option("--partner", help="Judge it as a message of this partner.  [default: by AS2-From]")
@click.option("--mic", default="", help="A MIC, as a receipt has it: over which bytes is it?")
@click.option("--at", type=click.DateTime(), help="Judge certificates as of then (UTC).")
@click.option("--dump-part", "dump", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the exact bytes that the MIC is over to this file.")  # fmt: skip
@click.option("--layer", type=click.IntRange(1), help="With --dump-part: what this layer holds.")
@json_option
@click.pass_obj
def explain(root: Path, /, as_json: bool, **options: Any) -> None:
    """Say what is in a raw AS2 message or receipt, and why it is refused.

    FILE holds headers, an empty line and the body, as a capture has them. Layer by layer:
    algorithms, for whom it is encrypted, who signed, which digest was found and which expected;
    then what the gateway does with it, and the cause in a sentence. It reads on where the gateway
    stops. Nothing is stored, sent or changed.

    Example:
        gateway as2 explain message.raw
        gateway as2 explain body.bin --headers headers.txt --partner acme-retail
        gateway as2 explain message.raw --dump-part signed.bin
        gateway as2 explain message.raw --mic "7v7F++fQaNB1sVLFtMRp+dF+eG4=, sha1"
        gateway as2 explain --message as2:12 --json

    """
    asked = _Asked(**options)
    if (asked.file is None) == (asked.name is None):
        cannot("name either a FILE or a stored message (--message)")
    with ExitStack() as stack:
        if asked.file is None:
            told = _stored(stack, root, asked, as_json=as_json)
        else:
            told = [_from_files(stack, root, asked.file, asked)]
        if asked.dump is not None:
            _dump(told[0], asked.dump, asked.layer)
        if as_json:
            print_json([each.as_json() for each in told])
        else:
            for each in told:
                print_explanation(each)
    sys.exit(OK if all(each.accepted for each in told) else FOUND)


def _from_files(stack: ExitStack, root: Path, file: Path, asked: _Asked) -> Explanation:
    links, scratch, at = _links(root, asked.partner), _scratch(stack), asked.instant
    raw = _raw(stack, file, asked.headers)
    other: SentMessage | None = None
    if asked.sent is not None:
        other = sent_message(_raw(stack, asked.sent, None), links, at, scratch)
        if other is None:
            cannot(f"{asked.sent} is encrypted for the partner alone: its MIC cannot be computed")
    return explain_raw(raw, links, at, scratch, partner=asked.partner, mic=asked.mic, sent=other)


def _raw(stack: ExitStack, file: Path, headers: Path | None) -> Raw:
    try:
        body = stack.enter_context(file.open("rb"))
        head = stack.enter_context(headers.open("rb")) if headers else None
    except OSError as error:
        cannot(f"{error.filename} cannot be read: {error.strerror}")
    try:
        return read_raw(Extent.rest(body), Extent.rest(head) if head else None, _scratch(stack))
    except RefusedError as refused:
        cannot(f"{file} is no AS2 message: {refused.problem.sentence}")


def _links(root: Path, partner: str | None) -> Sequence[Link]:
    """Of the workspace, if there is one: the structure can be told without."""
    workspace, _ = load_workspace(root)
    if workspace is None:
        if partner is not None:
            cannot(f"there is no workspace in {root.absolute()}, so nothing of {partner} is known")
        click.echo("no workspace here: certificates and agreements are not known", err=True)
        return ()
    links = _known(workspace)
    if partner is not None and partner not in {each.partner for each in links}:
        known = ", ".join(sorted({each.partner for each in links})) or "none"
        cannot(f"{partner} has no channel by AS2; partners that have: {known}")
    return links


def _known(workspace: Workspace) -> tuple[Link, ...]:
    """All channels by AS2; certificates and keys that cannot be used are told and left out."""
    links = links_for(workspace)
    known = tuple(links.all())
    broken = [*links.own_problems(), *(one for each in known for one in links.problems_of(each))]
    for found in broken:
        click.echo(f"settings: {found}", err=True)
    return known


def _stored(stack: ExitStack, root: Path, asked: _Asked, *, as_json: bool) -> list[Explanation]:
    """A message that came, or one of ours with its receipts, as of when they came."""
    workspace = open_workspace(root, as_json=as_json)
    links, scratch = _known(workspace), _scratch(stack)
    assert asked.name is not None
    told = []
    for each in stored_cases(stack, workspace, asked.name, links, scratch):
        found = explain_raw(
            each.raw,
            links,
            asked.instant if asked.at else each.at,
            scratch,
            partner=asked.partner or each.partner,
            mic=asked.mic,
            sent=each.sent,
        )
        told.append(_then(found, replace(each, state="") if asked.at else each))
    return told


def _then(told: Explanation, case: Case) -> Explanation:
    """With what was found when it came and the bytes alone do not show (T261, T263)."""
    known = {each.code for each in told.problems}
    told.problems += [each for each in case.found if each.code in OF_THE_EXCHANGE - known]
    refused = errors(each for each in case.found if each.code in OF_THE_EXCHANGE)
    if told.accepted and refused:
        told.accepted, told.decision = False, "refused when it came"
        told.cause = Cause.of(refused[0])
    if case.state in _DECIDED and (case.state == "accepted") != told.accepted:
        told.notes.append(
            f"it was {case.state} when it came; the settings or certificates have changed since"
        )
    return told


def _scratch(stack: ExitStack) -> Scratch:
    """Makes spools that are closed with the command."""
    return lambda: stack.enter_context(SpooledTemporaryFile(_IN_MEMORY))


def _dump(told: Explanation, path: Path, layer: int | None) -> None:
    """Write a part as it is, to compare it with what the other side has."""
    if layer is None:
        part, what = told.signed_part, "bytes that the MIC is over"
    elif layer <= len(told.layers):
        part, what = told.layers[layer - 1].content, f"bytes that layer {layer} holds"
    else:
        cannot(f"there is no layer {layer}; it has {len(told.layers)}")
    if part is None:
        cannot(f"the {what} cannot be told: so far it was not opened")
    try:
        with path.open("xb") as target:
            for piece in part.chunks():
                target.write(piece)
    except OSError as error:
        cannot(f"{path} cannot be written: {error.strerror}")
    click.echo(f"{path}: {part.size} {what}", err=True)
