"""Quotas, sizes and a full disk: refused in words, and nothing half is taken for whole."""

from __future__ import annotations

import errno
import os

import pytest

from gateway.channels.sftp.server.hosting import Refusal, Room
from gateway.pipeline.mailbox import uploads as uploads_module
from gateway.pipeline.watch import watch
from tests.mailbox.conftest import Make
from tests.mailbox.world import FRESH, ON, at
from tests.pipeline.world import orders

DATA = orders()


def test_bytes_that_lie_unfinished_are_limited(make: Make) -> None:
    world = make("quota: 100B")
    session = world.session()
    session.tear("a", b"x" * 60)
    upload = session.box.upload(at("b"), FRESH)
    upload.write(0, b"x" * 30)
    with pytest.raises(Refusal, match=r"90 bytes lie here unfinished, and 100 bytes.*T416") as it:
        upload.write(30, b"x" * 11)
    assert it.value.why == "full"
    upload.write(30, b"x" * 10)
    assert session.box.room() == Room(100, 0, 10_000, 9_998)
    upload.close(False)
    session.box.remove(at("a"))
    assert session.box.room() == Room(100, 60, 10_000, 9_999)


def test_what_was_taken_over_counts_no_more(make: Make) -> None:
    world = make("quota: 500B")
    session = world.session()
    for number in range(5):
        session.put("orders.edi", orders(str(number)))
    assert len(world.files_received()) == 5
    assert session.box.room() == Room(500, 500, 10_000, 10_000)


def test_a_torn_file_that_is_continued_counts_once(make: Make) -> None:
    world = make("quota: 100B")
    session = world.session()
    session.tear("a", b"x" * 60)
    session.tear("a", b"x" * 30, ON)
    upload = session.box.upload(at("a"), ON)
    assert session.box.room().bytes_free == 10
    upload.truncate(20)
    assert session.box.room().bytes_free == 80
    upload.close(True)
    assert session.box.room().bytes_free == 100


def test_files_that_lie_unfinished_are_limited(make: Make) -> None:
    world = make("quota_files: 2")
    session = world.session()
    session.tear("a", b"x")
    upload = session.box.upload(at("b"), FRESH)
    with pytest.raises(Refusal, match="2 files lie here unfinished, and 2 files are allowed"):
        session.put("c", b"x")
    upload.close(True)
    session.put("c", b"x")
    watch(world.gateway.house)
    assert [one.found.code for one in world.gateway.alarms()] == ["A147"]
    world.clock.forward(hours=2)
    watch(world.gateway.house)
    assert world.gateway.alarms() == []


def test_a_file_has_a_largest_size(make: Make) -> None:
    world = make("max_size: 100B")
    upload = world.session().box.upload(at("a"), FRESH)
    upload.write(0, b"x" * 100)
    for grow in (lambda: upload.write(100, b"x"), lambda: upload.truncate(101)):
        with pytest.raises(Refusal, match=r"101 bytes; a file may have 100.*T417") as found:
            grow()
        assert found.value.why == "large"
    upload.truncate(50)
    assert upload.size == 50


def test_a_full_disk_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make()
    session = world.session()
    upload = session.box.upload(at("orders.edi"), FRESH)
    upload.write(0, DATA[:50])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(uploads_module.os, "pwrite", full)
        with pytest.raises(Refusal, match="no room on our disk"):
            upload.write(50, DATA[50:])
    upload.close(False)
    assert session.sizes() == {"orders.edi": 50}
    session.put("orders.edi", DATA[50:], ON)
    assert world.files_received() == [DATA]


def test_what_the_archive_cannot_keep_is_not_acknowledged(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()
    session = world.session()

    def full(_source: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(world.gateway.house.store.archive, "put_file", full)
        with pytest.raises(Refusal, match="T423"):
            session.put("orders.edi", DATA)
        session.put("a.part", DATA)
        with pytest.raises(Refusal, match="T423"):
            session.rename("a.part", "b.edi")
    assert (world.files_received(), session.names()) == ([], ["a.part", "orders.edi"])
    session.put("orders.edi", b"", ON)
    session.rename("a.part", "b.edi")
    assert world.files_received() == [DATA, DATA]


def test_an_upload_that_cannot_be_opened_leaves_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make()
    session = world.session()
    session.tear("torn.edi", DATA[:50])

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(uploads_module.os, "open", broken)
        for name, opening in (("new.edi", FRESH), ("torn.edi", ON)):
            with pytest.raises(Refusal, match="T423"):
                session.box.upload(at(name), opening)
    assert session.sizes() == {"torn.edi": 50}
    session.put("torn.edi", DATA[50:], ON)
    assert world.files_received() == [DATA]
    assert session.box.room() == Room(5_000_000_000, 5_000_000_000, 10_000, 10_000)
