"""One attempt to send a message: the stored bytes, once more if it must be.

Between any two steps the process may die. What was built is in the archive and has its row
(``ready``); ``sending`` is committed before the first byte leaves, and is as good as ``unknown``
afterwards: the same bytes under the same Message-ID are sent again, and the partner recognises
them (RFC 4130 §5.5). Only a receipt ends that, or the retries that were agreed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import is_mdn
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.refusal import RefusedError
from gateway.channels.http import Reply, Unanswered, Unsent
from gateway.config.values import duration_text
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.as2.connections import Connections
from gateway.pipeline.as2.send import reply as replies
from gateway.pipeline.as2.send.build import build
from gateway.pipeline.as2.settle import Judged, enter, judge, lock_message, locked
from gateway.pipeline.as2.settle_receipt import take_up
from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import Problem, problem
from gateway.store import Delivery, StateChangedError, deliveries, messages
from gateway.store.as2 import sent
from gateway.store.as2.sent import Sent
from gateway.store.lanes import FencedError
from gateway.telemetry import events
from gateway.telemetry.traces import span

REFUSED = ("rejected", "mismatch")
"""States after which a message that a person sends again is another one, with its own id."""
UNCLEAR = ("unknown", "sending", "sent", "exhausted")
"""States in which the partner may have it."""


def send(house: House, batch: Sequence[Delivery]) -> None:
    """Send the messages of a batch, one after the other."""
    with Connections(house.workspace) as connections:
        for one in batch:
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                _send(house, connections, one)


def _send(house: House, connections: Connections, one: Delivery) -> None:
    partner, channel = channel_of(one.folder)
    link = _link(connections, partner, channel)
    now, row = _look(house, one)
    if row is not None and _is_early(house, one, row):
        _wait(house, link, one, row)
        return
    if row is not None and row.state in UNCLEAR:
        take_up(house, partner)
        now, row = _look(house, one)
    if now is None:
        return
    one = now
    if row is not None and row.state == "acknowledged":
        _over(house, one)
        return
    if link is None:
        reason = f"{partner} has no channel {channel} by AS2 any more"
        _unbuilt(house, one, row, reason)
        return
    if row is not None and row.state == "sent":
        overdue = _overdue(house, link, one, row)
        if overdue is None:
            return
        one, row = overdue
    if row is None or row.state in REFUSED or (link.resend_new_id and row.state in UNCLEAR):
        built = _built(house, connections, link, one)
        if isinstance(built, str):
            _unbuilt(house, one, row, built)
            return
        row = built
        house.checkpoint("as2 send: ready")
    _Attempt(house, connections, link, one, row).carry_out()


def _link(connections: Connections, partner: str, channel: str) -> Link | None:
    try:
        return connections.links.of(partner, channel)
    except KeyError:  # the settings have changed since it was planned
        return None


def _look(house: House, one: Delivery) -> tuple[Delivery | None, Sent | None]:
    """The delivery as it is now, if it is not over, and its message on the wire.

    While those before it in the batch were sent, a receipt may have settled it: then what was
    refused would look like what a person wants to be built anew.
    """
    with house.store.read() as connection:
        now = deliveries.get(connection, one.id)
        return (now if _waits(now) else None), sent.latest(connection, one.id)


def _is_early(house: House, one: Delivery, row: Sent) -> bool:
    """Whether its receipt is still awaited: only a start, or a clock that jumped, made it due."""
    if row.state != "sent" or one.attempts or row.deadline is None:
        return False
    return house.clock() < row.deadline


def _over(house: House, one: Delivery) -> None:
    """He has it, whoever made it due again: left as it is, the lane would run into it for ever."""
    with house.store.write("as2 over") as connection:
        lock_message(connection, one.message)
        deliveries.change(connection, [one.id], house.clock(), state="done", due=None)


def _waits(one: Delivery | None) -> bool:
    return one is not None and one.state == "pending" and one.due is not None


def _still(connection: Connection, one: Delivery, row: Sent | None = None) -> bool:
    """Whether a delivery, and its message on the wire, are still open.

    They stay so until the end of the transaction: whoever ends them locks the row they belong to.
    """
    if row is not None:
        _, now = locked(connection, row)
        if now.settled:
            return False
    else:
        lock_message(connection, one.message)
    return _waits(deliveries.get(connection, one.id))


def _built(house: House, connections: Connections, link: Link, one: Delivery) -> Sent | str:
    """The message, built; or why it cannot be. A bug of ours is no reason to try without end."""
    try:
        return build(house, connections.links, link, one)
    except RefusedError as refused:
        return refused.problem.sentence
    except (SQLAlchemyError, FencedError):
        raise
    except OSError as failure:
        return str(failure)
    except Exception as bug:
        events.bug(where="as2 send", message=one.message, failure=bug)
        return f"{type(bug).__name__}: {bug}"


def _unbuilt(house: House, one: Delivery, row: Sent | None, reason: str) -> None:
    """There is nothing that could be sent; what was sent before may have arrived."""
    partner, channel = channel_of(one.folder)
    found = problem("T298", name=one.name, reason=reason, partner=partner, channel=channel)
    unclear = row is not None and row.state in UNCLEAR
    last = _exhausted(one, row, found) if row is not None and unclear else None
    with house.store.write("as2 postponed") as connection:
        if not _still(connection, one, row if unclear else None):
            return
        due = put_off(house, connection, Failed(one, reason, found=found, last=last))
        if row is not None and unclear and due is None:
            values = {"state": "exhausted", "found": _as_json(found)}
            sent.change(connection, row.id, house.clock(), **values)


def _wait(house: House, link: Link | None, one: Delivery, row: Sent) -> None:
    """Its time has not come. A deadline that a wrong clock set far away is brought near."""
    at = house.clock()
    assert row.deadline is not None
    until = row.deadline if link is None else min(row.deadline, at + link.receipt.within)
    with house.store.write("as2 waits") as connection:
        if not _still(connection, one, row):
            return
        deliveries.change(connection, [one.id], at, due=until)
        if until != row.deadline:
            sent.change(connection, row.id, at, deadline=until)


def _overdue(house: House, link: Link, one: Delivery, row: Sent) -> tuple[Delivery, Sent] | None:
    """No receipt came in time: the delivery and message to go on with, nothing when it is over."""
    found = problem(
        "T294",
        name=one.name,
        message_id=row.message_id,
        within=duration_text(link.receipt.within),
        url=link.receipt.url or "our address",
    )
    failed = Failed(one, found.sentence, at_once=True, found=found)
    with house.store.write("as2 overdue") as connection:
        if not _still(connection, one, row):
            return None
        failed = replace(failed, last=_exhausted(one, row, found))
        due = put_off(house, connection, failed)
        state = "exhausted" if due is None else "unknown"
        sent.change(connection, row.id, house.clock(), state=state, found=_as_json(found))
    if due is None:
        return None
    failing = one.failing or house.clock()
    again = replace(one, attempts=one.attempts + 1, failing=failing, due=due)
    return again, replace(row, state="unknown")


def _exhausted(one: Delivery, row: Sent, found: Problem) -> Problem:
    return problem(
        "T295",
        name=one.name,
        attempts=one.attempts + 1,
        message_id=row.message_id,
        reason=found.sentence,
        id=one.message or "",
    )


class _Attempt:
    """A message on its way out."""

    def __init__(
        self, house: House, connections: Connections, link: Link, one: Delivery, row: Sent
    ) -> None:
        self.house = house
        self.connections = connections
        self.link = link
        self.one = one
        self.row = row
        self.host = ""

    def carry_out(self) -> None:
        """Send it, and enter what came of it, be it a bug of ours: or it would go again at once."""
        if not self._begin():
            return
        self.house.checkpoint("as2 send: sending")
        try:
            self._exchange()
        except (SQLAlchemyError, FencedError, StateChangedError):
            raise
        except Exception as bug:
            events.bug(where="as2 send", message=self.one.message, failure=bug)
            unclear = Unanswered(f"{type(bug).__name__}: {bug}")
            self._failed(replies.unanswered(unclear, self._about), left=True)

    def _exchange(self) -> None:
        try:
            answer = self._post()
        except Unsent as failure:
            self._failed(replies.unsent(failure, self._about))
        except Unanswered as failure:
            self._failed(replies.unanswered(failure, self._about), left=True)
        except OSError as failure:  # the archive does not give the bytes
            lacking = Unsent("settings", str(failure))
            self._failed(replies.unsent(lacking, self._about))
        else:
            self.house.checkpoint("as2 send: answered")
            self._answered(answer)

    def _begin(self) -> bool:
        """Say that it is being sent; not when a receipt settled it meanwhile."""
        with self.house.store.write("as2 sending") as connection:
            if not _still(connection, self.one, self.row):
                return False
            values: dict[str, Any] = {"state": "sending", "attempts": self.row.attempts + 1}
            sent.change(connection, self.row.id, self.house.clock(), **values)
        return True

    def _post(self) -> Reply:
        client = self.connections.to(self.link)
        self.host = client.host
        row = self.row
        return client.post(row.headers, self.house.store.archive.chunks(row.wire), row.wire_size)

    @property
    def _about(self) -> replies.About:
        row = self.row
        return replies.About(self.link, self.one.name, row.message_id, row.wire_size, self.host)

    # ---- what came back

    def _answered(self, answer: Reply) -> None:
        headers, body = Headers.of(answer.headers), Extent.of(answer.body)
        if is_mdn(headers, body) and self._receipt(answer, headers, body):
            return
        if not 200 <= answer.status < 300 or self.row.receipt == "sync":
            found = replies.no_receipt(answer, self._about)
            self._failed(found, left=True, status=answer.status)
        elif self.row.receipt == "async":
            self._taken(answer.status)
        else:
            self._done(answer.status)

    def _receipt(self, answer: Reply, headers: Headers, body: Extent) -> bool:
        """A receipt in the reply; whether that is all, as one that proves nothing is none."""
        read, verdict = judge(self.house, self.link, self.row, headers, body)
        judged = Judged(read, verdict, answer.raw, answer.status)
        if enter(self.house, self.row, judged) != "ignored":
            return True
        if self.row.receipt != "sync":
            return False
        reason = "" if verdict.problem is None else verdict.problem.sentence
        found = problem("T291", name=self.one.name, message_id=self.row.message_id, reason=reason)
        self._failed(found, left=True, status=answer.status)
        return True

    def _failed(
        self,
        found: Problem,
        *,
        left: bool = False,
        status: int | None = None,
    ) -> None:
        """Not this time. ``left``: something of it may have arrived."""
        unclear = left or self.row.state in UNCLEAR
        last = _exhausted(self.one, self.row, found) if unclear else None
        with self.house.store.write("as2 postponed") as connection:
            _, now = locked(connection, self.row)
            if now.settled:
                return
            values = {"state": "unknown" if unclear else "ready", "found": _as_json(found)}
            if _waits(deliveries.get(connection, self.one.id)):
                failed = Failed(self.one, found.sentence, found=found, last=last)
                if put_off(self.house, connection, failed) is None:
                    values["state"] = "exhausted"
                # it did not kill the process this time
                deliveries.change(connection, [self.one.id], self.house.clock(), crashes=0)
            sent.change(connection, now.id, self.house.clock(), status=status, **values)

    def _taken(self, status: int) -> None:
        """The server took it; its receipt comes by itself."""
        at = self.house.clock()
        deadline = at + self.link.receipt.within
        with self.house.store.write("as2 sent") as connection:
            about, now = locked(connection, self.row)
            if now.settled:  # its receipt was faster than the reply
                return
            values: dict[str, Any] = {"deadline": deadline, "status": status, "found": ""}
            sent.change(connection, now.id, at, state="sent", **values)
            if _waits(deliveries.get(connection, self.one.id)):
                deliveries.change(connection, [self.one.id], at, due=deadline, crashes=0)
            if about is not None:
                text = f"{self.one.name} taken by {self.host} as {now.message_id}; its receipt "
                text += "is expected by "
                line = (about.id, about.state, about.state, f"{text}{deadline:%Y-%m-%d %H:%M} UTC")
                messages.record(connection, [line], at)

    def _done(self, status: int) -> None:
        """The server took it, and no receipt was agreed."""
        at = self.house.clock()
        with self.house.store.write("as2 sent") as connection:
            _, now = locked(connection, self.row)
            if now.settled:  # a receipt came all the same
                return
            sent.change(connection, now.id, at, state="sent", status=status, found="")
            text = (
                f"{self.one.name} taken by {self.host} as {now.message_id}; no receipt was agreed"
            )
            arrived(self.house, connection, [(self.one, text)], at)
        self.house.tally.counts[COUNTED.get(self.one.purpose, "sent")] += 1
        tell(self.one, at)


def _as_json(found: Problem) -> str:
    return json.dumps(found.as_json(), ensure_ascii=False)
