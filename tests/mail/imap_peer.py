"""An IMAP server (pymap, in memory) in a thread of its own, on a free port of loopback.

``Post`` is the mailbox behind it: mails are put there as bytes, and looked at without IMAP.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from unittest.mock import patch

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag, Recent, Wildcard, get_system_flags
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "edi", "correct horse"
AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
T = TypeVar("T")
_SYSTEM = get_system_flags() - {Recent}
_ARGS: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 0,
    "debug": False,
    "cert": None,
    "key": None,
    "demo_data": False,
    "demo_user": USER,
    "demo_password": PASSWORD,
    "passlib_cfg": None,
    "proxy_protocol": None,
}


class Post:
    """A mailbox of one user, with folders."""

    def __init__(self, loop: asyncio.AbstractEventLoop, backend: DictBackend, port: int) -> None:
        self._loop = loop
        self._backend = backend
        self.port = port
        self.connections = 0

    def put(self, mail: bytes, folder: str = "INBOX", *flags: str) -> None:
        """A mail arrives."""
        wanted = frozenset(Flag(each.encode()) for each in flags)
        self._do(self._append(AppendMessage(mail, AT, wanted), folder))

    def folder(self, name: str) -> None:
        """A folder is made."""
        self._do(self._make(name))

    def flags(self, folder: str = "INBOX") -> list[list[str]]:
        """The flags of each mail in a folder, oldest first."""
        return self._do(self._flags(folder))

    def folders(self) -> list[str]:
        """Their names."""
        return self._do(self._folders())

    def renumber(self, folder: str = "INBOX") -> None:
        """The server loses its numbers: another UIDVALIDITY, and other UIDs."""
        self._do(self._renumber(folder))

    # ---- in the loop of the server

    def _do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _boxes(self) -> Any:
        identity = self._backend.login.demo_user_identity
        async with identity.new_session() as session:
            return session.mailbox_set

    async def _append(self, message: AppendMessage, folder: str) -> None:
        box = await (await self._boxes()).get_mailbox(folder)
        await box.append(message, recent=True)

    async def _make(self, name: str) -> None:
        await (await self._boxes()).add_mailbox(name)

    async def _flags(self, folder: str) -> list[list[str]]:
        box = await (await self._boxes()).get_mailbox(folder)
        return [
            sorted(str(flag) for flag in message.permanent_flags)
            async for message in box.messages()
        ]

    async def _folders(self) -> list[str]:
        tree = await (await self._boxes()).list_mailboxes()
        return sorted(each.name for each in tree.list())

    async def _renumber(self, folder: str) -> None:
        box = await (await self._boxes()).get_mailbox(folder)
        kept = [message async for message in box.messages()]
        box._uid_validity += 1
        box._messages.clear()
        for message in kept:
            content = await message.load_content(frozenset())
            flags = frozenset(message.permanent_flags)
            await box.append(AppendMessage(bytes(content.content), message.internal_date, flags))


@contextmanager
def imap_server(
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    *,
    keywords: bool = True,
) -> Iterator[Post]:
    """``tls``: from the start; ``starttls``: offered; without both, logging in is open.

    ``keywords``: mails may get flags of any name, as at most servers; without, as at some, only
    those of IMAP itself.
    """
    flags = property(lambda _: _SYSTEM | {Wildcard} if keywords else _SYSTEM)
    with patch.object(MailboxData, "permanent_flags", flags):
        yield from _running(tls, starttls)


def _running(tls: ssl.SSLContext | None, starttls: ssl.SSLContext | None) -> Iterator[Post]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        post, server = asyncio.run_coroutine_threadsafe(_serve(loop, tls, starttls), loop).result(
            10
        )
        yield post
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(
    loop: asyncio.AbstractEventLoop, tls: ssl.SSLContext | None, starttls: ssl.SSLContext | None
) -> tuple[Post, asyncio.Server]:
    args = Namespace(**_ARGS, tls=starttls is not None)
    backend, config = await DictBackend.init(
        args,
        ssl_context=starttls or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        secure_auth=starttls is not None,
        hash_context=BuiltinHash(rounds=1),
        invalid_user_sleep=0.0,
    )
    config.apply_context()
    imap = IMAPServer(backend.login, config)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        post.connections += 1
        await imap(reader, writer, SocketInfo.get(writer, None))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    post = Post(loop, backend, server.sockets[0].getsockname()[1])
    return post, server


async def _end(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:  # type: ignore[arg-type]
        task.cancel()
    await asyncio.sleep(0)
