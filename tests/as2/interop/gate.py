"""A gateway at work behind a real socket, and what it kept of each message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.store.as2.received import Received
from gateway.store.as2.tables import received
from gateway.web import server
from gateway.web.as2 import As2
from gateway.web.partners import partners_only
from gateway.web.port import Address
from gateway.web.server import Room, opened
from tests.as2.interop.wire import Pairs, Reply, call, head
from tests.as2.receive.world import As2World, Posted, message

PROXY = frozenset({"127.0.0.1"})
"""We are a proxy ourselves: one machine can call under many addresses."""


@dataclass
class Gate:
    """The address of a gateway, and the house behind it."""

    where: Address
    world: As2World

    def send(
        self, headers: Pairs, body: bytes, *more: str, length: str | int | None = -1, **line: str
    ) -> Reply:
        """One request. ``length`` -1: that of the body."""
        told = len(body) if length == -1 else length
        return call(self.where, head(headers, *more, length=told, **line), body)

    def post(self, posted: Posted, *more: str) -> Reply:
        """A message, as it should be sent."""
        return self.send(posted.headers, posted.body, *more)

    def kept(self, message_id: str) -> Received:
        """The row of a message."""
        with self.world.gateway.house.store.read() as connection:
            found = select(received).where(received.c.message_id == message_id)
            (row,) = connection.execute(found)
        return Received(**row._mapping)

    def found(self, message_id: str) -> dict[str, Any]:
        """What was found in it, for our eyes only."""
        found: dict[str, Any] = json.loads(self.kept(message_id).found)
        return found

    def documents(self, message_id: str) -> list[tuple[str, bytes]]:
        """Names and bytes of what it brought."""
        archive = self.world.gateway.house.store.archive
        payloads = self.found(message_id)["payloads"]
        return [(each["name"], b"".join(archive.chunks(each["sha"]))) for each in payloads]

    def accepts(self, posted: Posted, data: Sequence[bytes], *more: str) -> Reply:
        """A message is received, and brought exactly these bytes."""
        return self.accepted(self.post(posted, *more), posted.message_id, data)

    def accepted(self, reply: Reply, message_id: str, data: Sequence[bytes]) -> Reply:
        """The answer to a message was a positive receipt, for exactly these bytes."""
        assert (reply.status, reply.disposition) == (200, "processed"), reply
        assert [content for _, content in self.documents(message_id)] == list(data)
        return reply

    def works(self) -> None:
        """A good message still passes."""
        data = b"UNA:+.? 'UNB+good'"
        self.accepts(message(data), [data], "X-Forwarded-For: 203.0.113.77")


ROOM = Room(64, server.LARGEST_PARTNER_HEAD, per_address=16, proxies=PROXY)


@contextmanager
def listening(receiver: Receiver, room: Room = ROOM) -> Iterator[Address]:
    """A house is open on a free port of the loopback meanwhile."""
    application = As2(receiver, proxies=PROXY)
    with opened(partners_only(application), "127.0.0.1:0", room) as where:
        yield where
    application.close()


@contextmanager
def gated(world: As2World) -> Iterator[Gate]:
    """The house of a world is open meanwhile."""
    with listening(world.receiver) as where:
        yield Gate(where, world)
