"""A message is taken over: durable first, then the receipt, then the pipeline."""

from __future__ import annotations

import json
from email import message_from_bytes
from io import BytesIO
from pathlib import Path
from secrets import token_bytes

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers
from gateway.channels.as2.mdn.read import read_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import write_mdn
from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.as2.receive.opening import file_name
from tests.as2.receive.world import (
    ACME,
    WHEN,
    As2World,
    Posted,
    disposition,
    message,
    theirs,
)
from tests.pipeline.world import orders


def test_the_payload_is_there_byte_for_byte_and_the_receipt_proves_it(world: As2World) -> None:
    posted = message(orders())
    answer = world.post(posted)
    assert answer.status == 200
    told = read_mdn(Headers.of(answer.headers), Extent.of(answer.body), theirs(), BytesIO, WHEN)
    assert told.findings == ()
    assert told.report is not None
    assert told.report.disposition.positive
    assert told.report.original_message_id == posted.message_id
    assert world.files_received() == [orders()]
    (row,) = world.received()
    assert (row.state, row.message, row.wire_size) == ("accepted", 1, len(posted.body))
    found = json.loads(row.found)
    assert [layer["kind"] for layer in found["layers"]] == ["enveloped", "signed", "compressed"]
    assert (found["signer"], found["recipient"]) == ("acme.pem", "keys/ours.pem")
    assert found["mic"]["value"] == str(told.report.mic).partition(",")[0]
    assert world.gateway.house.store.payload(row.wire or "") == posted.body
    assert row.mdn is not None
    assert (world.stored(row.mdn) or b"").endswith(b"\r\n\r\n" + answer.body)


def test_the_lane_is_woken_and_the_order_reaches_the_erp(world: As2World) -> None:
    world.post(message(orders(numbers=["PO1"])))
    assert world.woken == ["in/acme-retail/main"]
    row = world.row(kind="file")
    assert (row.source, row.name, row.intake[:4]) == ("acme-retail/main", "orders.edi", "as2:")
    world.gateway.run_once()
    assert world.row(kind="file").state == "split"
    assert len(world.orders()) == 1


def test_several_attachments_are_several_files(world: As2World) -> None:
    each = (orders("1"), b"%PDF-1.4 \x00\xff\r\n")
    assert disposition(world.post(message(each))) == "processed"
    assert world.files_received() == list(each)


@pytest.mark.parametrize("receipt", ["plain", "signed", ""])
def test_the_receipt_is_the_one_that_was_asked_for(world: As2World, receipt: str) -> None:
    answer = world.post(message(receipt=receipt))
    kinds = {"plain": "multipart/report", "signed": "multipart/signed", "": None}
    parsed = message_from_bytes(
        "".join(f"{name}: {value}\r\n" for name, value in answer.headers).encode() + b"\r\n"
    )
    assert answer.status == 200
    assert parsed.get_content_type() == (kinds[receipt] or "text/plain")
    assert bool(answer.body) == bool(receipt)
    assert len(world.files_received()) == 1


def test_what_may_be_neither_signed_nor_encrypted_is_judged_by_the_agreement(
    tmp_path: Path,
) -> None:
    open_ = ACME.replace(
        "      id: ACME\n", "      id: ACME\n      receive: {signed: allowed, encrypted: allowed}\n"
    )
    world = As2World(tmp_path, settings=open_)
    try:
        plain = theirs(layers=Layers(sign=None, encrypt=None, compress="none"))
        assert disposition(world.post(message(link=plain))) == "processed"
        assert len(world.files_received()) == 1
    finally:
        world.gateway.close()


def test_a_receipt_of_the_partner_is_no_message(world: As2World) -> None:
    mdn = write_mdn(
        ReceiptRequest(),
        headers=Headers.of([("Message-ID", "<never@edi.example>")]),
        opened=None,
        link=theirs(),
        at=WHEN,
        message_id="<r1@acme.example>",
        entropy=token_bytes,
    )
    answer = world.post(Posted(mdn.headers, mdn.body))
    assert answer.status == 200
    assert world.received() == []
    assert world.files_received() == []


@pytest.mark.parametrize(
    ("told", "content_type", "number", "name"),
    [
        ("orders.edi", "application/edifact", 0, "orders.edi"),
        ("../../etc/passwd", "text/plain", 0, "passwd"),
        ("C:\\outbox\\Bestellung Nr. 5.EDI", "", 0, "Bestellung Nr. 5.EDI"),
        (" Köln 発注-2.edi ", "", 0, "Köln 発注-2.edi"),
        (f"{300 * 'é'}.edi", "", 0, f"{251 * 'é'}.edi"),
        ("\x1b[2J.edi", "", 0, "�[2J.edi"),
        ("", "application/edifact", 0, "7-acme.example.edi"),
        ("", "application/EDI-X12; charset=x", 1, "7-acme.example-2.x12"),
        ("..", "image/png", 0, "7-acme.example.bin"),
        ("\x00\r\n", "application/xml", 0, "7-acme.example.xml"),
        ("___", "application/xml", 0, "7-acme.example.xml"),
    ],
)
def test_names_are_data_and_never_a_path(
    told: str, content_type: str, number: int, name: str
) -> None:
    assert file_name(told, content_type, "<7@acme.example>", number) == name
