"""Shops and the ERP post: let in by key, checked whole, taken once, answered in words."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from gateway.documents import DespatchAdvice
from gateway.documents.shop import ShopOrder
from gateway.pipeline.configuration.restarts import restarts
from gateway.pipeline.shops.reception import desk as desk_module
from gateway.pipeline.shops.reception import keys as keys_module
from gateway.pipeline.shops.reception.answer import Answer
from gateway.pipeline.upload.receive.receiver import REPLAYED
from gateway.store import NewMessage, contents, messages, pauses
from gateway.store.shops import requests
from gateway.store.shops.stocktables import shipment
from gateway.telemetry.secrets import MASK, clean
from tests.pipeline.world import GATEWAY, make
from tests.shops.web.schema import fits
from tests.shops.web.world import (
    DIRECT,
    ERP_KEY,
    FILES,
    KEY,
    ShopWorld,
    as_json,
    facts,
    header,
    posted,
)

REFUND = {
    "external_id": "r-1",
    "order": "1001",
    "created": "2026-03-02T10:00:00Z",
    "currency": "EUR",
    "total": "12.00",
    "lines": [{"line": "1", "amounts": {"net": "10.00", "tax": "2.00", "gross": "12.00"}}],
}


def post(world: ShopWorld, value: Any = None, path: str = "/api/orders", **more: Any) -> Answer:
    answer = world.ask(path, posted() if value is None else value, **more)
    fits(answer, "POST", path)
    return answer


# ---- orders


def test_an_order_is_taken_byte_for_byte(world: ShopWorld) -> None:
    data = b' {"external_id" :"7","number":"#7", ' + as_json(posted("7")).partition(b'#7", ')[2]
    answer = world.ask("/api/orders", data=data)
    fits(answer, "POST", "/api/orders")
    (told,) = facts(answer)["orders"]
    assert (answer.status, told["outcome"], told["revision"]) == (201, "taken", 1)
    assert header(answer, "Location") == told["status"] == "/api/orders/7"
    row = world.row(kind="file")
    assert (row.id, row.source, row.partner) == (told["message"], "direct/orders", "direct")
    assert world.gateway.payload(row) == data.strip()
    assert world.woken == ["in/direct/orders"]


def test_amounts_are_read_from_the_text(world: ShopWorld) -> None:
    """No float on the way: seventeen digits stay seventeen digits."""
    data = as_json(posted()).replace(b'"24.00", "tax"', b'14.994444333333334, "tax"')
    assert world.ask("/api/orders", data=data).status == 201
    (row,) = world.shop_orders()
    assert Decimal(row.total) == Decimal("14.994444333333334")


def test_the_same_again_and_a_changed_one(world: ShopWorld) -> None:
    first = facts(post(world))["orders"][0]
    again = post(world)
    assert (again.status, facts(again)["orders"][0]["outcome"]) == (200, "same")
    later = posted(updated="2026-03-02T09:13:00Z", note="Ring twice")
    changed = post(world, later)
    told = facts(changed)["orders"][0]
    assert (changed.status, told["outcome"], told["revision"]) == (201, "taken", 2)
    assert told["message"] != first["message"]
    older = post(world, posted(note="Ring once"))
    assert (older.status, facts(older)["orders"][0]["outcome"]) == (200, "older")


def test_a_list_is_taken_wholly(world: ShopWorld) -> None:
    answer = post(world, [posted(str(n)) for n in range(1, 101)])
    assert answer.status == 201
    assert [each["external_id"] for each in facts(answer)["orders"]] == [
        str(n) for n in range(1, 101)
    ]
    assert len(world.shop_orders()) == 100


def test_or_not_at_all(quiet: ShopWorld) -> None:
    wrong = posted("2")
    wrong["lines"][0]["quantty"] = wrong["lines"][0].pop("quantity")
    answer = post(quiet, [posted("1"), wrong, posted("3", currency=None)])
    assert answer.status == 422
    told = facts(answer)["problems"]
    places = [each["place"]["path"] for each in told]
    assert places == ["[2].lines[1].quantity", "[2].lines[1].quantty", "[3].currency"]
    assert "did you mean quantity?" in told[1]["remedy"]
    assert all(each["place"]["line"] == 1 and each["place"]["column"] > 1 for each in told)
    assert facts(answer)["detail"] == told[0]["detail"]
    assert quiet.shop_orders() == []


def test_an_order_that_is_not_paid_waits(world: ShopWorld) -> None:
    answer = post(world, posted(status="pending", shop_status="pending"))
    (told,) = facts(answer)["orders"]
    assert (told["outcome"], "message" in told) == ("waiting", False)
    assert told["reason"]


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ([], "W149", "0 entries"),
        ([posted(str(n)) for n in range(101)], "W149", "101 entries"),
        ([posted("1"), posted("2"), posted("1")], "W151", "entries 1 and 3"),
        ([posted("1"), 5], "W143", "a number"),
        (posted("x" * 121), "W150", "external_id"),
        (posted("a\nb"), "W150", "control"),
        (posted("1", number="9" * 81), "W150", "number"),
        (posted("1", note="a\x00b"), "W150", "U+0000"),
        (posted("1", note="half \ud800"), "F112", "whole characters"),
        (posted("1", currency=978), "E403", "currency"),
        (posted("1", created="2026-03-02"), "E403", "created"),
        (posted("1", created="yesterday"), "E403", "instant"),
        (posted("1", status="gone"), "E407", "draft"),
        (posted("1", surprise=1), "E402", "surprise"),
        (posted("1", lines=[{}]), "W150", "lines[1] is 'empty'"),
        (posted("1", lines=[{"sku": None, "name": ""}]), "W150", "lines[1]"),
        (posted("1", tags=["a", ""]), "W150", "tags[2]"),
        (posted("1", totals={"grand": "many"}), "E405", "totals.grand"),
        (posted("1", totals={"grand": True}), "E404", "totals.grand"),
        (posted("1", extra={"a": "b"}), "E403", "extra"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    quiet: ShopWorld, value: Any, code: str, words: str
) -> None:
    answer = post(quiet, value)
    told = facts(answer)
    assert (answer.status in (400, 422), told["code"]) == (True, code)
    assert words in told["detail"]
    assert told["remedy"]
    assert quiet.shop_orders() == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F112"),
        (b"{", "F112"),
        (b"[" * 100_000, "F116"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "F116"),
        (b'{"external_id": "1", "external_id": "2"}', "F113"),
        (b'{"totals": {"grand": 1, "grand": 2}}', "F113"),
        (b'{"totals": {"grand": NaN}}', "F112"),
        (b'{"totals": {"grand": -Infinity}}', "F112"),
        (b'{"totals": {"grand": 01}}', "F112"),
        (b'{"note": "\xff"}', "W143"),
        (b'{"note": "\\ud83d"}', "F112"),
        ("\ufeff{}".encode(), "W143"),
        ('{"note": "é"}'.encode("utf-16"), "W143"),
        (b"{} {}", "F112"),
        (b"\x1f\x8b\x08\x00", "W143"),
    ],
)
def test_what_two_readers_could_read_in_two_ways(quiet: ShopWorld, data: bytes, code: str) -> None:
    answer = quiet.ask("/api/orders", data=data, method="POST", headers=JSON)
    fits(answer, "POST", "/api/orders")
    assert (answer.status, facts(answer)["code"]) == (400, code)


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("grand", [b"9" * 61, b"1e" + b"9" * 59, b"1." + b"0" * 70])
def test_numbers_without_end(quiet: ShopWorld, grand: bytes) -> None:
    data = as_json(posted()).replace(b'"24.00", "tax"', grand + b', "tax"')
    answer = quiet.ask("/api/orders", data=data)
    assert (answer.status, facts(answer)["code"]) in ((422, "W150"), (422, "E405"))


def test_many_problems_are_cut(quiet: ShopWorld) -> None:
    wrong = {f"field{n}": 1 for n in range(500)}
    assert len(facts(post(quiet, wrong))["problems"]) == 100


# ---- keys


def test_keys_name_their_owner(world: ShopWorld) -> None:
    wrong: list[dict[str, Any]] = [
        {"key": "not-the-right-one"},
        {"key": KEY[:-1]},
        {"key": KEY + " x"},
        {"key": "", "headers": {"Authorization": f"Basic {KEY}"}},
    ]
    answers = [world.ask("/api/orders", posted(), **each) for each in wrong]
    assert {each.status for each in answers} == {401}
    assert {facts(each)["code"] for each in answers} == {"W140"}
    assert header(answers[0], "WWW-Authenticate").startswith("Bearer")
    assert answers[0].held
    assert clean(f"got {KEY} and {ERP_KEY}") == f"got {MASK} and {MASK}"


def test_a_key_is_good_for_what_it_is_for(world: ShopWorld) -> None:
    answer = world.ask("/api/orders", posted(), key=ERP_KEY)
    assert (answer.status, "a shop is needed" in facts(answer)["detail"]) == (401, True)
    answer = world.ask("/api/despatches", {"number": "D1"}, key=KEY)
    assert (answer.status, "the ERP is needed" in facts(answer)["detail"]) == (401, True)
    assert world.ask("/api/documents/1", key=KEY).status == 401


def test_a_key_of_two_shops_counts_for_neither(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.gateway.close()
    twin = DIRECT.replace("shop: direct", "shop: twin").replace("Direct", "Twin")
    made = ShopWorld(world.root / "other", FILES | {"shops/twin/shop.yaml": twin})
    assert made.ask("/api/orders", posted()).status == 401
    (made.root / "direct.key").write_text("")
    monkeypatch.setattr(keys_module, "FRESH", 0.0)
    assert made.ask("/api/orders", posted(), key="").status == 401, "nothing is no key"
    made.gateway.close()


def test_keys_of_the_erp_change_without_a_restart(world: ShopWorld) -> None:
    other = {"gateway.yaml": GATEWAY + 'http: {api: {keys: ["${file:erp.new}"]}}\n'}
    new = make(world.root / "other", FILES | other)
    assert restarts(world.workspace, new) == []
    none = make(world.root / "none", {"gateway.yaml": GATEWAY})
    (told,) = restarts(none, make(world.root / "first", other))
    assert "http.api" in told.setting, "the port was opened without the address"


def test_who_tries_keys_is_slowed_down_and_nobody_else(world: ShopWorld) -> None:
    statuses = [world.ask("/api/orders/1", key=f"guess-{n}").status for n in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    late = world.ask("/api/orders/1")
    assert (late.status, facts(late)["code"]) == (429, "W146"), "the right one tells nothing, too"
    assert int(header(late, "Retry-After")) >= 1
    assert world.ask("/api/orders/1", address="192.0.2.8").status == 404


def test_more_than_was_agreed_has_to_wait(world: ShopWorld) -> None:
    world.gateway.close()
    made = ShopWorld(
        world.root / "other", FILES | {"shops/direct/shop.yaml": DIRECT + "  rate: 2\n"}
    )
    assert [made.ask("/api/orders/1").status for _ in range(3)] == [404, 404, 429]
    made.gateway.close()


# ---- once


def test_a_repeat_with_its_key_has_the_same_answer(world: ShopWorld) -> None:
    first = post(world, once="k-1")
    again = post(world, once='"k-1"')
    assert (again.status, again.body) == (201, first.body)
    assert REPLAYED in again.headers
    assert REPLAYED not in first.headers
    assert header(again, "Location") == header(first, "Location")
    assert len(world.rows(kind="file")) == 1
    assert world.woken == ["in/direct/orders"]


def test_another_request_under_a_key_is_refused(world: ShopWorld) -> None:
    post(world, once="k-1")
    answer = post(world, posted("1002"), once="k-1")
    assert (answer.status, facts(answer)["code"]) == (422, "W147")
    assert "k-1" in facts(answer)["detail"]
    other_path = post(world, posted(), "/api/refunds", once="k-1")
    assert (other_path.status, facts(other_path)["code"]) == (422, "W147")
    assert len(world.shop_orders()) == 1


def test_a_key_counts_for_its_owner(world: ShopWorld) -> None:
    assert post(world, once="k").status == 201
    answer = world.ask("/api/inventory", {"number": "1"}, key=ERP_KEY, once="k")
    assert (answer.status, REPLAYED in answer.headers) == (202, False)


def test_what_was_refused_may_come_again_under_its_key(world: ShopWorld) -> None:
    assert post(world, posted(currency=None), once="k").status == 422
    assert post(world, once="k").status == 201


def test_keys_are_forgotten_after_thirty_days_and_orders_never(world: ShopWorld) -> None:
    post(world, once="k")
    world.clock.forward(days=29)
    assert REPLAYED in post(world, once="k").headers
    world.clock.forward(days=2)
    with world.gateway.house.store.write("test") as connection:
        assert requests.remove_old(connection, world.clock() - requests.KEPT, 10) == 1
    answer = post(world, once="k")
    assert (answer.status, facts(answer)["orders"][0]["outcome"]) == (200, "same")


def meeting(world: ShopWorld) -> desk_module.Desk:
    """Two who come at once meet before either of them is taken over."""
    meet = threading.Barrier(2, timeout=10)

    def checkpoint(name: str) -> None:
        if name in ("shop: archived", "api: archived"):
            meet.wait()

    world.gateway.house.checkpoint = checkpoint
    return world.posting(world.gateway)


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("path", ["/api/orders", "/api/despatches"])
def test_two_at_once_with_one_key(world: ShopWorld, path: str, same: bool) -> None:
    desk, key = meeting(world), KEY if path == "/api/orders" else ERP_KEY
    bodies = [posted("1"), posted("1" if same else "2")]
    with ThreadPoolExecutor(2) as threads:
        both = [
            threads.submit(world.ask, path, each, once="k", desk=desk, key=key) for each in bodies
        ]
        answers = [each.result(20) for each in both]
    statuses = sorted(each.status for each in answers)
    good = 201 if path == "/api/orders" else 202
    assert statuses == ([good, good] if same else [good, 422])
    if same:
        assert answers[0].body == answers[1].body
        assert sorted(REPLAYED in each.headers for each in answers) == [False, True]
    assert len(world.requests()) == 1
    assert len(world.rows(kind="file")) == 1


# ---- refunds and cancellations


def test_a_refund_is_a_document_of_its_own(world: ShopWorld) -> None:
    post(world)
    answer = post(world, REFUND, "/api/refunds")
    (told,) = facts(answer)["refunds"]
    assert (answer.status, told["external_id"], told["outcome"]) == (201, "r-1", "taken")
    assert post(world, REFUND, "/api/refunds").status == 200
    (seen,) = facts(world.ask("/api/orders/1001"))["refunds"]
    assert (seen["external_id"], seen["total"]) == ("r-1", "12.00")


def test_a_refund_that_is_wrong(world: ShopWorld) -> None:
    answer = post(world, REFUND | {"order": "", "totl": 1}, "/api/refunds")
    assert [each["code"] for each in facts(answer)["problems"]] == ["E401", "E402"]


CANCEL = "/api/orders/1001/cancellation"


def test_an_order_is_cancelled(world: ShopWorld) -> None:
    post(world)
    answer = post(world, {"reason": "changed his mind"}, CANCEL)
    told = facts(answer)
    assert (answer.status, told["outcome"], told["revision"]) == (201, "taken", 2)
    row = world.gateway.payload(world.rows(kind="file")[-1])
    order = ShopOrder.from_json(row)
    assert (order.status, order.extra) == ("cancelled", {"api:cancellation": "changed his mind"})
    assert facts(world.ask("/api/orders/1001"))["status"] == "cancelled"
    again = post(world, {"reason": "changed his mind"}, CANCEL)
    assert (again.status, facts(again)["outcome"]) == (200, "same")


def test_a_cancellation_needs_no_body(world: ShopWorld) -> None:
    post(world)
    assert world.ask(CANCEL, method="POST", data=b"", headers={}).status == 201


def test_a_cancellation_is_never_older_than_its_order(world: ShopWorld) -> None:
    post(world, posted(updated="2026-03-02T12:00:00Z"))
    answer = post(world, {"at": "2026-03-02T10:00:00+01:00"}, CANCEL)
    assert facts(answer)["outcome"] == "taken"


@pytest.mark.parametrize("status", ["shipped", "part_shipped", "refunded"])
def test_what_has_left_cannot_be_cancelled(world: ShopWorld, status: str) -> None:
    post(world, posted(status=status, shop_status=status))
    answer = post(world, {}, CANCEL)
    assert (answer.status, facts(answer)["code"]) == (409, "W152")


def test_cancellations_that_are_wrong(world: ShopWorld) -> None:
    assert post(world, {}, "/api/orders/none/cancellation").status == 404
    post(world)
    assert post(world, [{}], CANCEL).status == 422
    assert post(world, {"reason": "x" * 501}, CANCEL).status == 422
    assert post(world, {"why": "x"}, CANCEL).status == 422


# ---- what became of it


def test_what_became_of_an_order(world: ShopWorld) -> None:
    post(world)
    answer = world.ask("/api/orders/1001")
    fits(answer, "GET", "/api/orders/1001")
    told = facts(answer)
    assert (told["state"], told["status"], told["total"]) == ("taken", "paid", "24.00")
    assert (told["shop"], told["message_state"]) == ("direct", "received")
    for other in ("999", "x" * 300, "%00", "%ff", "..", "1001%2F"):
        asked = world.ask(f"/api/orders/{other}")
        assert (asked.status, facts(asked)["code"]) == (404, "W148")


def test_shipments_are_told_with_their_parcels(world: ShopWorld) -> None:
    post(world)
    package = {"tracking": "6A01", "packages": [{"tracking": "6A02"}, {"tracking": "6A01"}]}
    despatch = {
        "number": "LS-1",
        "issued": "2026-03-03",
        "packages": [package],
        "transport": {"tracking": "T-9"},
    }
    body = DespatchAdvice.model_validate(despatch).to_json().encode()
    at = world.clock()
    with world.gateway.house.store.write("test") as connection:
        contents.put(connection, [body])
        row = NewMessage(
            kind="document", direction="out", state="mapped", content=contents.sha_of(body)
        )
        (id_,) = messages.add(connection, [row], at, [""])
        told = {"shop": "direct", "order_id": "1001", "number": "LS-1", "key": "k", "message": id_}
        shipped = {**told, "state": "told", "complete": True, "created": at, "updated": at}
        connection.execute(insert(shipment), [shipped])
    answer = world.ask("/api/orders/1001")
    fits(answer, "GET", "/api/orders/1001")
    (seen,) = facts(answer)["shipments"]
    assert (seen["number"], seen["complete"]) == ("LS-1", True)
    assert seen["tracking"] == ["T-9", "6A01", "6A02"]


def test_ids_with_strange_signs_can_be_asked_for(world: ShopWorld) -> None:
    for id_ in ("gid://shopify/Order/1", "ä ö?#", "a%2Fb"):
        place = header(post(world, posted(id_)), "Location")
        assert facts(world.ask(place))["external_id"] == id_


def test_orders_of_others_are_nobodys(world: ShopWorld) -> None:
    world.gateway.close()
    twin = DIRECT.replace("shop: direct", "shop: twin").replace("direct.key", "twin.key")
    files = {"shops/twin/shop.yaml": twin, "twin.key": "k3y-of-the-twin-2026"}
    made = ShopWorld(world.root / "other", FILES | files)
    made.ask("/api/orders", posted())
    assert made.ask("/api/orders/1001", key="k3y-of-the-twin-2026").status == 404
    made.gateway.close()


# ---- documents of the ERP


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("despatches", "despatch"),
        ("invoices", "invoice"),
        ("inventory", "inventory"),
        ("catalogues", "catalogue"),
        ("orderresponses", "orderresponse"),
    ],
)
def test_a_document_is_taken_like_a_file_of_the_erp(
    world: ShopWorld, name: str, document: str
) -> None:
    answer = post(world, {"number": "D1"}, f"/api/{name}", key=ERP_KEY)
    told = facts(answer)
    assert (answer.status, told["size"]) == (202, 16)
    row = world.row(kind="file")
    assert (row.source, row.direction, row.document) == (f"erp/{document}", "out", document)
    assert (row.lane, row.name) == (f"in/erp/{document}", told["name"])
    assert world.gateway.payload(row) == b'{"number": "D1"}'
    assert world.woken == [f"in/erp/{document}"]
    asked = world.ask(header(answer, "Location"), key=ERP_KEY)
    fits(asked, "GET", header(answer, "Location"))
    assert (asked.status, facts(asked)["state"]) == (200, "received")


def test_a_document_again_is_told_and_not_worked_on_twice(world: ShopWorld) -> None:
    first = facts(post(world, {"number": "D1"}, "/api/despatches", key=ERP_KEY))
    again = facts(post(world, {"number": "D1"}, "/api/despatches", key=ERP_KEY))
    assert again["same_as"] == first["message"]


def test_documents_that_are_wrong(world: ShopWorld) -> None:
    def status(data: bytes) -> int:
        return world.ask("/api/invoices", data=data, key=ERP_KEY).status

    assert status(b'{"number": "1", "number": "2"}') == 400
    assert status(b"[]") == 422
    assert status(b'{"number": "\\u0000"}') == 422
    for number in ("0", "x", "999", "9" * 30, "-1"):
        assert world.ask(f"/api/documents/{number}", key=ERP_KEY).status == 404
    post(world)
    row = world.row(kind="file")
    assert world.ask(f"/api/documents/{row.id}", key=ERP_KEY).status == 404, "a shop's order"


# ---- forms


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Content-Type": "text/plain"}, 415, "application/json"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
        ({"Content-Type": "application/json; charset=latin-1"}, 415, "UTF-8"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "application/json"),
        ({"Content-Encoding": "gzip"}, 415, "as it is"),
        ({"Content-Range": "bytes 0-9/100"}, 400, "one request"),
        ({"Idempotency-Key": "a b"}, 400, "visible ASCII"),
        ({"Idempotency-Key": "k" * 300}, 400, "visible ASCII"),
        ({"Content-Length": "2000001"}, 413, "2000000 at most"),
        ({"Transfer-Encoding": "chunked", "Content-Length": "3"}, 400, "one of them"),
    ],
)
def test_what_is_not_taken_is_sent_back_in_words(
    quiet: ShopWorld, headers: dict[str, str], status: int, words: str
) -> None:
    answer = quiet.ask("/api/orders", posted(), headers=headers)
    fits(answer, "POST", "/api/orders")
    told = facts(answer)
    assert (answer.status, words in told["detail"]) == (status, True)
    assert told["type"] == f"urn:edi-gateway:problem:{told['code']}"
    assert told["status"] == status
    assert quiet.shop_orders() == []


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=UTF-8", "application/vnd.shop+json"]
)
def test_types_that_are_json(world: ShopWorld, kind: str) -> None:
    assert world.ask("/api/orders", posted(), headers={"Content-Type": kind}).status == 201


def test_a_header_that_is_there_twice(world: ShopWorld) -> None:
    for name in ("authorization", "IDEMPOTENCY-KEY"):
        headers = {name: "Bearer x", "idempotency-key": "k"}
        answer = world.ask("/api/orders", posted(), once="k", headers=headers)
        assert (answer.status, facts(answer)["code"]) == (400, "W143")


def test_other_methods_and_paths(world: ShopWorld) -> None:
    answer = world.ask("/api/orders", method="DELETE")
    assert (answer.status, header(answer, "Allow")) == (405, "POST")
    answer = world.ask("/api/orders/1", method="PUT", data=b"{}")
    assert (answer.status, header(answer, "Allow")) == (405, "GET, HEAD")
    for path in ("/api/", "/api/order", "/api/orders/", "/api/orders/1/2", "/api/" + "x" * 2000):
        assert world.ask(path).status == 404
    assert world.ask("/api/orders/1", method="HEAD").status == 404


# ---- trouble of ours


def test_nothing_is_taken_while_a_person_has_paused_it(world: ShopWorld) -> None:
    known = post(world, once="k")
    with world.gateway.house.store.write("test") as connection:
        for scope in ("direct", "erp"):
            at = datetime(2026, 3, 2, tzinfo=UTC)
            pauses.add(connection, scope, "drain", "moving", "ann", at)
    answer = post(world, posted("1002"))
    assert (answer.status, header(answer, "Retry-After")) == (503, "30")
    assert post(world, {"number": "D1"}, "/api/despatches", key=ERP_KEY).status == 503
    assert post(world, once="k").body == known.body, "what was answered is answered again"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), RuntimeError("bug")])
def test_trouble_promises_nothing(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def broken(*_: object) -> None:
        raise failure

    monkeypatch.setattr(type(world.gateway.house.store.archive), "put_file", broken)
    answer = post(world, once="k")
    assert (answer.status, header(answer, "Retry-After")) == (503, "30")
    monkeypatch.undo()
    assert post(world, once="k").status == 201


def test_what_is_answered_is_small(quiet: ShopWorld) -> None:
    """A hostile value is not sent back whole."""
    answer = post(quiet, posted(currency=["x" * 100_000]))
    assert len(json.dumps(facts(answer))) < 2_000
