"""Posting files to partners' addresses: the outlet ``upload``.

Each attempt has the same bytes and the same key (Idempotency-Key), so a file that was posted and
whose answer was lost, in a crash of ours too, is posted again and can be recognised. Any 2xx is its
arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.as2.mime.contenttype import parameter
from gateway.channels.http import Reply, Unanswered, Unsent
from gateway.channels.upload import reply as replies
from gateway.config.upload import HttpsSend
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.as2.send.build import CONTENT_TYPES
from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.retry import Failed, put_off
from gateway.pipeline.upload.connections import Connections
from gateway.problems import Problem, problem
from gateway.store import Delivery, StateChangedError, deliveries, messages
from gateway.store.lanes import FencedError
from gateway.telemetry import events
from gateway.telemetry.secrets import clean
from gateway.telemetry.traces import span

_NOWHERE = "the partner's server"
"""Where its name is not known."""


def send(house: House, batch: Sequence[Delivery]) -> None:
    """Post the files of a batch, one after the other."""
    with Connections(house.workspace) as connections:
        for one in batch:
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                _Attempt(house, connections, one).carry_out()


def key_of(one: Delivery) -> str:
    """What a file is known by at the partner: the same for each attempt, and for nothing else.

    The start of the hash sets it apart from the keys of another installation of this gateway.
    """
    return f"{one.key}:{one.sha[:16]}"


def address_of(url: str, settings: HttpsSend, name: str) -> str:
    """Where a file goes to: with PUT its name is the last step of the path."""
    if settings.method == "POST":
        return url
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{quote(name, safe='')}"
    return urlunsplit(parts._replace(path=path))


@dataclass(slots=True)
class _Attempt:
    """A file on its way out."""

    house: House
    connections: Connections
    one: Delivery
    host: str = _NOWHERE

    def carry_out(self) -> None:
        """Post it, and enter what came of it, be it a bug of ours: or it would go again at once."""
        self.house.checkpoint("upload send: before")
        try:
            answer = self._post()
        except Unsent as failure:
            reason = _unsent(failure)
            self._failed(problem("T449", name=self.one.name, host=self.host, reason=reason))
        except Unanswered as failure:
            self._failed(self._unclear(failure.reason))
        except (SQLAlchemyError, FencedError, StateChangedError):
            raise
        except (OSError, KeyError) as failure:  # the store does not give the bytes
            self._failed(
                problem("T449", name=self.one.name, host=self.host, reason=clean(str(failure)))
            )
        except Exception as bug:
            events.bug(where="upload send", message=self.one.message, failure=bug)
            self._failed(self._unclear(f"{type(bug).__name__}: {bug}"))
        else:
            self.house.checkpoint("upload send: answered")
            self._answered(answer)

    def _post(self) -> Reply:
        one = self.one
        partner, channel = channel_of(one.folder)
        settings = self.connections.settings(partner, channel)
        client = self.connections.to(partner, channel)
        self.host = client.host
        data = self.house.store.payload(one.sha)
        url = address_of(client.endpoint.url, settings, one.name)
        headers = self._headers(settings)
        return client.send(settings.method, headers, iter([data]), len(data), url=url, whole=False)

    def _headers(self, settings: HttpsSend) -> list[tuple[str, str]]:
        one = self.one
        return [
            ("Content-Type", self._content_type(settings)),
            ("Content-Disposition", f"attachment{parameter('filename', one.name)}"),
            ("Idempotency-Key", key_of(one)),
            ("User-Agent", "edi-gateway"),
            *settings.http.headers.items(),
        ]

    def _content_type(self, settings: HttpsSend) -> str:
        with self.house.store.read() as connection:
            row = None if self.one.message is None else messages.get(connection, self.one.message)
        syntax = "" if row is None else row.standard
        fallback = CONTENT_TYPES.get(syntax, "application/octet-stream")
        return settings.content_types.get(syntax, fallback)

    # ---- what came back

    def _answered(self, answer: Reply) -> None:
        again = bool(self.one.attempts or self.one.crashes)
        meant = replies.verdict(answer.status, again=again)
        if meant == "arrived":
            self._arrived(answer)
            return
        facts: dict[str, Any] = {"host": self.host, "name": self.one.name, "status": answer.status}
        facts |= {"text": clean(replies.said(answer)), "id": self.one.message or ""}
        if meant == "refused":
            self._failed(problem("T446", **facts), for_good=True)
        else:
            self._failed(problem("T447", **facts), replies.wait(answer, self.house.clock()))

    def _arrived(self, answer: Reply) -> None:
        at = self.house.clock()
        told = clean(replies.said(answer))
        text = f"{self.one.name} posted to {self.host}: {answer.status}"
        text += f" {told}" if told else ""
        with self.house.store.write("upload arrived") as connection:
            arrived(self.house, connection, [(self.one, text)], at)
        self.house.tally.counts[COUNTED.get(self.one.purpose, "sent")] += 1
        tell(self.one, at)

    def _failed(self, found: Problem, wait: float = 0.0, *, for_good: bool = False) -> None:
        """Not this time. ``wait``: seconds that the partner's server asks for."""
        failed = Failed(self.one, found.sentence, for_good=for_good, found=found)
        with self.house.store.write("upload postponed") as connection:
            due = put_off(self.house, connection, failed)
            values: dict[str, Any] = {"crashes": 0}  # it did not kill the process this time
            asked = self.house.clock() + timedelta(seconds=wait)
            if due is not None and asked > due:
                values["due"] = asked
            deliveries.change(connection, [self.one.id], self.house.clock(), **values)

    def _unclear(self, reason: str) -> Problem:
        return problem("T448", name=self.one.name, host=self.host, reason=clean(reason))


def _unsent(failure: Unsent) -> str:
    if failure.kind == "pin":
        return f"it shows the certificate {failure.reason}, agreed is {failure.expected}"
    return clean(failure.reason)
