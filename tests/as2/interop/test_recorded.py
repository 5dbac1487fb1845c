"""What other products write, through the whole house: every recorded message is received.

The messages are those of ``tests/as2/message/cases``, where each is looked at by itself; here the
question is whether anything between the socket and the archive disturbs one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.as2.mime import Headers
from tests.as2.interop.gate import Gate

CASES = Path(__file__).parents[1] / "message" / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_message_is_received_byte_for_byte(gate: Gate, name: str) -> None:
    expected = EXPECTED[name]
    top, _, body = (CASES / f"{name}.msg").read_bytes().partition(b"\r\n\r\n")
    addressed = {"as2-from": "ACME", "as2-to": "OURS", "message-id": f"<{name}@acme.example>"}
    headers = [(key, addressed.get(key.lower(), value)) for key, value in Headers.parse(top).items]
    answer = gate.send(headers, body)
    documents = [one["bytes"].encode("latin-1") for one in expected["documents"]]
    gate.accepted(answer, addressed["message-id"], documents)
    digest, _, value = expected["mic"].partition(" ")
    assert f"Received-content-MIC: {value}, {digest.replace('sha-1', 'sha1')}\r\n" in (
        answer.body.decode("latin-1")
    )
