"""Folders on network shares: what such a file system does otherwise loses and doubles nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox, Outcome, finish, inbox, prepare, temporary
from gateway.store import durable
from tests.pipeline.world import World, invoices, orders, visible

RETRY_SECONDS = 120


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.gateway.close()


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What NFS, SMB and FUSE have in common: no exclusive rename, no sync of folders."""
    sync = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        sync(handle)

    monkeypatch.setattr(durable, "_exclusive_rename", lambda _source, _target: False)
    monkeypatch.setattr(os, "fsync", fsync)
    return monkeypatch


def refuse_renames(
    patch: pytest.MonkeyPatch, number: int, match: Callable[[Path], bool], times: int
) -> list[Path]:
    """The next renames of some files fail, as on a share whose server holds them."""
    refused: list[Path] = []
    rename = Path.rename

    def failing(source: Path, target: Path) -> Path:
        if match(source) and len(refused) < times:
            refused.append(source)
            raise OSError(number, os.strerror(number), str(source))
        return rename(source, target)

    patch.setattr(Path, "rename", failing)
    return refused


def whole(world: World) -> None:
    """One order for the ERP, one answer; nothing left over."""
    assert (len(world.orders()), len(world.sent())) == (1, 1)
    assert {row.state for row in world.rows(kind="message")} == {"acknowledged"}
    assert [str(path) for path in world.root.rglob(".gateway-*")] == []
    assert list((world.root / "acme/in/work").iterdir()) == []
    assert visible(world.root / "acme/in") == []


@pytest.mark.usefixtures("share")
def test_without_exclusive_renames_and_folder_syncs_all_goes_on(world: World) -> None:
    world.acme("a.edi", orders())
    world.run()
    whole(world)


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EACCES, errno.ETXTBSY])
def test_a_file_that_its_writer_still_has_open_waits(
    world: World, share: pytest.MonkeyPatch, number: int
) -> None:
    path = world.acme("a.edi", orders())
    refused = refuse_renames(share, number, lambda source: source == path, 2)
    for _ in range(2):
        summary = world.run()
        assert (summary.waiting, summary.problems) == ((str(path),), ())
    world.run()
    assert len(refused) == 2
    whole(world)


def test_a_file_that_never_can_be_moved_is_told(tmp_path: Path, share: pytest.MonkeyPatch) -> None:
    now = [0.0]
    box = Inbox("acme/main", tmp_path, clock=lambda: now[0])
    path = tmp_path / "a.edi"
    path.write_bytes(b"x\n")
    refuse_renames(share, errno.EACCES, lambda source: source == path, 99)
    with pytest.raises(inbox.InUseError):
        box.claim(path, "t1")
    now[0] = box.rule.patience
    with pytest.raises(OSError, match="Permission denied") as told:
        box.claim(path, "t2")
    assert not isinstance(told.value, inbox.InUseError)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("where", ["acme/out", "erp/out/order"])
def test_a_rename_that_a_reader_prevents_is_tried_again(
    world: World, share: pytest.MonkeyPatch, where: str
) -> None:
    world.acme("a.edi", orders())
    folder = world.root / where
    refused = refuse_renames(share, errno.EACCES, lambda source: source.parent == folder, 1)
    for _ in range(3):
        world.run()
        world.clock.forward(seconds=RETRY_SECONDS)
    assert len(refused) == 1
    whole(world)


@pytest.mark.parametrize("where", ["acme/out", "erp/out/order", "acme/in"])
def test_a_rename_whose_answer_was_lost_is_done_once(
    world: World, share: pytest.MonkeyPatch, where: str
) -> None:
    """The server did it; we are told of a failure (EIO, a time-out)."""
    folder, lost = world.root / where, []
    rename = Path.rename

    def losing(source: Path, target: Path) -> Path:
        done = rename(source, target)
        if source.parent == folder and not lost:
            lost.append(source)
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(source))
        return done

    share.setattr(Path, "rename", losing)
    world.acme("a.edi", orders())
    for _ in range(3):
        world.run()
        world.clock.forward(seconds=RETRY_SECONDS)
    assert len(lost) == 1
    whole(world)
    assert not any("-2" in name for name in [*world.orders(), *world.sent()])


@pytest.mark.usefixtures("share")
def test_another_file_of_the_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"theirs")
    hidden = temporary("k1", folder=tmp_path)
    prepare(tmp_path, hidden, b"ours")
    assert finish(tmp_path, "a.csv", hidden) is Outcome.COLLISION
    assert (tmp_path / "a.csv").read_bytes() == b"theirs"


def test_names_that_a_share_does_not_tell_apart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``ORDER_1.CSV`` is there already, says the share; we know of no such file."""
    world.acme("a.edi", orders())
    out = world.root / "erp/out/order"
    out.mkdir(parents=True)
    (out / "ORDER_ACME.CSV").write_bytes(b"theirs")
    there = durable._exclusive_rename

    def folding(source: Path, target: Path) -> bool:
        names = {each.name.lower() for each in target.parent.iterdir()}
        if target.parent == out and target.name.lower() in names:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        return there(source, target)

    monkeypatch.setattr(durable, "_exclusive_rename", folding)
    world.reload(
        {
            "gateway.yaml": (world.root / "gateway.yaml")
            .read_text()
            .replace("send: {folder: erp/out}", "send: {folder: erp/out, name: order_acme.csv}")
        }
    )
    world.run()
    assert visible(out) == ["ORDER_ACME.CSV", "order_acme-2.csv"]
    assert (out / "ORDER_ACME.CSV").read_bytes() == b"theirs"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ESTALE])
def test_a_name_that_is_listed_and_gone_is_nobodys_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A share tells of a file for a while after another machine has taken it."""
    (tmp_path / "a.csv").write_bytes(b"x\n")
    box = Inbox("erp/invoice", tmp_path)

    def gone(_path: str) -> os.stat_result:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(inbox.os, "lstat", gone)
        assert box.look(at_once=True) == inbox.Look()

    def unmoved(_source: Path, _target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(inbox, "rename_new", unmoved)
    assert box.claim(tmp_path / "a.csv", "t1") is None


def test_a_size_that_the_share_told_late_is_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a listing says of a file may be a minute old; an opened file is asked anew."""
    now = [0.0]
    box = Inbox("erp/invoice", tmp_path, clock=lambda: now[0])
    path = tmp_path / "a.csv"
    path.write_bytes(b"H;1\n")
    old = os.lstat(path)
    path.write_bytes(b"H;1\nL;1\nL;")
    with monkeypatch.context() as patch:
        patch.setattr(inbox.os, "lstat", lambda _path: old)
        box.look()
        now[0] += 10
        assert [each.why for each in box.look().waits] == ["it was changed a moment ago"]
    path.write_bytes(b"H;1\nL;1\nL;2\n")
    box.look()
    now[0] += 10
    assert box.look().ready == (path,)


def test_a_writer_who_goes_on_after_his_file_was_taken_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.erp("a.csv", invoices(["I1"]))
    late = [invoices(["I2"])]
    with path.open("ab") as writer:

        def received(name: str) -> None:
            if name == "put away: before" and late:
                writer.write(late.pop())
                writer.flush()

        monkeypatch.setattr(world.gateway.house, "checkpoint", received)
        summary = world.run()
    assert [found.code for found in summary.problems] == ["T110"]
    world.run()
    assert sorted(row.number for row in world.rows(kind="document", state="delivered")) == [
        "I1",
        "I2",
    ]
    sent = "".join(world.sent().values())
    assert (sent.count("+I1+"), sent.count("+I2+")) == (1, 1)
    assert visible(world.root / "erp/in/invoice") == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_called_a_full_disk(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = world.acme("a.edi", orders())
    mkdir = Path.mkdir

    def full(made: Path, *args: object, **more: object) -> None:
        if made.parent.name == "work":
            raise OSError(number, os.strerror(number), str(made))
        mkdir(made, *args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", full)
        (found,) = world.run().problems
    assert found.code == "T109"
    assert path.exists()
    world.run()
    whole(world)
