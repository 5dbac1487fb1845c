"""Running again, as now and as then, one and many; what is refused; what is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from gateway.config.snapshot import collect
from gateway.pipeline.replay import (
    NothingToReplayError,
    Replayed,
    choose,
    replay,
    replay_one,
    rules_of,
)
from gateway.pipeline.replay.choose import chosen, text_of
from gateway.problems import Problem
from gateway.store import Filter, audit, snapshots
from gateway.store.tables import content, message, snapshot
from tests.pipeline.shop import ORDERS, ROOT, WITHOUT_NOTE, Shop
from tests.pipeline.world import contrl

NOTE = "Please deliver to gate 4: ring the bell"
GOOD, BAD = "PO-26-10417", "PO-26-10418"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "shop")
    yield made
    made.gateway.close()


@pytest.fixture
def processed(shop: Shop) -> Shop:
    """One order with the ERP, one refused."""
    shop.acme()
    shop.run()
    return shop


def again(shop: Shop, which: list[int] | Filter, **how: bool) -> Replayed:
    return replay(shop.gateway.house, which, "the ERP lost it", who="ann", **how)  # type: ignore[arg-type]


def codes(found: list[tuple[int, Problem]]) -> list[tuple[int, str]]:
    return [(id_, each.code) for id_, each in found]


def corrected(*units: str) -> bytes:
    """The orders with their mistake corrected, and units that nobody knows."""
    data = ORDERS.read_bytes().replace(b"QTY+21:1O:PCE", b"QTY+21:10:PCE")
    for unit in units:
        data = data.replace(b"QTY+21:10:PCE", f"QTY+21:10:{unit}".encode(), 1)
    return data


# ---- as now, as then


def test_as_then_gives_the_old_result_and_as_now_the_new(processed: Shop) -> None:
    row = processed.row(kind="message", state="acknowledged")
    before = processed.orders()
    processed.change(WITHOUT_NOTE)
    assert processed.workspace.hash != row.config
    again(processed, [row.id], force=True)
    processed.run()
    again(processed, [row.id], force=True, as_then=True)
    processed.run()
    (first,) = before
    then, now = sorted(set(processed.orders()) - {first}, reverse=True)
    texts = processed.orders()
    assert texts[then] == texts[first]
    assert NOTE in texts[then]
    assert NOTE not in texts[now]
    files = processed.rows(kind="file")[1:]
    assert [each.config for each in files] == [processed.workspace.hash, row.config]
    assert [each.state for each in files] == ["split", "split"]
    results = [each for each in processed.rows(kind="message") if each.replay_of == row.id]
    assert [each.config for each in results] == [processed.workspace.hash, row.config]


def test_what_is_sent_as_then_has_the_old_content_and_the_folder_of_now(shop: Shop) -> None:
    shop.erp()
    shop.run()
    row = next(each for each in shop.rows(kind="document") if each.partner == "acme-retail")
    acme = (ROOT / "partners/acme-retail/partner.yaml").read_text(encoding="utf-8")
    moved = acme.replace("var/partners/acme-retail/out", "elsewhere")
    invoic = (ROOT / "mappings/edifact/invoic.map").read_text(encoding="utf-8")
    assert "DTM+137" in invoic
    shop.change(
        {
            "partners/acme-retail/partner.yaml": moved,
            "mappings/edifact/invoic.map": invoic.replace("DTM+137", "DTM+3"),
        }
    )
    again(shop, [row.id], force=True)
    again(shop, [row.id], force=True, as_then=True)
    shop.run()
    texts = [path.read_text("latin-1") for path in sorted((shop.root / "elsewhere").iterdir())]
    assert ["DTM+3:" in text for text in texts] == [True, False]
    assert ["DTM+137:" in text for text in texts] == [False, True]
    assert ["+000000002'" in texts[0], "+000000003'" in texts[1]] == [True, True]


def test_a_held_file_goes_on_as_then_in_its_own_row(processed: Shop) -> None:
    row = processed.row(kind="file")
    processed.change(WITHOUT_NOTE)
    new = again(processed, [row.id], force=True, as_then=True).rows[0][1]
    with processed.gateway.house.store.write() as connection:
        held = {"state": "held", "due": None, "crashes": 5, "attempts": 3}
        connection.execute(update(message).where(message.c.id == new).values(**held))
    assert again(processed, [new], as_then=True).rows == [(new, new)]
    found = processed.history(new).message
    assert (found.resume, found.config, found.crashes, found.attempts) == (
        "then",
        row.config,
        0,
        0,
    )
    processed.run()
    assert sum(NOTE in text for text in processed.orders().values()) == 2


def test_as_then_survives_that_a_try_is_put_off(processed: Shop) -> None:
    row = processed.row(kind="file")
    processed.change(WITHOUT_NOTE)
    ((_, new),) = again(processed, [row.id], force=True, as_then=True).rows
    archive = processed.root / "var/archive"
    hidden = archive / str(row.payload)[:2] / str(row.payload)
    intact, processed.gateway.house.store.archive.intact = (  # type: ignore[method-assign]
        processed.gateway.house.store.archive.intact,
        lambda _sha: (_ for _ in ()).throw(OSError("share is away")),
    )
    processed.run()
    assert processed.history(new).message.state == "retrying"
    processed.gateway.house.store.archive.intact = intact  # type: ignore[method-assign]
    assert hidden.exists()
    assert again(processed, [new]).rows == [(new, new)]  # at once, not when its time has come
    processed.run()
    assert processed.history(new).message.state == "split"
    assert sum(NOTE in text for text in processed.orders().values()) == 2


def test_settings_of_now_need_no_snapshot(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    assert again(processed, [row.id], as_then=True).refused == []
    house = processed.gateway.house
    assert rules_of(house, house.workspace.hash, row.id) is house


def test_settings_of_then_that_are_not_kept_are_said(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    processed.change(WITHOUT_NOTE)
    with processed.gateway.house.store.write() as connection:
        connection.execute(delete(snapshot))
    done = again(processed, [row.id], as_then=True)
    assert codes(done.refused) == [(row.id, "P210")]
    assert f"gateway replay {row.id} --reason" in done.refused[0][1].remedy
    assert len(processed.rows(kind="file")) == 1


def test_damaged_settings_of_then_are_said(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    processed.change(WITHOUT_NOTE)
    house = processed.gateway.house
    name = "mappings/edifact/orders.map"
    with house.store.read() as connection:
        found = snapshots.read(connection, row.config)
        assert not isinstance(found, Problem)
        shas = list(snapshots.referred(connection))
    with house.store.write() as connection:
        connection.execute(delete(content).where(content.c.sha == shas[1]))
    ((_, refusal),) = again(processed, [row.id], as_then=True).refused
    assert refusal.code == "P211"
    assert "is missing or damaged" in refusal.sentence
    assert name in found.files


def test_settings_that_vanish_after_the_wish_hold_the_file(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    processed.change(WITHOUT_NOTE)
    ((_, new),) = again(processed, [row.id], as_then=True).rows
    with processed.gateway.house.store.write() as connection:
        connection.execute(delete(snapshot))
    processed.run()
    history = processed.history(new)
    assert history.message.state == "held"
    assert [found.code for found in history.problems] == ["P210"]


def test_another_version_is_told_and_written_down(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    house = processed.gateway.house
    with house.store.write() as connection:
        kept = snapshots.read(connection, row.config)
        assert not isinstance(kept, Problem)
        old = type(kept)("0" * 64, "0.0.9", kept.files, {"partners/x.key": "a private key"})
        snapshots.keep(connection, house.clock(), old)
        connection.execute(update(message).where(message.c.id == row.id).values(config="0" * 64))
    done = again(processed, [row.id], as_then=True)
    assert codes(done.warned) == [(row.id, "P212"), (row.id, "P214")]
    texts = [each.text for each in processed.history(done.rows[0][1]).events]
    assert any(text.startswith("P212 then version 0.0.9 worked") for text in texts)


# ---- snapshots in the store


def test_settings_are_kept_once_and_a_change_keeps_only_what_is_new(processed: Shop) -> None:
    store = processed.gateway.house.store

    def count() -> tuple[int, int]:
        with store.read() as connection:
            kept = connection.scalar(select(func.count()).select_from(snapshot)) or 0
            return kept, len(set(snapshots.referred(connection)))

    assert snapshots.keep_current(store, processed.workspace) is None
    before = count()
    processed.change(WITHOUT_NOTE)
    store = processed.gateway.house.store
    processed.run()
    kept, files = count()
    assert (kept, files - before[1]) == (before[0] + 1, 3)  # partner, overlay, manifest


def test_known_settings_cost_one_query(processed: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "collect", lambda _workspace: pytest.fail("read again"))
    assert snapshots.keep_current(processed.gateway.house.store, processed.workspace) is None


def test_settings_changed_while_starting_are_told(shop: Shop) -> None:
    (shop.root / "partners/acme-retail/own.map").write_text("overlay x\n")
    found = snapshots.keep_current(shop.gateway.house.store, shop.workspace)
    assert found is not None
    assert found.code == "P213"
    assert shop.run().problems == (found,)


def test_a_snapshot_comes_back_as_it_was(processed: Shop) -> None:
    with processed.gateway.house.store.read() as connection:
        assert snapshots.read(connection, processed.workspace.hash) == collect(processed.workspace)


# ---- what the receiver has


def test_an_order_that_the_erp_has_is_refused_unless_forced(processed: Shop) -> None:
    row = processed.row(kind="message", state="acknowledged")
    done = again(processed, [row.id])
    assert (done.rows, codes(done.refused)) == ([], [(row.id, "P202")])
    assert str(done.refused[0][1]) == (
        f"P202 order {GOOD} was put into the ERP's folder on 2026-03-02 09:14, as "
        f"order_acme-retail_{GOOD}_{row.id:06}.csv"
    )
    done = again(processed, [row.id], force=True)
    ((_, new),) = done.rows
    assert codes(done.warned) == [(row.id, "P202")]
    events = [each.text for each in processed.history(new).events]
    assert events[0] == f"replay of {row.id}: the ERP lost it"
    assert events[1].startswith(f"P202 order {GOOD} was put")


@pytest.mark.parametrize("kind", ["file", "interchange"])
def test_what_holds_an_order_that_the_erp_has_is_refused(processed: Shop, kind: str) -> None:
    row = processed.row(kind=kind)
    ((_, found),) = again(processed, [row.id]).refused
    assert found.code == "P202"
    assert found.facts["what"].startswith(f"order {GOOD} in {kind} ")
    assert f"gateway replay {row.id} --force" in found.remedy


def test_the_same_file_is_put_into_the_erps_folder_again(processed: Shop) -> None:
    row = processed.row(kind="message", state="acknowledged")
    assert codes(again(processed, [row.id], resend=True).refused) == [(row.id, "P202")]
    assert again(processed, [row.id], resend=True, force=True).rows == [(row.id, row.id)]
    processed.run()
    first, second = processed.orders().values()
    assert first == second
    assert len(processed.rows(kind="file")) == 1


def test_a_document_that_was_sent_is_sent_again_but_not_made_again(shop: Shop) -> None:
    shop.erp()
    shop.run()
    row = next(each for each in shop.rows(kind="document") if each.partner == "acme-retail")
    ((_, found),) = again(shop, [row.id]).refused
    assert str(found) == (
        f"P203 invoice {row.number} was sent to acme-retail on 2026-03-02 09:14, in interchange "
        "000000001"
    )
    done = again(shop, [row.id], resend=True)
    assert done.rows == [(row.id, row.carrier)]
    shop.run()
    sent = shop.sent()
    assert sent["INVOIC_000000001-2.edi"] == sent["INVOIC_000000001.edi"]


def test_what_the_partner_acknowledged_is_refused_unless_forced(shop: Shop) -> None:
    shop.erp()
    shop.run()
    shop.acme(contrl("77", "000000001"), "contrl.edi")
    shop.run()
    answer = shop.row(kind="interchange", direction="in")
    carrier = next(
        each
        for each in shop.rows(kind="interchange", direction="out")
        if each.partner == "acme-retail"
    )
    document = next(each for each in shop.rows(kind="document") if each.carrier == carrier.id)
    assert (carrier.state, document.state) == ("acknowledged", "acknowledged")
    for row in (carrier, document):
        ((_, found),) = again(shop, [row.id], resend=True).refused
        assert found.code == "P201"
        assert found.sentence.endswith(
            f"was acknowledged on 2026-03-02 09:14: accepted by acme-retail, message {answer.id}"
        )
    assert codes(again(shop, [carrier.id], force=True).warned) == [(carrier.id, "P201")]


def test_what_is_on_its_way_is_left_alone_even_when_forced(shop: Shop) -> None:
    shop.acme()
    shop.run()
    row = shop.row(kind="message", state="refused")
    ((_, new),) = again(shop, [row.id]).rows
    done = again(shop, [new], force=True)
    assert codes(done.refused) == [(new, "P204")]
    assert done.refused[0][1].sentence == "file a.edi is still on its way: received"


def test_what_cannot_be_replayed_says_why(processed: Shop) -> None:
    done = again(processed, [99, processed.row(kind="file").id], resend=True)
    assert codes(done.refused) == [(99, "P206"), (1, "P202")]
    file = processed.row(kind="file")
    done = again(processed, [file.id], resend=True, force=True)
    assert done.refused[0][1].sentence == "message 1: message 1 was never sent"
    with pytest.raises(NothingToReplayError, match="no message 99"):
        replay_one(processed.gateway.house, 99, "x")


# ---- a filter


def test_a_filter_that_restricts_nothing_is_refused(processed: Shop) -> None:
    assert codes(again(processed, Filter(limit=5)).refused) == [(0, "P207")]
    assert len(processed.rows(kind="file")) == 1


def test_a_filter_replays_each_once_and_goes_on_where_it_stopped(shop: Shop) -> None:
    for number in range(3):
        data = corrected("XX1", "XX2").replace(b"4711", f"481{number}".encode())
        shop.acme(data, f"{number}.edi")
    shop.run()
    refused = shop.rows(state="refused", kind="message")
    assert len(refused) == 3
    units = (ROOT / "mappings/codes/unit.csv").read_text(encoding="utf-8")
    shop.change({"mappings/codes/unit.csv": f"{units}barrel,XX1,BR\nbox,XX2,BX\n"})
    wanted = Filter(partner="acme-retail", state="refused")
    first = again(shop, Filter(partner="acme-retail", state="refused", limit=2))
    assert [asked for asked, _ in first.rows] == [row.id for row in refused[:2]]
    rest = again(shop, wanted)
    assert [asked for asked, _ in rest.rows] == [row.id for row in refused[2:]]
    assert codes(rest.skipped) == [(row.id, "P205") for row in refused[:2]]
    assert f"was replayed before, as {first.rows[0][1]}" in rest.skipped[0][1].sentence
    shop.run()
    assert again(shop, wanted).rows == []
    assert len([row for row in shop.rows(kind="message") if row.replay_of]) == len(refused)
    everything = again(shop, Filter(partner="acme-retail"), force=True)
    results = {row.id for row in shop.rows(kind="message") if row.replay_of}
    assert not results & {asked for asked, _ in everything.rows}  # nothing is doubled


def test_many_rows_go_in_bounded_batches_and_one_audit_entry(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.pipeline.replay.batch.BATCH", 2)
    for number in range(5):
        shop.acme(ORDERS.read_bytes().replace(b"4711", f"481{number}".encode()), f"{number}.edi")
    shop.run()
    begun: list[str] = []
    shop.gateway.house.store.checkpoint = begun.append
    done = again(shop, Filter(state="refused", problem="G208"))
    assert len(done.rows) == 5
    assert begun.count("replay: committed") == 3
    with shop.gateway.house.store.read() as connection:
        (entry,) = audit.of(connection)
    assert (entry.who, entry.action, entry.subject, entry.reason) == (
        "ann",
        "replay",
        "messages state:refused problem:G208",
        "the ERP lost it",
    )
    assert json.loads(entry.detail) == {"rows": 5, "as": "now", "force": False}


def test_a_batch_that_fails_leaves_the_ones_before_and_the_next_try_does_the_rest(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.pipeline.replay.batch.BATCH", 1)
    for number in range(3):
        shop.acme(ORDERS.read_bytes().replace(b"4711", f"481{number}".encode()), f"{number}.edi")
    shop.run()
    store, begun = shop.gateway.house.store, iter(range(9))

    def killed(name: str) -> None:
        if name == "replay: before commit" and next(begun) == 1:
            raise KeyboardInterrupt

    store.checkpoint = killed
    wanted = Filter(state="refused", kind="message")
    with pytest.raises(KeyboardInterrupt):
        again(shop, wanted)
    assert len(shop.rows(kind="file", state="received")) == 1
    done = again(shop, wanted)
    assert (len(done.rows), len(done.skipped)) == (2, 1)
    assert len(shop.rows(kind="file", state="received")) == 3


def test_the_audit_has_what_was_done_and_nothing_else(processed: Shop) -> None:
    good = processed.row(kind="message", state="acknowledged").id
    again(processed, [good])
    again(processed, [good], force=True, as_then=True)
    processed.run()
    again(processed, [good], force=True, resend=True)
    processed.run()
    processed.gateway.replay(good, "as always")
    with processed.gateway.house.store.read() as connection:
        entries = list(reversed(audit.of(connection, f"message {good}")))
    assert [(each.action, json.loads(each.detail)["as"]) for each in entries] == [
        ("replay", "then"),
        ("resend", "now"),
        ("replay", "now"),
    ]


def test_a_failed_whole_is_replayed_as_a_whole(shop: Shop) -> None:
    data = corrected().replace(b"UNZ+2+4711", b"UNZ+3+4711")
    shop.acme(data)
    shop.run()
    interchange = shop.row(kind="interchange")
    assert interchange.state == "refused"
    wanted = Filter(partner="acme-retail", state="refused", limit=9)
    with shop.gateway.house.store.read() as connection:
        assert [row.id for row in chosen(connection, wanted)] == [interchange.id]


def test_carriers_and_answers_are_no_units_unless_they_are_named(processed: Shop) -> None:
    with processed.gateway.house.store.read() as connection:
        found = chosen(connection, Filter(partner="acme-retail", limit=9))
        assert [row.kind for row in found] == ["message", "message"]
        found = chosen(connection, Filter(kind="acknowledgement", limit=9))
        assert [row.kind for row in found] == ["acknowledgement"]


def test_answers_are_sent_again_by_a_filter_once(processed: Shop) -> None:
    wanted = Filter(kind="acknowledgement", partner="acme-retail")
    assert len(again(processed, wanted).rows) == 1
    processed.run()
    assert codes(again(processed, wanted).skipped) == [
        (processed.row(kind="acknowledgement").id, "P205")
    ]
    assert len(processed.sent()) == 2


def test_a_filter_reads_as_it_is_written(processed: Shop) -> None:
    wanted = Filter(partner="acme-retail", since=processed.clock(), limit=3)
    assert text_of(wanted) == "partner:acme-retail since:2026-03-02T09:14:00+00:00"


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(partner="acme-retail"), "ix_message_partner"),
        (Filter(state="refused"), "ix_message_state"),
        (Filter(problem="G208"), "ix_problem_code"),
    ],
)
def test_the_choice_of_a_filter_uses_an_index(
    processed: Shop, wanted: Filter, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    with processed.gateway.house.store.read() as connection:
        real = connection.execute

        def explained(statement: object, *rest: object) -> object:
            text = str(
                statement.compile(connection, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
            )
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
            seen.append("\n".join(str(row) for row in plan))
            return real(statement, *rest)  # type: ignore[call-overload]

        monkeypatch.setattr(connection, "execute", explained)
        choose._page(connection, wanted, 0)
    assert index in seen[0]
