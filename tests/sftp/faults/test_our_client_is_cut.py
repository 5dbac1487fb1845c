"""The line to a partner's server is cut anywhere: files come and go once, whole, all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from tests.pipeline.world import orders
from tests.remote.proxy import Proxy, proxy
from tests.sftp.faults.watching import EVERY, Cut, chosen, watched
from tests.sftp.faults.world import AT_ONCE, Partner, SftpWorld, check
from tests.sftp.sshd import Sshd, sshd

PADDING = "\r\n" * 45_000
"""What makes an interchange longer than some blocks."""
AFTER = {
    "delete": AT_ONCE,
    "move": f"after: move, move_to: PLACE/done, {AT_ONCE}",
    "leave": f"after: leave, {AT_ONCE}",
    "claim": f"claim: PLACE/ours, {AT_ONCE}",
}
SEND = {
    "temporary name": "",
    "under its name": ", temporary: none",
    "done marker": ", done: '{name}.done'",
    "resumed": ", resume_above: 1 B",
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("files")) as running:
        yield running


@contextmanager
def opened(
    root: Path,
    there: Sshd,
    place: str,
    after: str = "delete",
    send: str = "",
    timeout: str = "20s",
) -> Iterator[tuple[SftpWorld, Proxy]]:
    """A gateway at work, and the line to its partner."""
    receive = AFTER[after].replace("PLACE", place)
    for name in ("done", "ours"):
        (there.folder / place / name).mkdir(parents=True, exist_ok=True)
    with proxy(there.port) as between:
        partner = Partner(between.port, there.user, there.folder, place=place, timeout=timeout)
        partner.receive, partner.send = receive, send
        world = SftpWorld(root, partner=partner)
        try:
            yield world, between
        finally:
            world.gateway.close()


def large(world: SftpWorld) -> bytes:
    """An order of 90 kB."""
    world.count += 1
    return orders(f"R{world.count}", [f"PO{world.count}"], extra=PADDING)


def left_over(world: SftpWorld, after: str) -> None:
    """What lies on the server is what the channel says."""
    lie = sorted(path.name for path in world.server("out").iterdir())
    moved = sorted(path.name for path in world.server("done").iterdir())
    ours = list(world.server("ours").iterdir())
    counts = (len(lie), len(moved), len(ours))
    expected = {"move": (0, len(world.given), 0), "leave": (len(world.given), 0, 0)}
    assert counts == expected.get(after, (0, 0, 0))


def through(world: SftpWorld, between: Proxy) -> None:
    """The run that is cut, and those that follow on a line that holds."""
    world.run()
    between.cut_up = between.cut_down = None
    world.settle()


# operation, way, bytes behind its beginning
PICKING_UP = {
    "in the handshake": ("connect", "down", 700),
    "before the handshake": ("connect", "up", 1),
    "the listing": ("scan", "down", 60),
    "while logging in": ("connect", "up", 1_900),
    "a block in the middle": ("read", "down", 50_000),
    "asking for the listing": ("scan", "up", 20),
    "the last bytes": ("read", "down", 90_200),
    "opening": ("read", "up", 20),
    "looking again": ("stat", "down", 1),
    "the first block": ("read", "down", 5_000),
    "the answer to deleting": ("remove", "down", 1),
    "deleting": ("remove", "up", 1),
}
MOVING = {"the answer to moving": ("rename", "down", 1), "moving": ("rename", "up", 1)}
LEAVING = {"the last bytes": ("read", "down", 90_200), "looking again": ("stat", "down", 1)}
SENDING = {
    "opening": ("write", "up", 20),
    "the answer to opening": ("write", "down", 1),
    "the last block": ("write", "up", 3_000),
    "the first block": ("write", "up", 1_500),
    "the answer to closing": ("write", "down", 250),
    "looking at the size": ("stat", "up", 1),
    "the answer to renaming": ("rename", "down", 1),
    "renaming": ("rename", "up", 1),
}


@pytest.mark.parametrize("all_of_them", EVERY)
@pytest.mark.parametrize("after", AFTER)
def test_picking_up_is_cut(tmp_path: Path, there: Sshd, after: str, all_of_them: bool) -> None:
    classes = MOVING if after in ("move", "claim") else PICKING_UP if after == "delete" else LEAVING
    with opened(tmp_path, there, f"up-{after}-{all_of_them}", after) as (world, between):
        for where, how in chosen(classes, all_of_them=all_of_them):
            world.hang_up()
            cut = Cut(between, *how)
            with watched(cut):
                world.gives(f"{where}.edi", large(world))
                through(world, between)
            assert cut.done, f"{where}: it was not cut"
            check(world, where)
        left_over(world, after)


EACH_DAY = {("temporary name", True, False), ("under its name", False, False)}


@pytest.mark.parametrize(
    ("send", "fetched", "all_of_them"),
    [
        pytest.param(*each, marks=() if each in EACH_DAY else pytest.mark.soak)
        for each in product(SEND, (True, False), (True, False))
        if each[:2] != ("under its name", True)  # who takes files being written takes parts of them
    ],
)
def test_sending_is_cut(
    tmp_path: Path, there: Sshd, send: str, fetched: bool, all_of_them: bool
) -> None:
    place = f"{send}-{fetched}-{all_of_them}".replace(" ", "-")
    classes = chosen(SENDING, all_of_them=all_of_them)
    with opened(tmp_path, there, place, send=SEND[send]) as (world, between):
        for where, how in classes:
            if send == "under its name" and how[0] == "rename":
                continue
            world.hang_up()
            cut = Cut(between, *how)
            with watched(cut):
                world.invoice(20)
                world.run()
                if fetched:
                    world.fetches()
                between.cut_up = between.cut_down = None
                world.settle()
            assert cut.done, f"{where}: it was not cut"
            check(world, where)
        assert world.hidden() == []
        if send == "done marker":
            names = [name for name, _ in world.fetched]
            names += [path.name for path in world.server("in").iterdir()]
            assert len([name for name in names if name.endswith(".done")]) == len(classes)


STALLS = {
    "in the handshake": ("connect", "down", 700),
    "the first block": ("read", "down", 5_000),
    "writing": ("write", "up", 1_500),
    "the answer to renaming": ("rename", "down", 1),
}


def test_a_server_falls_silent(tmp_path: Path, there: Sshd) -> None:
    with opened(tmp_path, there, "silent", timeout="400ms") as (world, between):
        between.stalls = True
        for where, how in STALLS.items():
            world.hang_up()
            cut = Cut(between, *how)
            with watched(cut):
                world.gives("orders.edi", large(world))
                world.invoice(20)
                through(world, between)
            assert cut.done, where
            check(world, where)
        left_over(world, "delete")
        assert world.hidden() == []


def positions(total: int, step: int) -> list[int]:
    """From the first byte to the last one."""
    return [*range(1, total, step), total - 1, total]


@pytest.mark.soak
@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("after", AFTER)
def test_everything_is_cut_anywhere(tmp_path: Path, there: Sshd, after: str, way: str) -> None:
    """Both ways in one session, every 151 bytes of it."""
    with opened(tmp_path, there, f"sweep-{after}-{way}", after) as (world, between):
        world.gives("first.edi")
        world.invoice(20)
        world.run()
        check(world, "not cut")
        for number, position in enumerate(positions(getattr(between, way), 151)):
            world.hang_up()
            with watched(Cut(between, "connect", way, position)):
                world.gives(f"{number}.edi")
                world.invoice(20)
                world.run()
                if number % 2:
                    world.fetches()
                between.cut_up = between.cut_down = None
                world.settle()
            check(world, position)
        left_over(world, after)
        assert world.hidden() == []
