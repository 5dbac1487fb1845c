"""Servers that lie, are full, rename wrongly; files that change under our hands.

Whatever a server does, a file is taken when all of it is there as it lies, and counts as sent when
it lies there whole under its name.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.sftp.faults.watching import watched
from tests.sftp.faults.world import AT_ONCE, Partner, SftpWorld, check
from tests.sftp.peer import peer

Both = tuple[SftpWorld, "Faults"]
FEW = 1_000
"""Bytes."""


@dataclass
class Faults:
    """What a server does wrong; changed while it runs."""

    more: int = 0
    """Bytes that files are larger by, as far as it tells."""
    piece: int = 0
    """Bytes that one answer has at most."""
    room: int | None = None
    """Bytes of a file that it takes until it is full."""
    renames: Callable[[Path, Path], object] | None = None
    """In place of renaming."""
    removes: Callable[[Path], object] | None = None


class Failing(asyncssh.SFTPServer):
    """A server with faults."""

    faults: Faults

    def _place(self, path: bytes) -> Path:
        return Path(os.fsdecode(self.map_path(path)))

    def _told(self, found: os.stat_result) -> asyncssh.SFTPAttrs:
        attributes = asyncssh.SFTPAttrs.from_local(found)
        if stat.S_ISREG(found.st_mode):
            attributes.size = max(0, found.st_size + self.faults.more)
        return attributes

    def lstat(self, path: bytes) -> Any:
        return self._told(self._place(path).lstat())

    stat = lstat

    def fstat(self, file_obj: Any) -> Any:
        return self._told(os.fstat(file_obj.fileno()))

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for each in self._place(path).iterdir():
            yield asyncssh.SFTPName(os.fsencode(each.name), attrs=self._told(each.lstat()))

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        file_obj.seek(offset)
        return bytes(file_obj.read(min(size, self.faults.piece or size)))

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if self.faults.room is not None and offset + len(data) > self.faults.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        file_obj.seek(offset)
        return int(file_obj.write(data))

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self.faults.renames is None:
            super().rename(oldpath, newpath)
        else:
            self.faults.renames(self._place(oldpath), self._place(newpath))

    posix_rename = rename

    def remove(self, path: bytes) -> None:
        if self.faults.removes is None:
            super().remove(path)
        else:
            self.faults.removes(self._place(path))


@contextmanager
def opened(
    root: Path, receive: str = AT_ONCE, **options: Any
) -> Iterator[tuple[SftpWorld, Faults]]:
    """A gateway at work, and the faults of its partner's server."""
    faults, folder = Faults(), root / "server"
    folder.mkdir()
    files = type("Files", (Failing,), {"faults": faults})
    with peer(folder, files=files) as running:
        partner = Partner(running.port, running.user, folder, receive=receive, **options)
        world = SftpWorld(root / "ours", partner=partner)
        try:
            yield world, faults
        finally:
            world.gateway.close()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with opened(tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture
def shared(both: Both) -> Both:
    """With the usual settings, and without a fault; what came before is clean."""
    world, faults = both
    world.mark()
    world.hang_up()
    for each in fields(faults):
        setattr(faults, each.name, each.default)
    return both


def lies(world: SftpWorld, folder: str = "out") -> list[str]:
    return sorted(path.name for path in world.server(folder).iterdir())


@pytest.mark.parametrize("more", [7, -7], ids=["more", "less"])
def test_a_size_that_is_a_lie_takes_nothing(shared: Both, more: int) -> None:
    world, faults = shared
    faults.more = more
    world.gives("orders.edi")
    told = world.run()
    assert [found.code for found in told.problems] == ["T331"]
    assert (world.new(), lies(world)) == ([], ["orders.edi"])
    faults.more = 0
    world.settle()
    check(world)
    assert lies(world) == []


def test_a_server_that_lies_about_what_it_got_gets_it_once_in_the_end(shared: Both) -> None:
    world, faults = shared
    faults.more = -7
    world.invoice()
    world.run()
    assert len(world.missing()) == 1
    faults.more = 0
    world.settle()
    check(world)
    assert world.hidden() == []


def test_answers_of_a_few_bytes_make_a_whole_file(shared: Both) -> None:
    world, faults = shared
    faults.piece = 11
    world.gives("orders.edi")
    world.run()
    check(world)


def changing(name: str, operation: str, change: Callable[[], object], time: int = 1) -> Any:
    """A hook that changes a file as an operation on it begins for the n-th time."""
    left = [time]

    def hook(asked: str, path: str) -> None:
        if asked == operation and path.endswith(name):
            left[0] -= 1
            if left[0] == 0:
                change()

    return watched(hook)


def test_a_growing_file_is_taken_when_it_has_grown(shared: Both) -> None:
    world, _ = shared
    whole = world.order()
    path = world.server("out") / "orders.edi"
    path.write_bytes(whole[: FEW // 10])
    with changing("orders.edi", "read", lambda: path.write_bytes(whole[: len(whole) // 2])):
        world.run()
    assert world.new() == []
    world.run()
    assert world.new() == []  # it stands still, but its end is not there
    world.gives("orders.edi", whole)
    world.settle()
    check(world)
    assert lies(world) == []


def test_a_file_that_grows_behind_its_end_is_not_cut(shared: Both) -> None:
    world, _ = shared
    first, second = world.order(), world.order()
    path = world.server("out") / "orders.edi"
    path.write_bytes(first)
    with changing("orders.edi", "read", lambda: path.write_bytes(first + second)):
        world.run()
    assert world.new() == []
    world.given.append(first + second)
    world.settle()
    check(world)


AT = {
    "before it is opened": ("read", 1),
    "while it is looked at again": ("stat", 1),
    "before it is deleted": ("stat", 2),
}


@pytest.mark.parametrize("when", AT)
@pytest.mark.parametrize(
    "renamed",
    [True, pytest.param(False, marks=pytest.mark.soak)],
    ids=["another file", "written over"],
)
def test_a_file_replaced_by_one_of_its_size(shared: Both, when: str, renamed: bool) -> None:
    """Before it was ours, the new one alone counts; after that both do."""
    world, _ = shared
    path = world.server("out") / "orders.edi"
    first = world.order()
    second = first.replace(b"+PO", b"+PQ").replace(b"+R", b"+S")
    assert len(first) == len(second)
    path.write_bytes(first)
    os.utime(path, (1_700_000_000, 1_700_000_000))

    def replace() -> None:
        place = path.with_name(".new") if renamed else path
        place.write_bytes(second)
        place.rename(path)

    with changing("orders.edi", *AT[when][:1], replace, AT[when][1]):
        world.run()
    world.given += [first, second] if when == "before it is deleted" else [second]
    world.settle()
    check(world)
    assert lies(world) == []


def refuses(_old: Path, _new: Path) -> None:
    raise PermissionError(errno.EACCES, "not here")


def does_and_fails(old: Path, new: Path) -> None:
    old.rename(new)
    raise OSError(errno.EIO, "something went wrong")


def copies_and_fails(old: Path, new: Path) -> None:
    new.write_bytes(old.read_bytes())
    raise OSError(errno.EIO, "something went wrong")


@pytest.mark.parametrize("fault", [refuses, does_and_fails, copies_and_fails])
def test_a_rename_that_fails(shared: Both, fault: Callable[[Path, Path], None]) -> None:
    world, faults = shared
    faults.renames = fault
    world.invoice()
    world.run()
    faults.renames = None
    world.settle()
    check(world)
    assert world.hidden() == []


@pytest.mark.parametrize("fault", [refuses, does_and_fails])
@pytest.mark.parametrize("how", ["after: move, move_to: ./done", "claim: ./ours"])
def test_a_file_that_cannot_be_moved(
    tmp_path: Path, fault: Callable[[Path, Path], None], how: str
) -> None:
    with opened(tmp_path, f"{how}, {AT_ONCE}") as (world, faults):
        for name in ("done", "ours"):
            world.server(name).mkdir()
        faults.renames = fault
        world.gives("orders.edi")
        world.run()
        world.later()
        faults.renames = None
        world.settle()
        world.later()
        check(world)
        assert (lies(world), lies(world, "ours")) == ([], [])


def test_a_file_that_cannot_be_deleted_is_taken_once(shared: Both) -> None:
    def denied(_path: Path) -> None:
        raise PermissionError(errno.EACCES, "not yours")

    world, faults = shared
    faults.removes = denied
    world.gives("orders.edi")
    for _ in range(4):
        world.later()
    check(world)
    assert lies(world) == ["orders.edi"]
    faults.removes = None
    world.clock.forward(hours=6)
    world.run()
    check(world)
    assert lies(world) == []


@pytest.mark.parametrize("temporary", ["", ", temporary: none"], ids=["renamed", "directly"])
def test_a_server_without_room(tmp_path: Path, temporary: str) -> None:
    with opened(tmp_path, send=temporary) as (world, faults):
        faults.room = FEW
        world.invoice(40)
        world.run()
        assert len(world.missing()) == 1
        faults.room = None
        world.settle()
        check(world)
        assert world.hidden() == []


@pytest.mark.parametrize("what", ["put_file", "spool"])
def test_no_room_here(shared: Both, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    world, _ = shared
    world.gives("orders.edi")
    with monkeypatch.context() as patch:
        if what == "put_file":
            patch.setattr(world.gateway.house.store.archive, "put_file", full)
        else:
            patch.setattr("gateway.pipeline.remote.bring.SpooledTemporaryFile", full)
        told = world.run()
    assert [found.code for found in told.problems] == ["T340"]
    assert (world.new(), lies(world)) == ([], ["orders.edi"])
    world.settle()
    check(world)
    assert lies(world) == []
