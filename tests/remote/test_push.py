"""Files for partners get onto their servers: whole, once, tried again when something fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.directory import Abilities
from tests.remote.memory import ALWAYS, MemoryDir
from tests.remote.shop import Shop, settings

Open = Callable[..., Shop]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    made: list[Shop] = []

    def open_(more: str = "", **options: bool) -> Shop:
        made.append(Shop.open(tmp_path, monkeypatch, more, **options))
        return made[-1]

    yield open_
    for each in made:
        each.world.gateway.close()


@pytest.fixture
def shop(opened: Open) -> Shop:
    return opened()


def test_files_appear_on_the_server_and_count_as_delivered(shop: Shop) -> None:
    shop.invoices(3)
    assert shop.visible() == [f"INVOIC_00000000{n}.edi" for n in (1, 2, 3)]
    assert shop.hidden() == []
    assert shop.states() == [("done", "delivered")] * 3
    history = shop.world.gateway.message(shop.deliveries()[0].message or 0)
    assert history is not None
    text = "INVOIC_000000001.edi put into /in of sftp.acme-retail.example:22"
    assert text in [event.text for event in history.events]
    assert shop.codes() == []


def test_one_connection_and_few_requests_carry_a_batch(shop: Shop) -> None:
    shop.server.abilities = Abilities(transfers=8)
    shop.server.delay = 0.001
    shop.give(20)
    shop.run()
    asked = shop.server.asked
    assert (asked["connect"], len(shop.visible())) == (1, 20)
    assert (asked["write"], asked["stat"], asked["rename"]) == (20, 20, 20)
    assert 1 < shop.server.busiest <= 8


def test_a_server_that_is_away_is_tried_again(shop: Shop) -> None:
    shop.server.refuses = "reach"
    shop.invoices(2)
    assert shop.states() == [("pending", "retrying")] * 2
    assert shop.codes() == ["T104"] * 2  # what the connection said
    shop.server.heal()
    _rested(shop)
    shop.later()
    assert shop.states() == [("done", "delivered")] * 2


def _rested(shop: Shop) -> None:
    """The pause after a failure is over."""
    from gateway.pipeline.remote.servers import servers_for  # noqa: PLC0415

    servers_for(shop.house.workspace).try_at_once("acme-retail", "main")


def test_one_that_fails_does_not_keep_the_others_back(shop: Shop) -> None:
    shop.give(3)
    shop.server.fail("write", "*", "denied")
    shop.run()
    assert sorted(state for state, _ in shop.states()) == ["done", "done", "pending"]
    shop.later()
    assert [state for state, _ in shop.states()] == ["done"] * 3


@pytest.mark.parametrize("operation", ["write", "stat", "rename"])
@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("fetched", [True, False], ids=["taken", "left"])
def test_a_connection_that_breaks_loses_and_doubles_nothing(
    shop: Shop, operation: str, done: bool, fetched: bool
) -> None:
    shop.server.fail(operation, "*", "lost", done=done)
    shop.invoices(3)
    if fetched:
        shop.fetch()
    shop.later()
    shop.fetch()
    assert shop.states() == [("done", "delivered")] * 3
    assert [len(each) for each in shop.taken.values()] == [1, 1, 1]
    assert shop.hidden() == []
    inferred = shop.codes().count("T353")
    assert inferred == (operation == "rename" and done and fetched)


@pytest.mark.parametrize("cut", range(0, 900, 180))
def test_a_cut_at_any_byte_loses_and_doubles_nothing(shop: Shop, cut: int) -> None:
    shop.server.cut_writing = cut
    shop.invoices(3)
    shop.fetch()
    shop.later()
    shop.fetch()
    assert [len(each) for each in shop.taken.values()] == [1, 1, 1]
    assert all(data.endswith(b"'") for (data,) in shop.taken.values())
    assert shop.hidden() == []


def test_a_name_that_another_file_has_is_not_taken_from_it(shop: Shop) -> None:
    for name in ("INVOIC_000000001.edi", "INVOIC_000000001-2.edi"):
        shop.server.put(f"/in/{name}", b"not ours")
    shop.invoices()
    assert shop.visible()[-1] == "INVOIC_000000001.edi"
    assert shop.server.data("/in/INVOIC_000000001.edi") == b"not ours"
    assert shop.server.data("/in/INVOIC_000000001-3.edi") not in (b"not ours", None)
    assert (shop.states(), shop.codes()) == ([("done", "delivered")], ["T106", "T106"])
    assert shop.deliveries()[0].name == "INVOIC_000000001-3.edi"
    assert shop.server.asked["write"] == 1


def test_a_folder_full_of_such_names_ends_somewhere(shop: Shop) -> None:
    for number in range(1, 200):
        suffix = "" if number == 1 else f"-{number}"
        shop.server.put(f"/in/INVOIC_000000001{suffix}.edi", b"not ours")
    shop.invoices()
    assert shop.states() == [("done", "delivered")]
    assert len(shop.visible()) == 200
    assert shop.server.asked["rename"] < 12


def test_a_server_that_says_so_of_every_name_is_no_endless_loop(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = MemoryDir.rename

    async def rename(there: MemoryDir, source: str, target: str, *, replace: bool = False) -> None:
        there.server.put(target, b"not ours")
        await renamed(there, source, target, replace=replace)

    monkeypatch.setattr(MemoryDir, "rename", rename)
    shop.invoices()
    assert shop.states() == [("pending", "retrying")]
    assert shop.codes()[-1] == "T351"


def test_a_server_that_does_not_rename_is_told_and_tried_again(shop: Shop) -> None:
    shop.server.fail("rename", "*", "refused", times=ALWAYS)
    shop.invoices()
    for _ in range(3):
        shop.later()
    assert shop.states() == [("dead", "dead")]
    assert set(shop.codes()) == {"T351", "P192"}
    assert len(shop.hidden()) == 1


def test_a_server_that_takes_everything_is_not_sent_it_again(shop: Shop) -> None:
    shop.server.before("rename", "*", shop.server.files.clear)
    shop.invoices()
    assert shop.states() == [("dead", "dead")]
    assert "T352" in shop.codes()
    shop.later()
    assert shop.visible() == []


def test_a_replay_after_that_sends_it_anew(shop: Shop) -> None:
    test_a_server_that_takes_everything_is_not_sent_it_again(shop)
    shop.world.gateway.replay(shop.deliveries()[0].message or 0, "the partner has not got it")
    shop.run()
    assert (len(shop.visible()), shop.states()) == (1, [("done", "delivered")])


def test_a_file_that_may_have_arrived_is_looked_for_by_a_replay(shop: Shop) -> None:
    shop.server.fail("rename", "*", "lost", done=True)
    shop.invoices()
    shop.server.refuses = "reach"
    for _ in range(3):
        shop.later()
    assert shop.states() == [("dead", "dead")]
    shop.server.heal()
    _rested(shop)
    shop.world.gateway.replay(shop.deliveries()[0].message or 0, "the server is back")
    shop.run()
    assert (len(shop.visible()), shop.states()) == (1, [("done", "delivered")])
    assert shop.server.asked["write"] == 1


def test_a_file_that_is_not_whole_any_more_is_written_anew(shop: Shop) -> None:
    shop.server.fail("rename", "*", "lost", unknown=True)
    shop.invoices()
    (hidden,) = shop.hidden()
    shop.server.put(f"/in/{hidden}", b"UNA")
    shop.later()
    shop.fetch()
    assert shop.states() == [("done", "delivered")]
    assert [data[-1:] for (data,) in shop.taken.values()] == [b"'"]
    assert shop.hidden() == []


def test_other_settings_meanwhile_are_no_reason_to_guess(shop: Shop) -> None:
    shop.server.fail("rename", "*", "lost", done=True)
    shop.invoices()
    shop.server.folder("/elsewhere")
    shop.world.reload(settings(folder="/elsewhere"))
    shop.later()
    assert (shop.visible("/elsewhere"), shop.states()) == ([], [("dead", "dead")])
    assert "T354" in shop.codes()


def test_a_file_that_surely_did_not_arrive_goes_where_the_settings_say_now(shop: Shop) -> None:
    shop.server.fail("write", "*", "denied")
    shop.invoices()
    shop.server.folder("/elsewhere")
    shop.world.reload(settings(folder="/elsewhere"))
    shop.later()
    assert (len(shop.visible("/elsewhere")), shop.states()) == (1, [("done", "delivered")])


def test_a_channel_that_is_gone_is_told(shop: Shop) -> None:
    shop.server.fail("write", "*", "denied")
    shop.invoices()
    shop.world.reload({})
    shop.later()
    assert shop.states() == [("pending", "retrying")]
    assert "T357" in shop.codes()


def test_bytes_that_are_gone_are_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.store import contents  # noqa: PLC0415

    monkeypatch.setattr(contents, "sizes", lambda _connection, _shas: {})
    shop.invoices()
    assert (shop.states(), shop.codes()) == ([("pending", "retrying")], ["T358"])


def test_large_files_go_out_in_pieces(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.pipeline.remote import payloads  # noqa: PLC0415

    monkeypatch.setattr(payloads, "SMALL", 10)
    monkeypatch.setattr(payloads, "PIECE", 50)
    shop.invoices()
    shop.fetch()
    assert [data[-1:] for (data,) in shop.taken.values()] == [b"'"]


def test_in_order_the_first_one_holds_the_others(opened: Open) -> None:
    shop = opened(in_order=True)
    shop.server.fail("write", "*", "denied")
    shop.invoices(3)
    assert [state for state, _ in shop.states()] == ["pending"] * 3
    assert shop.server.asked["write"] == 1
    shop.later()
    assert [state for state, _ in shop.states()] == ["done"] * 3
    names = [path for what, path in shop.server.log if what == "rename"]
    assert [name.partition("_")[2][:9] for name in names] == [f"00000000{n}" for n in (1, 2, 3)]


def test_markers_are_put_beside_files(opened: Open) -> None:
    shop = opened(", done: '{name}.done'")
    shop.invoices(2)
    assert [name for name in shop.visible() if name.endswith(".done")] == [
        f"INVOIC_00000000{n}.edi.done" for n in (1, 2)
    ]


def test_a_file_without_marker_is_not_put_there_again(opened: Open) -> None:
    shop = opened(", done: '{name}.done'")
    shop.server.fail("write", "/in/INVOIC_000000001.edi.done", "denied")
    shop.invoices()
    assert shop.codes() == ["T356"]
    shop.later()
    assert shop.visible() == ["INVOIC_000000001.edi", "INVOIC_000000001.edi.done"]
    assert shop.server.asked["rename"] == 1


def test_a_server_that_does_not_rename_gets_files_under_their_names(opened: Open) -> None:
    shop = opened(", temporary: none")
    shop.server.put("/in/INVOIC_000000002.edi", b"not ours")
    shop.invoices(3)
    assert (shop.server.asked["rename"], shop.hidden()) == (0, [])
    assert shop.states() == [("done", "delivered")] * 3
    assert "INVOIC_000000002-2.edi" in shop.visible()
    assert shop.server.data("/in/INVOIC_000000002.edi") == b"not ours"


@pytest.mark.parametrize("cut", range(0, 400, 130))
def test_a_cut_there_leaves_what_is_ours_to_be_finished(opened: Open, cut: int) -> None:
    shop = opened(", temporary: none")
    shop.server.cut_writing = cut
    shop.invoices()
    shop.later()
    shop.fetch()
    assert (shop.states(), list(map(len, shop.taken.values()))) == ([("done", "delivered")], [1])
    assert all(data.endswith(b"'") for (data,) in shop.taken.values())


def test_a_file_that_is_gone_there_is_left_to_a_person(opened: Open) -> None:
    shop = opened(", temporary: none")
    shop.server.fail("write", "*", "lost", done=True)
    shop.invoices()
    shop.fetch()
    shop.later()
    assert (shop.states(), len(shop.taken)) == ([("dead", "dead")], 1)
    assert "T355" in shop.codes()


def test_a_bug_of_ours_does_not_stop_the_lane(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.channels.remote import put  # noqa: PLC0415

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(put, "write", broken)
    shop.invoices()
    assert (shop.states(), shop.codes()) == ([("pending", "retrying")], ["T107"])
