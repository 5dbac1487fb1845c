"""The language server: findings while typing, completion, limits."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.languageserver import BrokenStreamError, Server, read_messages
from gateway.mapping.editing import Desk

TEXT = "map canonical/order <-> edifact/D96A/ORDERS\nnumber <-> BGM.1044\n"


def _open(path: Path, text: str) -> dict[str, Any]:
    document = {"uri": path.as_uri(), "text": text, "languageId": "map", "version": 1}
    return {"method": "textDocument/didOpen", "params": {"textDocument": document}}


def _framed(*messages: dict[str, Any]) -> bytes:
    bodies = [json.dumps({"jsonrpc": "2.0", **one}).encode() for one in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


@pytest.fixture
def server(desk: Desk) -> Server:
    return Server(Desk(desk.library, desk.layouts, desk.roots))


def test_an_open_text_is_checked(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "orders.map"
    path.write_text("", encoding="utf-8")
    (told,) = server.handle(_open(path, TEXT))
    assert told["method"] == "textDocument/publishDiagnostics"
    found = {one["code"]: one for one in told["params"]["diagnostics"]}
    assert "BGM" in found["M204"]["message"]
    assert found["M204"]["range"]["start"] == {"line": 1, "character": 15}
    change = {
        "textDocument": {"uri": path.as_uri()},
        "contentChanges": [{"text": TEXT.replace("1044", "1004")}],
    }
    (told,) = server.handle({"method": "textDocument/didChange", "params": change})
    assert "M204" not in {one["code"] for one in told["params"]["diagnostics"]}


def test_completion_replaces_the_word_before_the_cursor(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "orders.map"
    server.handle(_open(path, TEXT + "issued <-> DT"))
    position = {"line": 2, "character": 13}
    asked = {"textDocument": {"uri": path.as_uri()}, "position": position}
    (answer,) = server.handle({"id": 7, "method": "textDocument/completion", "params": asked})
    (item,) = [one for one in answer["result"]["items"] if one["label"] == "DTM"]
    assert item["textEdit"]["range"]["start"] == {"line": 2, "character": 11}
    assert answer["id"] == 7


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "method": "textDocument/hover"},
        {"id": 1, "method": "textDocument/completion", "params": {}},
        {"id": 1, "method": 3},
        {"id": 1, "method": "textDocument/completion",
         "params": {"textDocument": {"uri": "http://x"}, "position": {}}},
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_an_error_and_no_end(
    server: Server, message: dict[str, Any]
) -> None:
    (answer,) = server.handle(message)
    assert answer["error"]["code"] < 0
    assert not server.done


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: 99999999999\r\n\r\n",
        b"Nothing: 1\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n{x",
    ],
)
def test_a_broken_stream_ends_the_session(data: bytes) -> None:
    with pytest.raises(BrokenStreamError):
        list(read_messages(io.BytesIO(data)))


def test_it_speaks_on_standard_input_and_output(tmp_path: Path) -> None:
    talk = _framed(
        {"id": 1, "method": "initialize", "params": {}},
        _open(tmp_path / "orders.map", TEXT),
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    )
    done = subprocess.run(
        [str(Path(sys.executable).with_name("gateway")), "map", "serve"],
        input=talk, capture_output=True, timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    answers = list(read_messages(io.BytesIO(done.stdout)))
    assert [one.get("id") for one in answers] == [1, None, 2]
    assert answers[0]["result"]["capabilities"]["completionProvider"]
