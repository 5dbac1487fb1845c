"""Files and folders on a server: the same by OpenSSH and by the peer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.remote.directory import Entry
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import Running, chunks, fails, got, on, server
from tests.sftp.peer import peer
from tests.sftp.sshd import sshd

LAWS = int(os.environ.get("FUZZ_EXAMPLES", "20"))


@pytest.fixture(scope="module", params=["openssh", "asyncssh"])
def there(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Path]]:
    folder = tmp_path_factory.mktemp("files")
    run = sshd if request.param == "openssh" else peer
    with run(folder) as running:
        yield running, folder


@pytest.fixture
def place(there: tuple[Running, Path], request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder on the server for one test, seen from here."""
    folder = there[1] / request.node.name.partition("[")[0]
    folder.mkdir()
    yield folder


There = tuple[Running, Path]


def test_a_file_goes_and_comes_back(there: There, place: Path) -> None:
    data = os.urandom(700_001)
    taken: list[int] = []

    async def work(session: Session) -> None:
        path = f"{place.name}/orders.edi"
        assert await session.write(path, chunks(data), told=taken.append) == len(data)
        assert sum(taken) == len(data)
        found = await session.stat(path)
        assert found is not None
        assert found == Entry("orders.edi", "file", len(data), found.changed)
        assert await got(session.read(path, 0, len(data))) == data
        assert await got(session.read(path, 300_000, 5)) == data[300_000:300_005]

    on(server(there[0]), work)
    assert (place / "orders.edi").read_bytes() == data


@settings(max_examples=LAWS, deadline=None)
@given(st.data())
def test_any_bytes_in_any_pieces_are_the_same_bytes(data: st.DataObject) -> None:
    wanted = data.draw(st.binary(max_size=300))
    size = data.draw(st.integers(1, 40))
    cut = data.draw(st.integers(0, len(wanted)))
    block = data.draw(st.integers(1, 64))
    orderly = data.draw(st.booleans())

    async def work(session: Session) -> None:
        session.write_block = session.read_block = block
        session.orderly = orderly
        await session.write("law.edi", chunks(wanted, size))
        assert await got(session.read("law.edi", cut, len(wanted) - cut)) == wanted[cut:]
        assert await session.write("law.edi", chunks(wanted[cut:] * 2, size), cut) == len(
            wanted[:cut] + wanted[cut:] * 2
        )
        whole = wanted[:cut] + wanted[cut:] * 2
        assert await got(session.read("law.edi", 0, len(whole))) == whole

    _LAW.run(work)


class _Law:
    """One connection for all examples of a law."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.session: Session | None = None

    def run(self, work: object) -> None:
        assert self.loop is not None and self.session is not None
        self.loop.run_until_complete(work(self.session))  # type: ignore[operator]


_LAW = _Law()


@pytest.fixture(autouse=True, scope="module")
def _law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from gateway.channels.sftp.client import connect  # noqa: PLC0415 (with the fixture)

    with peer(tmp_path_factory.mktemp("law")) as running:
        _LAW.loop = asyncio.new_event_loop()
        _LAW.session = _LAW.loop.run_until_complete(connect(server(running)))
        yield
        _LAW.loop.run_until_complete(_LAW.session.close())
        _LAW.loop.close()


def test_a_file_that_is_shorter_than_told_ends_with_short(there: There, place: Path) -> None:
    (place / "a.edi").write_bytes(b"x" * 1000)
    seen: list[bytes] = []

    async def work(session: Session) -> None:
        async for piece in session.read(f"{place.name}/a.edi", 0, 1001):
            seen.append(piece)

    found = fails(server(there[0]), work)
    assert (found.trouble, found.problem.code) == ("short", "T326")
    assert "ended after 1000 of 1001 bytes" in str(found)
    assert b"".join(seen) == b"x" * 1000


def test_a_broken_upload_is_continued_and_what_stood_behind_it_goes(
    there: There, place: Path
) -> None:
    (place / "a.tmp").write_bytes(b"0123456789")

    async def work(session: Session) -> None:
        assert await session.write(f"{place.name}/a.tmp", chunks(b"abc"), 4) == 7
        found = await _troubled(session.write(f"{place.name}/a.tmp", chunks(b"abc"), 99))
        assert (found.trouble, found.problem.code) == ("changed", "T329")
        found = await _troubled(session.write(f"{place.name}/no.tmp", chunks(b"abc"), 4))
        assert found.trouble == "missing"

    on(server(there[0]), work)
    assert (place / "a.tmp").read_bytes() == b"0123abc"


def test_a_rename_never_replaces_unless_told(there: There, place: Path) -> None:
    (place / "new").write_bytes(b"new")
    (place / "old").write_bytes(b"old")

    async def work(session: Session) -> None:
        new, old, third = (f"{place.name}/{name}" for name in ("new", "old", "third"))
        found = await _troubled(session.rename(new, old))
        assert (found.trouble, found.problem.code) == ("exists", "T323")
        assert (await _troubled(session.rename(f"{place.name}/no", third))).trouble == "missing"
        await session.rename(new, old, replace=True)
        await session.rename(old, third)

    on(server(there[0]), work)
    assert {each.name: each.read_bytes() for each in place.iterdir()} == {"third": b"new"}


def test_a_server_without_posix_rename_replaces_all_the_same(there: There, place: Path) -> None:
    (place / "new").write_bytes(b"new")
    (place / "old").write_bytes(b"old")

    async def work(session: Session) -> None:
        session._replaces = False
        await session.rename(f"{place.name}/new", f"{place.name}/old", replace=True)

    on(server(there[0]), work)
    assert (place / "old").read_bytes() == b"new"


def test_what_is_not_there_is_told(there: There, place: Path) -> None:
    async def work(session: Session) -> None:
        path = f"{place.name}/no.edi"
        assert await session.stat(path) is None
        for attempt in (
            session.remove(path),
            got(session.read(path, 0, 1)),
            session.write(f"{place.name}/no/a.edi", chunks(b"x")),
            anext(session.scan(path)),
            session.make_folder(f"{place.name}/no/no"),
        ):
            found = await _troubled(attempt)
            assert (found.trouble, found.problem.code) == ("missing", "T322")
            assert found.problem.place.file is not None

    on(server(there[0]), work)


def test_a_folder_is_made_once_and_is_no_file(there: There, place: Path) -> None:
    (place / "file").write_bytes(b"x")

    async def work(session: Session) -> None:
        await session.make_folder(f"{place.name}/made")
        await session.make_folder(f"{place.name}/made")
        assert (await _troubled(session.make_folder(f"{place.name}/file"))).trouble == "refused"
        assert (await _troubled(session.remove(f"{place.name}/made"))).trouble == "refused"

    on(server(there[0]), work)
    assert (place / "made").is_dir()


def test_a_folder_is_listed_in_pieces_with_kinds(there: There, place: Path) -> None:
    for number in range(1203):
        (place / f"{number}.edi").write_bytes(b"x" * (number % 7))
    (place / "folder").mkdir()
    (place / "link").symlink_to("0.edi")
    os.mkfifo(place / "pipe")
    (place / os.fsdecode(b"\xe4.edi")).write_bytes(b"")

    async def work(session: Session) -> None:
        pages = [list(page) async for page in session.scan(place.name)]
        assert len(pages) > 2 and max(map(len, pages)) <= 500
        found = {entry.name: entry for page in pages for entry in page}
        assert len(found) == sum(map(len, pages)) == 1207
        assert found["5.edi"].size == 5
        kinds = [found[name].kind for name in ("5.edi", "folder", "link", "pipe")]
        assert kinds == ["file", "folder", "link", "other"]
        # a name that is no UTF-8 leads to the file all the same
        assert await session.stat(f"{place.name}/{os.fsdecode(bytes([0xE4]))}.edi") is not None
        link = await session.stat(f"{place.name}/link")
        assert link is not None and link.kind == "link"
        # who stops listening early disturbs nobody
        async for _page in session.scan(place.name):
            break
        assert await session.stat(place.name) is not None

    on(server(there[0]), work)


def test_many_files_travel_at_once_on_one_connection(there: There, place: Path) -> None:
    async def work(session: Session) -> None:
        async def one(number: int) -> None:
            data = bytes([number]) * 5000
            path = f"{place.name}/{number}"
            await session.write(f"{path}.tmp", chunks(data))
            await session.rename(f"{path}.tmp", path)
            assert await got(session.read(path, 0, len(data))) == data

        await asyncio.gather(*map(one, range(32)))

    on(server(there[0]), work)
    assert len(list(place.iterdir())) == 32


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000, "\ud800"], ids=range(4))
def test_a_path_that_no_server_can_have_is_not_sent(there: There, path: str) -> None:
    async def work(session: Session) -> None:
        await session.stat(path)

    found = fails(server(there[0]), work)
    assert (found.trouble, found.problem.code) == ("refused", "T319")


def test_a_failed_upload_leaves_what_arrived(there: There, place: Path) -> None:
    class LocalError(Exception):
        """Our own disk fails."""

    async def broken() -> object:
        yield b"x" * 100_000
        raise LocalError

    async def work(session: Session) -> None:
        session.write_block = 10_000
        with pytest.raises(LocalError):
            await session.write(f"{place.name}/a.tmp", broken())  # type: ignore[arg-type]
        assert not session.closed

    on(server(there[0]), work)
    left = (place / "a.tmp").read_bytes()
    assert left == b"x" * len(left) and len(left) % 10_000 == 0


def test_a_disk_that_is_full_is_told_although_the_server_says_failure(tmp_path: Path) -> None:
    class Full(asyncssh.SFTPServer):
        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            raise asyncssh.SFTPFailure("Failure")

        def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
            return asyncssh.SFTPVFSAttrs(bsize=4096, frsize=4096, bavail=3)

    class Spoken(Full):
        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            raise asyncssh.SFTPFailure("Quota exceeded for acme")

    async def work(session: Session) -> None:
        await session.write("a.edi", chunks(b"x"))

    for files, said in ((Full, ""), (Spoken, "Quota exceeded for acme")):
        with peer(tmp_path, files=files) as running:
            found = fails(server(running), work)
            assert (found.trouble, found.problem.code, found.unknown) == ("full", "T325", False)
            assert said in str(found)


async def _troubled(attempt: object) -> RemoteError:
    with pytest.raises(RemoteError) as found:
        await attempt  # type: ignore[misc]
    return found.value
