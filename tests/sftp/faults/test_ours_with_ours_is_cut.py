"""Our client at the server of another gateway of ours: cut anywhere, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.mailbox.conftest import make
from tests.mailbox.wire import served
from tests.mailbox.world import MailboxWorld
from tests.pipeline.world import invoices
from tests.remote.proxy import Proxy, proxy
from tests.sftp.faults.watching import EVERY, Cut, chosen, watched
from tests.sftp.faults.world import AT_ONCE, Partner, SftpWorld, check

__all__ = ["make"]
Make = Callable[..., MailboxWorld]


@dataclass
class Guest(SftpWorld):
    """The one who comes; ``host``: the one whose mailbox it is."""

    host: MailboxWorld = field(kw_only=True)

    def arrived(self) -> list[bytes]:
        return self.host.files_received()

    def waits(self, number: int) -> None:
        """An invoice lies in ``out/`` of the host."""
        self.host.erp(f"{number}.csv", invoices([f"I{number}-{each}" for each in range(20)]))
        self.host.run()
        row = self.host.rows(kind="interchange", document="invoice")[-1]
        self.given.append(self.host.gateway.payload(row) or b"")


CLASSES = {
    "the file": ("read", "down", 2_000),
    "the answer to deleting": ("remove", "down", 1),
    "the answer to closing": ("write", "down", 150),
    "the answer to renaming": ("rename", "down", 1),
}


def exchanged(guest: Guest, between: Proxy, cut: Cut, number: int) -> None:
    """A file each way, over a line that is cut and then holds."""
    guest.hang_up()
    with watched(cut):
        guest.waits(number)
        guest.invoice(20)
        guest.run()
        between.cut_up = between.cut_down = None
        guest.settle()


def wrong(guest: Guest) -> list[str]:
    """Files that count as delivered at the one side and not at the other."""
    return [each.name for each in guest.host.offered() if each.state != "done"]


def opened(root: Path, between: Proxy, host: MailboxWorld) -> Guest:
    (root / "nowhere").mkdir(parents=True)
    partner = Partner(between.port, "acme", root / "nowhere", receive=AT_ONCE)
    return Guest(root / "guest", partner=partner, host=host)


@pytest.mark.parametrize("all_of_them", EVERY)
def test_in_each_class(tmp_path: Path, make: Make, all_of_them: bool) -> None:
    host = make()
    with served(host) as port, proxy(port) as between:
        guest = opened(tmp_path / "there", between, host)
        for number, (where, how) in enumerate(chosen(CLASSES, all_of_them=all_of_them), 1):
            cut = Cut(between, *how)
            exchanged(guest, between, cut, number)
            assert cut.done, f"{where}: it was not cut"
            check(guest, where)
            assert wrong(guest) == [], where
        guest.gateway.close()


def test_between_closing_and_accepting(tmp_path: Path, make: Make) -> None:
    """The giver sees it read and closed; the answer with which we accept it does not come."""
    host = make()
    with served(host) as port, proxy(port) as between:
        guest = opened(tmp_path / "there", between, host)
        try:
            for number, after in enumerate((1, 60, 120, 180), 1):
                exchanged(guest, between, Cut(between, "stat", "down", after), number)
                check(guest, after)
        finally:
            guest.gateway.close()


@pytest.mark.soak
@pytest.mark.parametrize("way", ["up", "down"])
def test_anywhere(tmp_path: Path, make: Make, way: str) -> None:
    """Every 101 bytes of a session that goes both ways."""
    host = make()
    with served(host) as port, proxy(port) as between:
        guest = opened(tmp_path / "there", between, host)
        exchanged(guest, between, Cut(between, "connect", way, 10**9), 1)
        for number, position in enumerate(range(1, getattr(between, way), 101), 2):
            exchanged(guest, between, Cut(between, "connect", way, position), number)
            check(guest, position)
            assert wrong(guest) == [], position
        guest.gateway.close()
