"""The test of a channel to somebody else's server: connecting, looking, and writing a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator
from queue import SimpleQueue
from typing import TypeVar

from gateway.channels.remote.directory import RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import LOST, Target, remove_if_possible
from gateway.channels.remote.ready import Rules
from gateway.channels.remote.step import Step
from gateway.config.mail import MailReceive
from gateway.config.remote import RemoteReceive
from gateway.pipeline.remote import kinds
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.push import target_of
from gateway.pipeline.remote.trial.terms import CONTENT, Terms, failed, step_of
from gateway.problems import problem

T = TypeVar("T")
MOST = 5000
"""Entries of a folder that are counted."""


def try_server(terms: Terms) -> Iterator[Step]:
    """Each step as soon as it is known."""
    told: SimpleQueue[Step | None] = SimpleQueue()
    future = loop().start(_Test(terms, told).work())
    future.add_done_callback(lambda _: told.put(None))
    while (step := told.get()) is not None:
        yield step
    future.result()


class _FailedError(Exception):
    """Told already; what builds on it makes no sense."""


class _Test:
    """One test."""

    def __init__(self, terms: Terms, told: SimpleQueue[Step | None]) -> None:
        self._terms = terms
        self._queue = told
        self._steps: list[str] = []
        self._identity = "host key" if terms.channel.kind == "sftp" else "tls"

    async def work(self) -> None:
        """Until all was tried, or what failed makes the rest pointless."""
        terms = self._terms
        try:
            remote = await kinds.connect(
                terms.workspace, terms.partner, terms.name, terms.channel, self._connecting
            )
        except RemoteError as failure:
            step = step_of(failure, self._steps, self._identity)
            if step != "settings":
                self._described()
            self._queue.put(failed(step, failure.problem))
            return
        try:
            self._described()
            await self._receive(remote)
            await self._send(remote)
        except _FailedError:
            pass
        finally:
            await remote.close()

    # ---- steps

    def _connecting(self, step: str, text: str) -> None:
        self._described()
        self._tell(step, text)

    def _described(self) -> None:
        """The settings could be used: that is known with the first step behind them."""
        if not self._steps:
            group = self._terms.channel.sftp or self._terms.channel.ftps
            login = getattr(group, "login", group)
            self._steps.append("settings")
            self._queue.put(self._terms.described(getattr(login, "user", "")))

    def _tell(self, step: str, text: str) -> None:
        self._steps.append(step)
        self._queue.put(Step(step, text))

    async def _try(self, step: str, work: Awaitable[T]) -> T:
        try:
            return await work
        except RemoteError as failure:
            self._queue.put(failed(step, failure.problem))
            raise _FailedError from failure

    # ---- receiving

    async def _receive(self, remote: RemoteDir) -> None:
        receive = self._terms.channel.away
        if receive is None:
            return
        count, fit = await self._try("list", _counted(remote, receive))
        more = "at least " if count >= MOST else ""
        folder = receive.folder
        self._tell("list", f"{folder}: {more}{_things(count)}, {fit} named like {receive.match}")
        if isinstance(receive, RemoteReceive):
            for each in (receive.move_to, receive.claim):
                if each is not None:
                    await self._folder(remote, each)

    async def _folder(self, remote: RemoteDir, folder: str) -> None:
        found = await self._try("list", remote.stat(folder))
        if found is None or found.kind not in ("folder", "link"):
            reason = "it is not there" if found is None else "it is no folder"
            self._queue.put(failed("list", problem("T361", folder=folder, reason=reason)))
            raise _FailedError
        self._tell("list", f"{folder} is there")

    # ---- sending

    async def _send(self, remote: RemoteDir) -> None:
        target = target_of(self._terms.channel)
        if target is None:
            return
        await self._look_in(remote, target.folder)
        if not self._terms.write:
            self._tell("write", "not tried, as asked")
            return
        final = self._terms.test_file
        first = final
        if target.temporary is not None:
            first = target.temporary.replace("{name}", final)
        try:
            await self._written(remote, target, first)
            if first != final:
                await self._renamed(remote, target, first, final)
            await self._read_back(remote, target, final)
        except _FailedError:
            for each in {first, final}:
                await remove_if_possible(remote, target.path(each))
            raise
        await self._deleted(remote, target, final)

    async def _look_in(self, remote: RemoteDir, folder: str) -> None:
        """Some servers let nobody see what was sent there; that is no obstacle."""
        try:
            count, _ = await _counted(remote, None, folder)
        except RemoteError as failure:
            if failure.trouble != "denied":
                self._queue.put(failed("list", failure.problem))
                raise _FailedError from failure
            self._tell("list", f"{folder} may not be looked into; sending does not need it")
            return
        self._tell("list", f"{folder}: {'at least ' if count >= MOST else ''}{_things(count)}")

    async def _written(self, remote: RemoteDir, target: Target, name: str) -> None:
        await self._try("write", remote.write(target.path(name), _pieces()))
        self._tell("write", f"{len(CONTENT)} bytes as {name} in {target.folder}")
        found = await self._try("size", remote.stat(target.path(name)))
        if found is None:
            self._queue.put(failed("size", problem("T364", name=name)))
            raise _FailedError
        if found.size not in (None, len(CONTENT)):
            other = problem("T350", name=name, size=len(CONTENT), found=found.size)
            self._queue.put(failed("size", other))
            raise _FailedError
        size = "the server does not tell" if found.size is None else f"{found.size} bytes there"
        self._tell("size", size)

    async def _renamed(self, remote: RemoteDir, target: Target, first: str, final: str) -> None:
        try:
            await remote.rename(target.path(first), target.path(final))
        except RemoteError as failure:
            found = failure.problem
            if failure.trouble not in LOST:
                found = problem("T351", temporary=first, name=final, reason=found.sentence)
            self._queue.put(failed("rename", found))
            raise _FailedError from failure
        self._tell("rename", f"to {final}")

    async def _read_back(self, remote: RemoteDir, target: Target, name: str) -> None:
        data = bytearray()
        try:
            async for piece in remote.read(target.path(name), 0, len(CONTENT)):
                data += piece
        except RemoteError as failure:
            if failure.trouble == "denied":
                self._tell("read", "not allowed; sending does not need it")
                return
            if failure.trouble == "missing":
                self._tell("read", f"{name} was taken by somebody meanwhile")
                return
            self._queue.put(failed("read", failure.problem))
            raise _FailedError from failure
        if data != CONTENT:
            changed = problem("T360", name=name, size=len(CONTENT), found=len(data))
            self._queue.put(failed("read", changed))
            raise _FailedError
        self._tell("read", "the same bytes")

    async def _deleted(self, remote: RemoteDir, target: Target, name: str) -> None:
        try:
            await remote.remove(target.path(name))
        except RemoteError as failure:
            if failure.trouble == "missing":
                self._tell("delete", f"{name} was taken by somebody meanwhile")
                return
            found, folder = failure.problem, target.folder
            remedy = f"ask the partner to remove {name}, and to let us delete files in {folder}"
            self._queue.put(Step("delete", found.sentence, found, remedy))
            raise _FailedError from failure
        self._tell("delete", f"{name} is gone again")


async def _counted(
    remote: RemoteDir, receive: RemoteReceive | MailReceive | None, folder: str = ""
) -> tuple[int, int]:
    """Entries of a folder, and of them those whose names fit."""
    count = fit = 0
    rules = None if receive is None else Rules.of(receive, 0)
    async for page in remote.scan(folder if receive is None else receive.folder):
        count += len(page)
        if rules is not None:
            files = (each for each in page if each.kind == "file")
            fit += sum(rules.match.match(each.called) is not None for each in files)
        if count >= MOST:
            break
    return count, fit


async def _pieces() -> AsyncIterator[bytes]:
    yield CONTENT


def _things(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
