"""One connection to an FTPS server, as ``ftplib`` speaks the protocol, where that has to be closer.

- Nothing goes in clear text: TLS before the login, ``PROT P`` before the first file, or an error.
- Data connections go to the address of the server itself, whatever address it names (that of PASV
  may be one behind its firewall, or one of somebody else), and resume the TLS session of the
  connection for commands: many servers demand that, because it shows that both are the same.
- Lines, replies and listings of a server are bounded.

Everything here blocks, and belongs to one thread.
"""

from __future__ import annotations

import ftplib
import selectors
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256

from gateway.channels.ftps import listing
from gateway.channels.ftps.failure import ClearTextError, ForeignCertificateError
from gateway.channels.ftps.server import Server
from gateway.channels.tls import Seen, context_of

LONGEST_LINE = 8192
"""Bytes."""
MOST_LINES = 500
"""Of one reply."""
PIECE = 256 * 1024
"""Bytes of a file that are handed on at a time."""
GOODBYE = 5.0
"""Seconds that the end of TLS on a data connection may take."""
_RECORD = 16 * 1024
_NOW = struct.pack("ii", 1, 0)
"""SO_LINGER: end a connection so that the other side sees that it was torn."""


class Session(ftplib.FTP_TLS):
    """A connection that was made; :meth:`begin` protects it, :meth:`enter` logs in."""

    maxline = LONGEST_LINE

    def __init__(self, server: Server, connected: socket.socket) -> None:
        """Raises ``ssl.SSLError`` or ``ValueError`` for certificates that cannot be used."""
        super().__init__(context=context_of(server.tls), timeout=server.timeout, encoding="utf-8")
        self.server = server
        self.host = server.host
        self.features: Mapping[str, str] = {}
        self.home = ""
        """The folder the login put us in; empty where the server does not say."""
        self.data: ssl.SSLSocket | None = None
        """The data connection that is open."""
        connected.settimeout(server.timeout)
        _at_once(connected)
        self.af = connected.family
        self.sock = connected

    # ---- connecting

    def begin(self) -> Seen:
        """TLS: what the server showed."""
        if self.server.implicit:
            self._protect()
            self.getresp()
        else:
            self._listen()
            self.getresp()
            try:
                self.voidcmd("AUTH TLS")
            except (ftplib.error_perm, ftplib.error_temp) as failure:
                raise ClearTextError("its connections", str(failure)) from None
            self._protect()
        return self._seen(self.tls)

    def enter(self) -> None:
        """Log in, protect the files as well, and ask what the server can do."""
        assert self.tls.version()
        reply = self.sendcmd(f"USER {self.server.user}")
        if reply.startswith("331"):
            reply = self.sendcmd(f"PASS {self.server.password}")
        if not reply.startswith("2"):
            raise ftplib.error_perm(reply)
        try:
            self.prot_p()
        except (ftplib.error_perm, ftplib.error_temp) as failure:
            raise ClearTextError("files on their way", str(failure)) from None
        self.voidcmd("TYPE I")
        with suppress(ftplib.error_perm, ftplib.error_temp):
            self.features = listing.features(self.sendcmd("FEAT"))
        if "UTF8" in self.features:
            with suppress(ftplib.error_perm, ftplib.error_temp):
                self.sendcmd("OPTS UTF8 ON")
        with suppress(ftplib.error_perm, ftplib.error_temp):
            self.home = self.pwd()

    @property
    def control(self) -> socket.socket:
        """The connection for commands."""
        if self.sock is None:
            raise EOFError
        return self.sock

    @property
    def tls(self) -> ssl.SSLSocket:
        """The protected connection for commands."""
        assert isinstance(self.sock, ssl.SSLSocket), "nothing is said in clear text"
        return self.sock

    def _protect(self) -> None:
        self.sock = self.context.wrap_socket(self.control, server_hostname=self.host)
        self._seen(self.tls)
        self._listen()  # anew: what somebody slipped in before TLS is thrown away

    def _listen(self) -> None:
        # the bytes of a name may be in any charset, and come back as they were
        self.file = self.control.makefile("r", encoding="utf-8", errors="surrogateescape")

    def _seen(self, protected: ssl.SSLSocket) -> Seen:
        """Raises :class:`ForeignCertificateError`."""
        shown = protected.getpeercert(True) or b""
        pins = self.server.tls.pins
        if pins and (found := sha256(shown).hexdigest()) not in pins:
            raise ForeignCertificateError(found, pins)
        return Seen(protected.version() or "", shown)

    # ---- what ftplib does, closer

    def putline(self, line: str) -> None:
        """Send a command. Raises ``ValueError`` for one that would be two."""
        if any(sign in line for sign in "\r\n\0"):
            raise ValueError("a line break or NUL in a name")
        self.control.sendall(line.encode("utf-8", "surrogateescape") + b"\r\n")

    def getmultiline(self) -> str:
        """A reply (RFC 959 §4.2). Raises ``error_proto`` for one without end."""
        lines = [self.getline()]
        code = lines[0][:3]
        if lines[0][3:4] == "-":
            while not (lines[-1][:3] == code and lines[-1][3:4] != "-" and len(lines) > 1):
                if len(lines) >= MOST_LINES:
                    raise ftplib.error_proto("a reply without end")
                lines.append(self.getline())
        return "\n".join(lines)

    def makepasv(self) -> tuple[str, int]:
        """Where the data connection goes: to the server's own address, at the port it names."""
        peer = self.control.getpeername()
        if self.af == socket.AF_INET6 or "EPSV" in self.features:
            _, port = ftplib.parse229(self.sendcmd("EPSV"), peer)
        else:
            _, port = ftplib.parse227(self.sendcmd("PASV"))
        return str(peer[0]), port

    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        """A protected data connection, on which the server has begun with ``cmd``."""
        plain, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        _at_once(plain)
        session = self.tls.session
        try:
            data = self.context.wrap_socket(plain, server_hostname=self.host, session=session)
        except BaseException:
            plain.close()
            raise
        try:
            self._seen(data)
        except ForeignCertificateError:
            data.close()
            raise
        return data, size

    def transfer(self, command: str, start: int = 0) -> ssl.SSLSocket:
        """A data connection for a command that sends or takes from a place on."""
        data, _ = self.ntransfercmd(command, start or None)
        assert isinstance(data, ssl.SSLSocket)
        self.data = data
        return data

    # ---- data connections

    def lines(self, command: str, most: int) -> Iterator[str]:
        """What a command lists. Raises ``error_proto`` for more than ``most`` bytes."""
        data = self.transfer(command)
        rest, size = b"", 0
        while piece := data.recv(_RECORD):
            size += len(piece)
            *whole, rest = (rest + piece).split(b"\n")
            if size > most or max(map(len, (rest, *whole))) > LONGEST_LINE:
                raise ftplib.error_proto("a list without end")
            yield from map(_text, whole)
        if rest:
            yield _text(rest)
        self.finish(data)

    def take(self, data: ssl.SSLSocket, most: int) -> bytes:
        """The next bytes of a file, ``most`` of them unless it ends before."""
        found = bytearray()
        while len(found) < most:
            piece = data.recv(min(_RECORD, most - len(found)))
            if not piece:
                break
            found += piece
        return bytes(found)

    def give(self, data: ssl.SSLSocket, chunk: bytes) -> None:
        """The next bytes for a file. Raises what the server says, where it hangs up and says."""
        try:
            data.sendall(chunk)
        except OSError:
            self.control.settimeout(GOODBYE)
            self.voidresp()
            raise

    def leave(self, data: ssl.SSLSocket) -> None:
        """Enough of a file was read: it ends there, or nobody wants its rest."""
        if data.recv(1):
            self.stop(data)
        else:
            self.finish(data)

    def finish(self, data: ssl.SSLSocket) -> None:
        """The data connection is at its end: say so, and hear what the server thinks of it.

        Raises ``ftplib.Error`` unless the server says that all went well.
        """
        _end(data)
        with suppress(OSError):
            socket.socket.shutdown(data, socket.SHUT_WR)
        try:
            self.voidresp()
        finally:
            self._close(data)

    def stop(self, data: ssl.SSLSocket) -> None:
        """Leave before the end of a file; whatever the server thinks of that is all right."""
        _end(data)
        self._close(data)
        with suppress(ftplib.Error):
            self.voidresp()

    def _close(self, data: ssl.SSLSocket) -> None:
        data.close()
        self.data = None


def _end(data: ssl.SSLSocket) -> None:
    """Say that TLS ends; many servers end it without a word, and are not waited for.

    A connection on which it was not said makes its session useless for the next one.
    """
    data.settimeout(0)
    until = time.monotonic() + GOODBYE
    with suppress(OSError, ValueError):
        while (left := until - time.monotonic()) > 0:
            try:
                data.unwrap()
                return
            except ssl.SSLWantWriteError:
                with selectors.DefaultSelector() as ready:
                    ready.register(data, selectors.EVENT_WRITE)
                    ready.select(left)


def tear(data: socket.socket) -> None:
    """End a connection so that the other side does not take what came for all there is."""
    with suppress(OSError):
        data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
    data.close()


def _at_once(connection: socket.socket) -> None:
    """The end of a small file would wait for the other side to confirm its beginning."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
