"""A server by FTP over TLS on loopback, in a thread, with the faults that real ones have."""

from __future__ import annotations

import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from OpenSSL import SSL

with warnings.catch_warnings():  # it stands on modules that Python gives up
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer

USER, PASSWORD = "gateway", "s3cret-of-acme"
RIGHTS = "elradfmwMT"
CONTEXT: SSL.Context | None = None
"""Of TLS, where it is another one than usual."""


@dataclass(slots=True)
class Peer:
    """The server as it behaves; may be changed while it runs."""

    files: tuple[Path, Path]
    """Certificate and key."""
    folder: Path
    reuse: bool = False
    """A data connection has to resume the session of the one for commands."""
    implicit: bool = False
    clear: bool = False
    """No TLS is offered."""
    unprotected: bool = False
    """PROT P is refused."""
    plain: bool = False
    """Neither MLSD nor MLST nor EPSV is known."""
    elsewhere: str = ""
    """The address that PASV tells, whatever is true."""
    cut: int | None = None
    """The connections are torn when so many bytes of a file went over; once."""
    full: int | None = None
    """So many bytes of a file have room."""
    takes: bool = False
    """What arrived is taken at once: nobody sees it any more."""
    port: int = 0
    said: list[str] = field(default_factory=list)
    """Commands that came."""
    resumed: list[bool] = field(default_factory=list)
    """Of each data connection."""


def _data(peer: Peer) -> type[TLS_DTPHandler]:
    class Data(TLS_DTPHandler):  # type: ignore[misc]
        moved = 0

        def handle_ssl_established(self) -> None:
            peer.resumed.append(bool(SSL._lib.SSL_session_reused(self.socket._ssl)))
            if peer.reuse and not peer.resumed[-1]:
                self.cmd_channel.respond("522 TLS session of the control connection not resumed")
                self.close()

        def send(self, data: bytes) -> int:
            if peer.cut is not None:
                data = data[: peer.cut - self.moved]
            sent = int(super().send(data)) if data else 0
            self._count(sent)
            return sent

        def recv(self, size: int) -> bytes:
            found: bytes = super().recv(size)
            self._count(len(found))
            if peer.full is not None and self.moved > peer.full:
                self.cmd_channel.respond("552 no space left on the device")
                self._resp = ()
                self.close()
            return found

        def _count(self, size: int) -> None:
            self.moved += size
            if peer.cut is not None and self.moved >= peer.cut:
                peer.cut = None
                for each in (self, self.cmd_channel):
                    _tear(each.socket)

    return Data


def _tear(connection: Any) -> None:
    raw = socket.socket(fileno=connection.fileno())
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)
    raw.detach()


def _refuses(peer: Peer, command: str) -> bool:
    return (
        (peer.clear and command == "AUTH")
        or (peer.unprotected and command == "PROT")
        or (peer.plain and command in ("MLSD", "MLST", "EPSV"))
    )


def _told(peer: Peer, reply: str) -> str:
    """A reply, perhaps with an address that is another one."""
    if not peer.elsewhere or not reply.startswith("227"):
        return reply
    port = reply.partition("(")[2].partition(")")[0].split(",")[4:]
    return f"227 Entering passive mode ({peer.elsewhere},{','.join(port)})."


def _control(peer: Peer) -> type[TLS_FTPHandler]:
    class Control(TLS_FTPHandler):  # type: ignore[misc]
        certfile, keyfile = map(str, peer.files)
        ssl_context = CONTEXT
        dtp_handler = _data(peer)
        tls_control_required = tls_data_required = not peer.clear
        use_sendfile = False
        banner = "at your service"
        auth_failed_timeout = 0

        def __init__(self, connection: Any, server: Any, ioloop: Any = None) -> None:
            super().__init__(connection, server, ioloop)
            if peer.implicit:
                self.secure_connection(self.ssl_context)

        def handle_ssl_established(self) -> None:
            if peer.implicit:
                TLS_FTPHandler.handle(self)

        def handle(self) -> None:
            if not peer.implicit:  # there TLS comes before the greeting
                super().handle()

        def on_file_received(self, file: str) -> None:
            if peer.takes:
                Path(file).unlink()

        def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
            peer.said.append(line)
            if _refuses(peer, cmd):
                self.respond("502 not known here")
                return
            super().pre_process_command(line, cmd, arg)

        def ftp_FEAT(self, line: str) -> None:
            if not peer.plain:
                super().ftp_FEAT(line)
                return
            self.push("211-Features supported:\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n211 End.\r\n")

        def respond(self, resp: str, logfun: Any = None) -> None:
            super().respond(_told(peer, resp))

    return Control


@contextmanager
def serving(peer: Peer) -> Iterator[Peer]:
    """The server runs meanwhile."""
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(peer.folder), perm=RIGHTS)
    control = _control(peer)
    control.authorizer = authorizer
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), control, ioloop=loop)
    peer.port = server.address[1]
    stop = threading.Event()

    def turn() -> None:
        while not stop.is_set():
            loop.loop(timeout=0.02, blocking=False)

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        stop.set()
        thread.join()
        server.close_all()
        loop.close()
