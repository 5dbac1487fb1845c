"""What other products send, good and odd, is accepted: one named test for each way.

The messages are files (``cases``), made without our code by :mod:`tests.as2.message.record`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.as2.message import Opened
from gateway.channels.as2.mime import Headers
from gateway.problems import errors
from tests.as2.message.exchange import content, opened

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())


def received(name: str) -> Opened:
    head, _, body = (CASES / f"{name}.msg").read_bytes().partition(b"\r\n\r\n")
    return opened((Headers.parse(head).items, body))


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_accepted(name: str) -> None:
    expected, message = EXPECTED[name], received(name)
    assert not errors(message.findings)
    assert [layer.kind for layer in message.layers] == expected["layers"]
    assert message.authenticated == ("signed" in expected["layers"])
    assert message.mic is not None
    assert f"{message.mic.digest} {message.mic.value}" == expected["mic"]
    found = [(one.content_type, one.filename, content(one)) for one in message.payloads]
    assert found == [
        (one["type"], one["name"], one["bytes"].encode("latin-1")) for one in expected["documents"]
    ]


def test_every_file_is_expected() -> None:
    assert {path.stem for path in CASES.glob("*.msg")} == set(EXPECTED)
