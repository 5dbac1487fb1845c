"""The Language Server Protocol for maps: findings while typing, and completion.

Only what editors need for that: ``initialize``, open, change, save and close of texts (sent whole),
``textDocument/completion``. One message in, messages out: nothing is read or written here but by
:func:`serve`. Limits keep a broken client from filling the memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from gateway.mapping.editing import Desk
from gateway.problems import Problem, Severity

MOST_BYTES = 16_000_000
"""Largest message."""
MOST_TEXTS = 200
"""Open texts at a time."""
_MOST_HEADER = 4096
_KINDS = {"field": 5, "segment": 7, "qualifier": 20, "element": 10, "record": 7, "codes": 12}
"""CompletionItemKind; words are keywords (14)."""
_FULL = 1
_NO_METHOD, _BAD_REQUEST, _FAILED = -32601, -32600, -32603
Message = dict[str, Any]


class BrokenStreamError(Exception):
    """The client sent what is no message of the protocol: nothing after it can be understood."""


class Server:
    """One editor's session."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.done = False
        self._requests: dict[str, Callable[[Message], Any]] = {
            "initialize": self._initialize,
            "shutdown": lambda _: None,
            "textDocument/completion": self._completion,
        }
        self._notices: dict[str, Callable[[Message], list[Message]]] = {
            "textDocument/didOpen": self._opened,
            "textDocument/didChange": self._changed,
            "textDocument/didSave": lambda given: self._told(_path(given)),
            "textDocument/didClose": self._closed,
            "exit": self._exit,
        }

    def handle(self, message: Message) -> list[Message]:
        """Answers and notices for one message; never raises for what a client sent."""
        method, given = message.get("method"), message.get("params") or {}
        answer = "id" in message
        if not isinstance(method, str) or not isinstance(given, dict):
            return [_error(message, _BAD_REQUEST, "no method")] if answer else []
        try:
            if not answer:
                notice = self._notices.get(method)
                return [] if notice is None else notice(given)
            if method not in self._requests:
                return [_error(message, _NO_METHOD, f"{method} is not served")]
            return [_message(id=message["id"], result=self._requests[method](given))]
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            return [_error(message, _FAILED, f"{type(wrong).__name__}: {wrong}")] if answer else []

    def _initialize(self, _: Message) -> Any:
        triggers = [".", "+", "*", "/", "(", " "]
        can = {
            "textDocumentSync": {"openClose": True, "change": _FULL, "save": True},
            "completionProvider": {"triggerCharacters": triggers},
        }
        return {"capabilities": can, "serverInfo": {"name": "gateway map serve"}}

    def _opened(self, given: Message) -> list[Message]:
        path = _path(given)
        if len(self.desk.drafts) < MOST_TEXTS:
            self.desk.drafts[path] = str(given["textDocument"]["text"])
        return self._told(path)

    def _changed(self, given: Message) -> list[Message]:
        path = _path(given)
        if path in self.desk.drafts:
            self.desk.drafts[path] = str(given["contentChanges"][-1]["text"])
        return self._told(path)

    def _closed(self, given: Message) -> list[Message]:
        path = _path(given)
        self.desk.drafts.pop(path, None)
        return [_diagnostics(path, [])]

    def _exit(self, _: Message) -> list[Message]:
        self.done = True
        return []

    def _told(self, path: Path) -> list[Message]:
        """The findings about a text."""
        if path not in self.desk.drafts:
            return []
        return [_diagnostics(path, self.desk.problems(path))]

    def _completion(self, given: Message) -> Any:
        path, at = _path(given), given["position"]
        line, column = int(at["line"]), int(at["character"])
        found = self.desk.complete(path, line + 1, column + 1)
        whole = {
            "start": {"line": line, "character": found.start - 1},
            "end": {"line": line, "character": column},
        }
        items = [
            {
                "label": one.text,
                "kind": _KINDS.get(one.kind, 14),
                "detail": one.detail or one.kind,
                "textEdit": {"range": whole, "newText": one.text},
            }
            for one in found.suggestions
        ]
        return {"isIncomplete": False, "items": items}


def _path(given: Message) -> Path:
    parts = urlsplit(str(given["textDocument"]["uri"]))
    if parts.scheme != "file":
        raise ValueError(f"{parts.scheme}: only files are served")
    return Path(unquote(parts.path))


def _diagnostics(path: Path, problems: list[Problem]) -> Message:
    listed = [_diagnostic(one) for one in problems]
    given = {"uri": path.as_uri(), "diagnostics": listed}
    return _message(method="textDocument/publishDiagnostics", params=given)


def _diagnostic(found: Problem) -> Message:
    place = found.place
    line, column = (place.line or 1) - 1, (place.column or 1) - 1
    return {
        "range": {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + place.width},
        },
        "severity": 1 if found.severity is Severity.ERROR else 2,
        "code": found.code,
        "source": "gateway",
        "message": f"{found.sentence}\n{found.remedy}".strip(),
    }


def _error(message: Message, code: int, text: str) -> Message:
    return _message(id=message.get("id"), error={"code": code, "message": text})


def _message(**members: Any) -> Message:
    return {"jsonrpc": "2.0", **members}


# ---------------------------------------------------------------------- the stream


def read_messages(stream: BinaryIO) -> Iterator[Message]:
    """Messages of a client, to the end of the stream. Raises :class:`BrokenStreamError`."""
    while (size := _size(stream)) is not None:
        body = stream.read(size)
        if len(body) < size:
            return
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            raise BrokenStreamError("a message that is no JSON") from None
        if isinstance(message, dict):
            yield message


def _size(stream: BinaryIO) -> int | None:
    """Content-Length of the next message; ``None`` at the end."""
    size = None
    while line := stream.readline(_MOST_HEADER):
        if not line.strip():
            break
        name, _, value = line.decode("ascii", "replace").partition(":")
        if name.strip().lower() == "content-length" and value.strip().isdigit():
            size = int(value)
    else:
        return None
    if size is None or size > MOST_BYTES:
        raise BrokenStreamError(f"a message of {size} bytes")
    return size


def serve(server: Server, source: BinaryIO, target: BinaryIO) -> None:
    """Serve a client until it leaves."""
    for message in read_messages(source):
        for answer in server.handle(message):
            body = json.dumps(answer, ensure_ascii=False).encode()
            target.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        target.flush()
        if server.done:
            return
