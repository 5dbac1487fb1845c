"""Names of partners and of messages: data, whatever stands in them."""

from __future__ import annotations

import pytest

from gateway.channels.as2.mime.identity import read_name
from tests.as2.interop.gate import Gate
from tests.as2.interop.variety import IDS
from tests.as2.receive.world import Posted, message

SPELLINGS = [(name, header) for name, headers in IDS.items() for header in headers]


def sent(gate: Gate, message_id: str) -> None:
    """Accepted, answered under the same id, and recognised when it comes again."""
    data = f"UNB+UNOC:3+{message_id!a}'".encode()
    posted = message(data).named(message_id=message_id)
    answer = gate.accepted(gate.send(posted.headers, posted.body), message_id.strip(), [data])
    assert f"Original-Message-ID: {message_id.strip()}\r\n".encode("latin-1") in answer.body
    assert gate.send(posted.headers, posted.body) == answer
    assert gate.kept(message_id.strip()).repeats == 1


@pytest.mark.parametrize("size", [255, 600, 998])
def test_long_message_ids(gate: Gate, size: int) -> None:
    sent(gate, f"<{'m' * (size - len('<@acme.example>'))}@acme.example>")


@pytest.mark.parametrize("message_id", ["<no-at-sign>", "bare", "bare@acme.example", "<a b@c>"])
def test_message_ids_without_at_or_brackets(gate: Gate, message_id: str) -> None:
    sent(gate, message_id)


@pytest.mark.parametrize(
    "message_id",
    [
        "<a/b@acme>", "<a\\b@acme>", "<C:x@acme>", "<a*?|b@acme>", '<"quoted"@acme>',
        "<../../x@acme>", "<CON@acme>", "<$(id)@acme>",
        "<%2e%2e%2f@acme>", "<'; DROP TABLE message; --@acme>",
    ],
)  # fmt: skip
def test_message_ids_with_signs_that_no_file_name_may_have(gate: Gate, message_id: str) -> None:
    sent(gate, message_id)


@pytest.mark.parametrize("message_id", ["<K\xe4se@acme>", "<gr\xfc\xdfe_orders.edi@acme>"])
def test_message_ids_in_raw_latin_1(gate: Gate, message_id: str) -> None:
    sent(gate, message_id)


@pytest.mark.parametrize(("name", "header"), SPELLINGS, ids=[each[1] for each in SPELLINGS])
def test_as2_ids_with_odd_signs_quoted_or_not(variety: Gate, name: str, header: str) -> None:
    data = f"UNB+UNOC:3+{header}'".encode()
    posted = message(data).named(as2_from=header)
    answer = variety.accepts(posted, [data])
    assert variety.kept(posted.message_id).as2_from == name
    assert read_name(answer.headers.get("as2-to") or "") == name
    if " " in name:
        assert (answer.headers.get("as2-to") or "").startswith('"')


def test_as2_ids_differ_by_case(variety: Gate) -> None:
    channels = set()
    for name in ("AcMe", "AcME"):
        data = f"UNB+UNOC:3+case of {name}'".encode()
        posted = message(data).named(as2_from=name)
        variety.accepts(posted, [data])
        channels.add(variety.kept(posted.message_id).channel)
    assert len(channels) == 2
    other = message().named(as2_from="ACME")
    assert unknown(variety, other)


def test_both_ids_count(variety: Gate) -> None:
    assert unknown(variety, message().named(as2_from="AcMe", as2_to="ours"))


def unknown(gate: Gate, posted: Posted) -> bool:
    return gate.post(posted).disposition == "processed/error: unknown-trading-partner"
