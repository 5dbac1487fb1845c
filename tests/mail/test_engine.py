"""The engine for all servers reads a mailbox: each attachment once, whatever becomes of mails."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.mail.imap import Imap
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.rounds import look
from gateway.pipeline.remote.servers import Servers
from gateway.pipeline.remote.source import source_of
from gateway.store import Filter
from tests.mail.imap_peer import PASSWORD, USER, Post, imap_server
from tests.mail.letters import ORDER, mail
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import GATEWAY, NORTHWIND, Clock, make

PARTNER = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: mail
    mail:
      receive:
        imap:
          server: 127.0.0.1:{port}
          security: none
          user: {user}
          password: "${{env:ACME_MAIL}}"
        senders: ["*@acme.example"]
        match: "*.edi"
        {more}
      send: {{smtp: {{server: smtp.example.com}}, sender: edi@our.example, to: [edi@acme.example]}}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}}
"""


class Site:
    """A gateway whose partner sends mails."""

    def __init__(self, root: Path, post: Post, more: str) -> None:
        text = PARTNER.format(port=post.port, user=USER, more=more)
        files = {
            "gateway.yaml": GATEWAY,
            "partners/acme-retail/partner.yaml": text,
            "partners/northwind/partner.yaml": NORTHWIND,
        }
        self.workspace = make(root, files)
        self.open()

    def open(self) -> None:
        """Start it, with nothing in memory."""
        translation: Any = StubTranslation(self.workspace)
        self.gateway = Gateway.open(self.workspace, clock=Clock(), translation=translation)
        self.servers = Servers(self.workspace)
        self.desk = Desk(Core(self.gateway.house, self.gateway.name), self.servers)
        self.source = source_of(self.workspace, "acme-retail", "main")

    def look(self) -> None:
        """One look into the mailbox."""
        assert self.source is not None
        assert loop().run(look(self.desk, self.source), 30.0) is not None

    def taken(self) -> list[tuple[str, bytes]]:
        """Names and bytes of the files that came, sorted."""
        house = self.gateway.house
        rows = self.gateway.messages(Filter(kind="file", limit=100))
        return sorted((row.name, house.store.payload(row.payload or "")) for row in rows)

    def problems(self) -> list[str]:
        return [found.code for found in self.gateway.house.tally.taken().problems]

    def again(self) -> None:
        """The process is started anew."""
        self.close()
        self.open()

    def close(self) -> None:
        loop().run(self.servers.close())
        self.desk.close()
        self.gateway.close()


Open = Callable[[Post, str], Site]
FILES = [("a.edi", ORDER), ("a.edi", ORDER + b"\n"), ("b.edi", ORDER)]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("ACME_MAIL", PASSWORD)
    sites: list[Site] = []

    def open_(post: Post, more: str) -> Site:
        sites.append(Site(tmp_path, post, more))
        return sites[-1]

    yield open_
    for each in sites:
        each.close()


def arrive(post: Post) -> None:
    """Two mails with three orders, and some that are none of our business."""
    post.put(mail(*FILES[:2], ("logo.png", b"png")))
    post.put(mail(("spam.edi", b"spam"), sender="mallory@evil.example", id_="<2@evil.example>"))
    post.put(mail(FILES[2], id_="<3@acme.example>"))


@pytest.mark.parametrize(
    ("more", "inbox", "done"),
    [
        ("after: delete", [[]], None),
        ("after: move\n        move_to: Done", [[]], [["\\Seen"], ["\\Seen"]]),
        ("after: leave", [["EdiTaken", "\\Seen"], [], ["EdiTaken", "\\Seen"]], None),
    ],
)
def test_every_policy_takes_each_file_once(
    opened: Open, post: Post, more: str, inbox: list[list[str]], done: list[list[str]] | None
) -> None:
    arrive(post)
    site = opened(post, more)
    for _ in range(2):
        site.look()
    site.again()
    site.look()
    assert site.taken() == FILES
    assert post.flags() == inbox
    assert done is None or [[*each] for each in post.flags("Done")] == done


@pytest.mark.parametrize("keywords", [True, False])
def test_a_renumbered_mailbox_doubles_nothing(opened: Open, keywords: bool) -> None:
    with imap_server(keywords=keywords) as post:
        arrive(post)
        site = opened(post, "after: leave")
        site.look()
        post.renumber()
        site.look()
        site.again()
        site.look()
        assert site.taken() == FILES


def test_a_mail_that_is_put_back_unread_is_not_taken_again(opened: Open, post: Post) -> None:
    data = mail(FILES[0])
    post.put(data)
    site = opened(post, "after: delete")
    site.look()
    post.put(data)
    site.look()
    assert site.taken() == FILES[:1]
    assert post.flags() == [], "and it is tidied away again"


def test_the_same_order_in_another_mail_is_a_file_of_its_own(opened: Open, post: Post) -> None:
    post.put(mail(FILES[0]))
    post.put(mail(FILES[0], id_="<2@acme.example>"))
    site = opened(post, "after: delete")
    site.look()
    assert site.taken() == [FILES[0], FILES[0]]


def test_a_connection_that_breaks_loses_and_doubles_nothing(opened: Open, post: Post) -> None:
    arrive(post)
    site = opened(post, "after: delete")
    checked = Imap._checked

    def checking(self: Imap, doing: str, command: str, *rest: Any, **more: Any) -> Any:
        if command == "EXPUNGE":
            self._client.sock.shutdown(socket.SHUT_RDWR)
        return checked(self, doing, command, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Imap, "_checked", checking)
        assert site.source is not None
        loop().run(look(site.desk, site.source), 30.0)
    assert len(post.flags()) == 3, "ours by now, and none is gone"
    site.servers.try_at_once("acme-retail", "main")
    site.look()
    assert site.taken() == FILES
    left = [flags for flags in post.flags() if "\\Deleted" not in flags]
    assert left == [[]], "that of somebody else"


def test_mails_that_are_left_are_told(opened: Open, post: Post) -> None:
    post.put(mail())
    site = opened(post, "after: delete")
    site.look()
    assert site.taken() == []
    assert post.flags() == [[]]
