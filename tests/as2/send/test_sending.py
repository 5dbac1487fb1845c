"""A message by AS2 and its receipt in the reply."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest

from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.send.build import build
from tests.as2.send.peer import receipt, status
from tests.as2.send.shop import Shop
from tests.pipeline.world import invoices, orders


def test_a_receipt_settles_the_message(shop: Shop) -> None:
    shop.peer.ways = [receipt]
    shop.invoice()
    assert shop.peer.problems == []
    assert shop.row.state == "delivered"
    assert shop.document.state == "delivered"
    assert (shop.sent.state, shop.sent.attempts, shop.sent.status) == ("acknowledged", 1, 200)
    assert shop.delivery.state == "done"
    assert shop.receipts == ["settled"]
    (content,) = shop.peer.documents.values()
    assert content.startswith(b"UNA:+.? 'UNB+UNOC:3+4098765000003:14+4012345000009:14+")
    assert shop.peer.names == ["INVOIC_000000001.edi"]


def test_what_goes_over_the_wire(shop: Shop) -> None:
    shop.invoice()
    (request,) = shop.peer.requests
    names = [name for name, _ in request.headers]
    assert request.path == "/as2"
    assert request.get("AS2-From") == "OURS"
    assert request.get("AS2-To") == "ACME"
    assert request.get("Subject") == "INVOIC 000000001"
    assert request.get("Date") == "Mon, 02 Mar 2026 09:14:00 +0000"
    assert request.message_id.startswith("<20260302091400.")
    assert request.message_id.endswith("@127.0.0.1>")
    assert request.get("Content-Length") == str(len(request.body))
    assert len(names) == len({name.lower() for name in names})
    # nothing that the library would add by itself
    assert not {"accept", "accept-encoding", "user-agent"} & {name.lower() for name in names}


def test_what_was_sent_is_kept_as_it_was_sent(shop: Shop) -> None:
    shop.invoice()
    (request,) = shop.peer.requests
    archive = shop.house.store.archive
    assert b"".join(archive.chunks(shop.sent.wire)) == request.body
    assert set(shop.sent.headers) <= set(request.headers)
    assert set(shop.sent.mics) == {"sha-1", "sha-256", "sha-384", "sha-512"}
    kept = shop.house.store.payload(shop.sent.mdn)
    made = shop.peer.receipts[request.message_id]
    assert kept.endswith(b"\r\n\r\n" + made.body)


def test_several_messages_go_over_one_connection_in_their_order(shop: Shop) -> None:
    for number in ("A1", "A2", "A3"):
        shop.world.erp(f"{number}.csv", invoices([number]))
    shop.run()
    order = [data.partition(b"BGM+380+")[2][:2] for data in shop.peer.documents.values()]
    assert order == [b"A1", b"A2", b"A3"]
    assert shop.peer.connections == 1


def test_an_acknowledgement_of_ours_goes_by_as2(shop: Shop) -> None:
    shop.world.acme("a.edi", orders())
    shop.run()
    (content,) = shop.peer.documents.values()
    assert b"+CONTRL:" in content
    states = {row.kind: row.state for row in shop.world.rows()}
    assert states["acknowledgement"] == "delivered"
    assert states["interchange"] == "acknowledged"


def test_chunks_where_the_partner_wants_them(opened: Callable[..., Shop]) -> None:
    shop = opened("http: {chunked: true}")
    shop.invoice()
    (request,) = shop.peer.requests
    assert request.get("Transfer-Encoding") == "chunked"
    assert request.get("Content-Length") == ""
    assert shop.row.state == "delivered"


def test_without_a_receipt_the_reply_is_enough(opened: Callable[..., Shop]) -> None:
    shop = opened("receipt: {mode: none}")
    shop.peer.ways = [status(204)]
    shop.invoice()
    assert shop.peer.requests[0].get("Disposition-Notification-To") == ""
    assert (shop.row.state, shop.sent.state) == ("delivered", "sent")
    assert shop.receipts == []


def test_the_password_goes_to_the_address_and_stands_nowhere(
    opened: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AS2_PASSWORD", "open sesame")
    shop = opened('http: {login: {user: us, password: "${env:AS2_PASSWORD}"}}')
    shop.invoice()
    (request,) = shop.peer.requests
    assert request.get("Authorization") == "Basic dXM6b3BlbiBzZXNhbWU="
    assert "Authorization" not in dict(shop.sent.headers)


def test_a_password_that_is_not_there_is_waited_for(
    opened: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AS2_TOKEN", raising=False)
    shop = opened('http: {login: {token: "${env:AS2_TOKEN}"}}')
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.codes) == ("retrying", "ready", ["T298"])
    monkeypatch.setenv("AS2_TOKEN", "t0ken-t0ken")
    shop.wait(seconds=20)
    assert shop.peer.requests[-1].get("Authorization") == "Bearer t0ken-t0ken"
    assert shop.row.state == "delivered"


def test_the_subject_is_a_template(opened: Callable[..., Shop]) -> None:
    shop = opened('send: {subject: "{document} {number} of {date}"}')
    shop.invoice()
    assert shop.peer.requests[0].get("Subject") == "invoice of 20260302"


def test_a_large_document_is_never_in_memory_as_a_whole(shop: Shop) -> None:
    shop.invoice()
    store = shop.house.store
    large = store.archive.put_file(BytesIO(b"0123456789ABCDEF" * 1_000_000))
    links = links_for(shop.house.workspace)
    tracemalloc.start()
    try:
        made = build(
            shop.house,
            links,
            links.of("acme-retail", "main"),
            replace(shop.delivery, sha=large.sha),
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made.payload == large.sha
    assert peak < 4_000_000
