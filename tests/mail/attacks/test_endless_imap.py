"""An IMAP server that sends more than anybody asked for: the connection ends, memory stays."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from gateway.channels.mail import imap
from gateway.channels.mail.imap import Imap
from gateway.channels.mail.server import MailServer
from gateway.channels.remote.failure import RemoteError

ABLE = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
LINE = b"* 1 EXISTS\r\n"


@contextmanager
def server(hostile: bytes, *, greeting: bytes = b"* OK hello\r\n") -> Iterator[int]:
    """Lets anybody in, and answers SEARCH with these bytes again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines, suppress(OSError):
                connection.sendall(greeting)
                for line in lines:
                    tag, command = line.split()[:2]
                    if b"SEARCH" in line:
                        while True:
                            connection.sendall(hostile)
                    if command == b"CAPABILITY":
                        connection.sendall(ABLE)
                    if command == b"AUTHENTICATE":
                        connection.sendall(b"+ \r\n")
                        lines.readline()
                    connection.sendall(tag + b" OK done\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


def at(port: int, security: str = "none") -> MailServer:
    """Us."""
    return MailServer(
        host="127.0.0.1",
        port=port,
        security=security,  # type: ignore[arg-type]
        user="edi",
        password="correct horse",
        seconds=5.0,
    )


@pytest.mark.parametrize(
    "hostile",
    [
        LINE * 1000,
        b"* SEARCH {4000000000}\r\n" + b"x" * 100_000,
        b"* X {999999}\r\n" + b"y" * 999999,
    ],
)
def test_an_answer_without_end_ends_the_connection(
    hostile: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "ANSWER", 300_000)
    with server(hostile) as port:
        box = Imap.open(at(port))
        box.select("INBOX")
        with pytest.raises(RemoteError, match="answer without end") as raised:
            box.search("ALL")
        assert raised.value.trouble == "lost" and box.broken
        box.close()


@pytest.mark.parametrize("greeting", [b"* OK hello\r\n", b"* PREAUTH welcome\r\n"])
def test_without_starttls_nothing_is_said_however_the_server_greets(greeting: bytes) -> None:
    with server(b"", greeting=greeting) as port, pytest.raises(RemoteError):
        Imap.open(at(port, "starttls"))
