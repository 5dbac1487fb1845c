"""Receipts that come by themselves, as messages to our own address.

One that names a message of ours is kept before it is judged; what it proves is looked at
afterwards (:mod:`gateway.pipeline.as2.settle`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Limits, Link
from gateway.channels.as2.mdn.read import LIMIT, ReadMdn, read_mdn
from gateway.channels.as2.mdn.verdict import looked_up
from gateway.channels.as2.mime.entity import split_head
from gateway.channels.as2.mime.headers import Headers, head_of
from gateway.channels.as2.refusal import RefusedError
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.spool import Spools
from gateway.pipeline.as2.settle import KEPT, Judged, enter, judge
from gateway.pipeline.house import House, Tally
from gateway.problems import problem
from gateway.store import StateChangedError, contents
from gateway.store.as2 import sent
from gateway.store.as2.sent import Said, Sent

LOG = logging.getLogger(__name__)
T = TypeVar("T")
TOLD = "the receipt was taken"
"""What everybody is told who sends something readable; whether it proves anything is our affair."""
_FIELD = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
"""Names of header fields that can be read again; HTTP knows stranger ones, which say nothing."""
_TIMES = 5
"""So often two may meet over the same rows before that is no coincidence."""


def receive_receipt(house: House, headers: Headers, body: Extent) -> tuple[int, str, bool]:
    """Take a receipt that came to our address.

    Status and sentence of the answer, which do not tell whether anything was proved; and whether
    nothing was, which counts against the caller. One that names no message of ours is not kept:
    anybody can send as many as he likes.
    """
    if body.size > LIMIT:
        return 413, f"a receipt has at most {LIMIT} bytes", True
    with Spools.beside(house.store.archive) as spools:
        read = read_mdn(headers, body, _NOBODY, spools, house.clock())
    with house.store.read() as connection:
        row = sent.named(connection, looked_up(read))
        kept = 0 if row is None else sent.count_receipts(connection, row.id)
    if row is None:
        _about_nothing(house, read)
        return 200, TOLD, True
    kept_fields = (each for each in headers.items if _FIELD.fullmatch(each[0]))
    raw = head_of(kept_fields) + body.read(LIMIT)
    receipt = _alone(lambda: _kept(house, row, read, raw)) if kept < KEPT else None
    room = replace(house, tally=Tally())  # others count in theirs at the same time
    said = _judged(room, row, headers, body, raw, receipt)
    house.tally.add(room.tally)
    return 200, TOLD, said == "ignored"


def _kept(house: House, row: Sent, read: ReadMdn, raw: bytes) -> int:
    """Keep it before it is judged, so that nothing that a partner said is lost; its number."""
    with house.store.write("as2 receipt") as connection:
        # the message first, as whoever settles it does
        receipt = sent.add_receipt(
            connection,
            house.clock(),
            contents.sha_of(raw),
            row.partner,
            sent_id=row.id,
            message_id=read.original_message_id,
        )
        contents.put(connection, [raw])
    house.checkpoint("as2 receipt: kept")
    return receipt


def take_up(house: House, partner: str) -> None:
    """Judge the receipts of a partner that a process kept before it died."""
    with house.store.read() as connection:
        left = sent.unjudged(connection, partner)
        rows = {each.id: sent.get(connection, each.sent) for each in left if each.sent}
    for each in left:
        raw, row = house.store.payload(each.content), rows.get(each.id)
        try:
            headers, body = split_head(Extent.of(raw), Limits())
        except RefusedError:
            continue
        if row is not None:
            _judged(house, row, headers, body, raw, each.id)


def _judged(
    house: House, row: Sent, headers: Headers, body: Extent, raw: bytes, kept: int | None
) -> Said:
    """What a receipt does to the message it names; signed by whom the message went to, or not."""
    try:
        link = links_for(house.workspace).of(row.partner, row.channel)
    except KeyError:  # the channel is gone, and with it whom we trust
        link = _NOBODY
    read, verdict = judge(house, link, row, headers, body)
    judged = Judged(read, verdict, raw, kept=kept)
    return _alone(lambda: enter(house, row, judged))


def _alone(work: Callable[[], T]) -> T:
    """A piece of work; who meets another one over the same rows tries again."""
    for _ in range(_TIMES - 1):
        try:
            return work()
        except StateChangedError:
            continue
        except OperationalError as conflict:
            if not str(getattr(conflict.orig, "sqlstate", None) or "").startswith("40"):
                raise
    return work()


def _about_nothing(house: House, read: ReadMdn) -> None:
    """A receipt for nothing that was sent: one line in the log, nothing else."""
    link = links_for(house.workspace).by_ids(read.as2_from, read.as2_to)
    shown = ascii(read.original_message_id)[1:-1][:200] or "no message"
    partner = "an unknown partner" if link is None else link.partner
    LOG.warning("%s", problem("T296", partner=partner, message_id=shown).sentence)


_NOBODY = Link("", "", "", "")
"""Trusts nobody: good enough to read which message a receipt claims to be about."""
