"""Looks into a folder on a server: what is taken, once, whole, and what is left behind there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from gateway.channels.remote.directory import Abilities
from gateway.pipeline.remote import pickup
from gateway.problems import Problem, problem
from gateway.store.remote import picked
from tests.remote.memory import ALWAYS, MemoryDir, MemoryServer
from tests.remote.site import SETTLED, Site

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"
Open = Callable[..., Site]


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    made.folder("/out")
    return made


@pytest.fixture
def opened(tmp_path: Path, server: MemoryServer) -> Iterator[Open]:
    sites: list[Site] = []

    def open_(receive: str = "{folder: /out, ready: {stable_for: 0s}}") -> Site:
        sites.append(Site(tmp_path, server.connect, receive))
        return sites[-1]

    yield open_
    for each in sites:
        each.close()


def test_a_file_becomes_ours_and_leaves_the_server(opened: Open, server: MemoryServer) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    looked = site.look()
    assert looked is not None
    assert (looked.taken, server.names("/out")) == (1, [])
    assert site.taken() == [("orders.edi", EDI)]
    (row,) = site.rows()
    assert (row.source, row.partner, row.lane) == (
        "acme-retail/main",
        "acme-retail",
        "in/acme-retail/main",
    )
    assert site.look() is not None
    assert len(site.rows()) == 1


def test_what_is_left_on_the_server_is_not_taken_twice(opened: Open, server: MemoryServer) -> None:
    for number in range(3):
        server.put(f"/out/{number}.edi", EDI + b" " * number)
    site = opened("{folder: /out, after: leave, ready: {stable_for: 0s}}")
    for _ in range(2):
        site.look()
    site.again()
    looked = site.look()
    assert looked is not None
    assert (looked.taken, looked.known) == (0, 3)
    assert len(site.taken()) == 3
    assert server.asked["read"] == 3
    assert server.names("/out") == ["0.edi", "1.edi", "2.edi"]


def test_what_is_moved_never_replaces_another_file(opened: Open, server: MemoryServer) -> None:
    server.put("/done/orders.edi", b"of yesterday")
    server.put("/out/orders.edi", EDI)
    site = opened("{folder: /out, after: move, move_to: /done, ready: {stable_for: 0s}}")
    site.look()
    assert server.data("/done/orders.edi") == b"of yesterday"
    assert server.data("/done/orders-2.edi") == EDI
    assert server.names("/out") == []


def test_a_folder_that_files_are_moved_to_is_made(opened: Open, server: MemoryServer) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened("{folder: /out, after: move, move_to: /out/done, ready: {stable_for: 0s}}")
    site.look()
    assert server.names("/out/done") == ["orders.edi"]
    assert len(site.rows()) == 1


def test_the_same_name_with_new_content_is_a_new_file(opened: Open, server: MemoryServer) -> None:
    site = opened()
    for number in range(3):
        server.now += 60
        server.put("/out/daily.edi", EDI + bytes([32] * number))
        site.look()
    assert [data for _, data in site.taken()] == [EDI, EDI + b" ", EDI + b"  "]


def test_new_content_of_the_same_size_and_second_is_a_new_file(
    opened: Open, server: MemoryServer
) -> None:
    site = opened()
    for data in (b"a;1\n", b"b;2\n"):
        server.put("/out/daily.csv", data)
        site.look()
    assert [data for _, data in site.taken()] == [b"a;1\n", b"b;2\n"]


def test_the_same_content_under_a_new_name_is_told_as_a_repeat(
    opened: Open, server: MemoryServer
) -> None:
    site = opened()
    server.put("/out/a.edi", EDI)
    site.look()
    server.put("/out/b.edi", EDI)
    site.look()
    first, second = site.rows()
    assert (first.replaces, second.replaces) == (None, first.id)


def test_a_file_that_cannot_be_deleted_is_not_fetched_twice(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    server.fail("remove", "*", "denied", times=ALWAYS)
    site = opened()
    site.look()
    assert site.problems() == ["T333"]
    for _ in range(3):
        site.look(later=5.0)
    assert (site.problems(), server.asked["read"], server.asked["remove"]) == ([], 1, 1)
    site.clock.forward(hours=1)
    site.look()
    assert server.asked["remove"] == 2
    server.heal()
    site.clock.forward(hours=1)
    site.look()
    assert (len(site.rows()), server.names("/out")) == (1, [])


def test_a_file_that_was_replaced_before_it_is_deleted_stays_and_is_taken(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    fresh = EDI + b"\n"

    def replace() -> None:
        server.now += 5
        server.put("/out/orders.edi", fresh)

    server.before("stat", "/out/orders.edi", lambda: None)  # after it was fetched
    server.before("stat", "/out/orders.edi", replace)  # before it is deleted
    site = opened()
    site.look()
    assert server.data("/out/orders.edi") == fresh
    site.look()
    assert [data for _, data in site.taken()] == [EDI, fresh]
    assert server.names("/out") == []


def test_a_file_replaced_between_listing_and_fetching_waits(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    fresh = EDI.replace(b"+1'", b"+2'")

    def replace() -> None:
        server.now += 5
        server.put("/out/orders.edi", fresh)

    server.before("read", "/out/orders.edi", replace)
    site = opened()
    looked = site.look()
    assert looked is not None
    assert (looked.taken, looked.waiting) == (0, 1)
    site.look()
    assert [data for _, data in site.taken()] == [fresh]


@pytest.mark.parametrize("pieces", [1, 7, 30])
def test_a_growing_file_is_taken_when_it_is_whole(
    opened: Open, server: MemoryServer, pieces: int
) -> None:
    """It grows before the listing, while it is fetched, and behind the fetching."""
    site = opened("{folder: /out, ready: {stable_for: 5s}}")
    server.piece = 16
    step = len(EDI) // pieces + 1
    for end in range(step, len(EDI) + step, step):
        server.now += 1
        server.put("/out/orders.edi", EDI[: end - 1])
        grown = EDI[:end]
        server.before(
            "block", "/out/orders.edi", lambda all_=grown: server.put("/out/orders.edi", all_)
        )
        site.look(later=6.0)
        site.look(later=6.0)
    server._hooks.clear()
    for _ in range(3):
        site.look(later=SETTLED / 3)
    assert [data for _, data in site.taken()] == [EDI]
    assert server.names("/out") == []


@pytest.mark.parametrize("told", [0, 7, len(EDI) - 1, len(EDI) + 1, 10 * len(EDI)])
def test_a_server_that_lies_about_the_size_gets_no_file_taken(
    opened: Open, server: MemoryServer, told: int
) -> None:
    server.put("/out/orders.edi", EDI)
    server.lies["/out/orders.edi"] = told
    site = opened("{folder: /out, ready: {stable_for: 0s, complete: false}}")
    for _ in range(2):
        site.look()
    assert (site.taken(), set(site.problems())) == ([], {"T331"})
    assert server.data("/out/orders.edi") == EDI
    server.heal()
    site.look(later=SETTLED)
    assert site.taken() == [("orders.edi", EDI)]


def test_an_incomplete_interchange_is_waited_for_and_then_refused_with_an_explanation(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI[:-9])
    site = opened()
    for _ in range(3):
        looked = site.look(later=600.0)
        assert looked is not None
        assert (looked.taken, looked.waiting) == (0, 1)
    site.look(later=SETTLED)
    (row,) = site.rows()
    history = site.gateway.message(row.id)
    assert history is not None
    assert [found.code for found in history.problems] == ["T336"]


@pytest.mark.parametrize("at", [0, 1, len(EDI) // 2, len(EDI) - 1, len(EDI)])
def test_a_connection_that_breaks_while_a_file_is_fetched_loses_and_doubles_nothing(
    opened: Open, server: MemoryServer, at: int
) -> None:
    server.put("/out/orders.edi", EDI)
    server.cut_reading = at
    site = opened("{folder: /out, ready: {stable_for: 0s, complete: false}}")
    for _ in range(3):
        site.look()
    assert site.taken() == [("orders.edi", EDI)]
    assert server.names("/out") == []


@pytest.mark.parametrize(
    "after", ["delete", "move, move_to: /done", "move, claim: /ours, move_to: /done"]
)
def test_whatever_fails_once_a_file_is_taken_once(
    opened: Open, server: MemoryServer, after: str
) -> None:
    site = opened(f"{{folder: /out, after: {after}, ready: {{stable_for: 0s}}}}")
    expected = []
    for operation in ("scan", "stat", "read", "remove", "rename"):
        for trouble in ("lost", "refused"):
            for done in (False, True):
                name = f"{operation}-{trouble}-{done}.edi"
                expected += [(f"{n}{name}", EDI + name.encode() + b" " * n) for n in range(2)]
                for new, data in expected[-2:]:
                    server.put(f"/out/{new}", data)
                server.fail(operation, "*", trouble, done=done)
                for _ in range(4):
                    site.look(later=SETTLED)
                    site.clock.forward(hours=7)
                server.heal()
                assert (server.names("/out"), server.names("/ours")) == ([], []), name
    assert sorted(site.taken()) == sorted(expected)


def test_a_claimed_file_is_found_again_after_a_crash(opened: Open, server: MemoryServer) -> None:
    server.put("/ours/orders.edi", EDI)  # what a look left that was killed behind the claim
    site = opened("{folder: /out, claim: /ours, ready: {stable_for: 60s}}")
    site.look()
    assert site.taken() == [("orders.edi", EDI)]
    assert server.names("/ours") == []


def test_of_many_files_the_oldest_come_first_and_the_rest_with_the_next_look(
    opened: Open, server: MemoryServer
) -> None:
    for number in range(25):
        server.put(f"/out/{number:02}.edi", EDI + b" " * number, changed=5000 - number)
    site = opened("{folder: /out, files: 10, ready: {stable_for: 0s}}")
    looked = site.look()
    assert looked is not None
    assert (looked.taken, looked.again) == (10, 0.0)
    assert {name for name, _ in site.taken()} == {f"{n:02}.edi" for n in range(15, 25)}
    site.look()
    site.look()
    assert len(site.taken()) == 25


def test_a_marker_vouches_for_one_file_and_goes_before_it(
    opened: Open, server: MemoryServer
) -> None:
    site = opened('{folder: /out, ready: {marker: "{name}.ok"}}')
    server.put("/out/orders.edi", EDI)
    site.look()
    assert site.taken() == []
    server.put("/out/orders.edi.ok", b"")
    site.look()
    assert site.taken() == [("orders.edi", EDI)]
    assert server.names("/out") == []
    removed = [path for operation, path in server.log if operation == "remove"]
    assert removed == ["/out/orders.edi.ok", "/out/orders.edi"]


def test_a_server_without_times_has_its_files_compared_before_one_is_removed(
    opened: Open, server: MemoryServer
) -> None:
    server.times = False
    server.put("/out/daily.csv", b"a;1\n")
    server.fail("remove", "*", "lost")
    site = opened()
    site.look()
    server.put("/out/daily.csv", b"b;2\n")  # as large as the one that is ours
    site.look()
    site.look()
    assert [data for _, data in site.taken()] == [b"a;1\n", b"b;2\n"]
    assert server.names("/out") == []


def test_names_that_are_no_text_are_taken_and_removed(opened: Open, server: MemoryServer) -> None:
    name = b"bestellung-\xfc\n%%.edi".decode("utf-8", "surrogateescape")
    server.put(f"/out/{name}", EDI)
    server.fail("remove", "*", "lost")  # so that the name is read back from the database
    site = opened()
    site.look()
    site.again()
    site.look()
    assert len(site.rows()) == 1
    assert server.names("/out") == []


def test_a_look_by_another_process_waits_for_the_lane(opened: Open, server: MemoryServer) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    lease = site.core.hold("poll/acme-retail/main")
    assert lease is not None
    site.look()
    assert (site.taken(), server.asked["connect"]) == ([], 0)
    site.core.let_go(lease)
    site.look()
    assert len(site.taken()) == 1


def test_one_connection_carries_many_files_at_the_same_time(
    opened: Open, server: MemoryServer
) -> None:
    server.delay = 0.001
    for number in range(100):
        server.put(f"/out/{number}.edi", EDI + b" " * number)
    site = opened()
    looked = site.look()
    assert looked is not None
    assert (looked.taken, server.asked["connect"]) == (100, 1)
    assert server.busiest == server.abilities.transfers


def test_no_room_on_our_disk_takes_nothing_off_the_server(
    opened: Open, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()

    def full(_source: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site.gateway.house.store.archive, "put_file", full)
    assert site.look() is None
    assert site.problems() == ["T340"]
    monkeypatch.undo()
    site.look()
    assert site.taken() == [("orders.edi", EDI)]


def test_a_file_that_is_too_large_stays_and_is_told(opened: Open, server: MemoryServer) -> None:
    server.put("/out/huge.edi", EDI)
    server.lies["/out/huge.edi"] = 2_000_000_000
    site = opened()
    site.look()
    assert (site.taken(), site.problems(), server.asked["read"]) == ([], ["T335"], 0)


def test_a_file_without_a_size_stays_and_is_told(opened: Open, server: MemoryServer) -> None:
    server.put("/out/orders.edi", EDI)
    server.sizes = False
    site = opened()
    site.look()
    assert (site.taken(), site.problems()) == ([], ["T338"])


def test_of_a_folder_without_end_the_first_entries_are_looked_at(
    opened: Open, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "MOST_ENTRIES", 20)
    monkeypatch.setattr(pickup, "PIECE", 10)
    server.page = 10
    for number in range(30):
        server.put(f"/out/{number}.edi", EDI + b" " * number)
    site = opened("{folder: /out, after: leave, ready: {stable_for: 0s}}")
    looked = site.look()
    assert looked is not None
    assert (looked.entries, looked.taken, site.problems()) == (20, 20, ["T337"])


def test_a_full_folder_of_old_files_keeps_a_file_where_it_is(
    opened: Open, server: MemoryServer
) -> None:
    """Every name that it could be moved to is taken, and rename would replace: nothing is."""
    server.abilities = Abilities(safe_rename=False)
    server.put("/out/orders.edi", EDI)
    for number in range(1, 21):
        server.put(f"/done/orders{f'-{number}' if number > 1 else ''}.edi", b"old")
    site = opened("{folder: /out, after: move, move_to: /done, ready: {stable_for: 0s}}")
    site.look()
    (found,) = site.gateway.house.tally.taken().problems
    assert (found.code, "is on the server already" in found.sentence) == ("T333", True)
    assert (server.names("/out"), len(site.rows())) == (["orders.edi"], 1)
    assert server.asked["rename"] == 0


def test_when_files_are_to_stay_from_now_on_what_could_not_be_removed_is_let_be(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    server.fail("remove", "*", "denied", times=ALWAYS)
    site = opened()
    site.look()
    site.close()
    site = opened("{folder: /out, after: leave, ready: {stable_for: 0s}}")
    site.clock.forward(hours=1)
    looked = site.look()
    assert looked is not None
    assert (looked.known, server.asked["remove"], len(site.rows())) == (1, 1, 1)
    with site.gateway.house.store.read() as connection:
        assert picked.stuck(connection) == []


class LastingDir(MemoryDir):
    """A mailbox: names last, what was taken is marked, something else is left alone."""

    marked: ClassVar[list[str]] = []

    async def mark(self, path: str) -> None:
        await self._ask("mark", path)
        self.marked.append(path)

    def left(self) -> Mapping[str, Problem]:
        return {"a mail without attachment": problem("T339", name="a mail")}


@pytest.mark.parametrize("after", ["leave", "delete"])
def test_where_names_last_nothing_is_fetched_again_but_done_again(
    opened: Open, server: MemoryServer, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    monkeypatch.setattr(LastingDir, "marked", [])
    server.abilities = Abilities(lasting=True)
    server.times = False
    server.put("/out/1.a.edi", EDI)
    site = opened(f"{{folder: /out, after: {after}, ready: {{stable_for: 0s}}}}")
    site.connect = lambda: LastingDir(server)
    for _ in range(3):
        looked = site.look()
        server.put("/out/1.a.edi", EDI)  # it is still told, as long as the mail is there
    assert looked is not None
    assert (len(site.rows()), server.asked["read"], looked.left) == (1, 1, 1)
    assert len(LastingDir.marked) == (3 if after == "leave" else 0)
    assert server.asked["remove"] == (3 if after == "delete" else 0)
