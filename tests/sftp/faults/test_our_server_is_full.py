"""No room for what a partner puts: he is told, nothing half is taken, and later it comes once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

import pytest

from tests.mailbox.conftest import make
from tests.mailbox.wire import Sftp, served
from tests.mailbox.world import MailboxWorld
from tests.pipeline.world import orders
from tests.sftp.sshd import require_openssh

__all__ = ["make"]
Make = Callable[..., MailboxWorld]
DATA = orders("4711", ["PO1"], extra="\r\n" * 40_000)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def after_some(room: int) -> Callable[[int, bytes, int], int]:
    """Writes until so many bytes are there."""
    real = os.pwrite

    def write(handle: int, data: bytes, offset: int) -> int:
        if offset + len(data) > room:
            full()
        return real(handle, data, offset)

    return write


@pytest.mark.parametrize("where", ["first byte", "middle", "archive", "database"])
def test_no_room(make: Make, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    require_openssh()
    world = make()
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / "orders.edi").write_bytes(DATA)
        with monkeypatch.context() as patch:
            if where in ("first byte", "middle"):
                room = 0 if where == "first byte" else 50_000
                patch.setattr("gateway.pipeline.mailbox.uploads.os.pwrite", after_some(room))
            elif where == "archive":
                patch.setattr(world.gateway.house.store.archive, "put_file", full)
            else:
                patch.setattr("gateway.pipeline.mailbox.taking.messages.add", full)
            code, said = sftp("put orders.edi in/orders.edi")
            assert code != 0, said
            assert world.files_received() == []
        code, said = sftp("put orders.edi in/orders.edi")
        assert code == 0, said
        assert world.files_received() == [DATA]
    world.restart()
    assert world.left() == []


def test_more_than_the_quota(make: Make) -> None:
    require_openssh()
    world = make("quota: 60 kB")
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / "large.edi").write_bytes(DATA)
        (sftp.folder / "small.edi").write_bytes(DATA[:80] + DATA[-300:])
        code, said = sftp("put large.edi in/large.edi")
        assert (code != 0, world.files_received()) == (True, []), said
        code, said = sftp("put small.edi in/small.edi")
        assert code == 0, said
    assert world.files_received() == [DATA[:80] + DATA[-300:]]
