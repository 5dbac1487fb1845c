"""Calls of a shop written down, and played back: for tests, and to show what a shop answered.

A tape is a file of JSON lines. What proves who calls is added below a recorder, so it is on no
tape; bodies of answers are, and may hold what is personal: tapes of real shops stay out of
repositories.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.channels.shops.session import (
    Answer,
    Method,
    Query,
    Session,
    ShopError,
    ShopRefusedError,
)
from gateway.syntax.jsonparts import dumps


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and what came back."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    answer: Answer | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """What makes two requests the same; bodies may hold the time."""
        return self.method, self.path, tuple(sorted(self.query))

    def json(self) -> Any:
        """The values that were sent; numbers with a fraction as ``Decimal``."""
        return Answer(0, (), self.body).json() if self.body else None


class Recorder:
    """A session that writes down what passes through it."""

    def __init__(self, session: Session, tape: Path) -> None:
        self._session = session
        self._tape = tape

    def call(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        """Pass it on, and write it down when an answer came."""
        answer = self._session.call(
            method,
            path,
            query=query,
            json=json,
            body=body,
            headers=headers,
            allowed=allowed,
            repeatable=repeatable,
        )
        sent = dumps(json) if json is not None else body or b""
        with self._tape.open("a", encoding="utf-8") as file:
            file.write(_line(Call(method, path, tuple(query), sent, answer)))
        return answer

    def close(self) -> None:
        """Give connections back."""
        self._session.close()


class PlayedOutError(ShopError):
    """The tape holds no (further) answer to a request."""


class Player:
    """A session that answers from a tape: the same requests get their answers in order."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._answers: dict[Any, deque[Call]] = defaultdict(deque)
        for one in calls:
            self._answers[one.key].append(one)
        self.calls: list[Call] = []
        """What was asked, in order."""

    @classmethod
    def of(cls, tape: Path) -> Player:
        """Of a file."""
        return cls(read(tape))

    def call(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        """The next answer to such a request. Raises :class:`PlayedOutError`."""
        sent = dumps(json) if json is not None else body or b""
        asked = Call(method, path, tuple(query), sent, headers=dict(headers or {}))
        self.calls.append(asked)
        left = self._answers[asked.key]
        if not left:
            raise PlayedOutError(f"the tape has no answer to {method} {path} {dict(query)}")
        answer = (left.popleft() if len(left) > 1 else left[0]).answer
        return _judged(answer or Answer(200, (), b""), allowed)

    def close(self) -> None:
        """Nothing is open."""


class ScriptedSession:
    """A session whose answers are given one after the other; what was asked is in ``calls``.

    An answer is a status and values (or bytes), or the error that a call raises.
    """

    def __init__(self, *answers: tuple[int, Any] | ShopError | Answer) -> None:
        self.answers = deque(answers)
        self.calls: list[Call] = []

    def call(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        """The next answer. Raises :class:`PlayedOutError` when there is none."""
        sent = dumps(json) if json is not None else body or b""
        self.calls.append(Call(method, path, tuple(query), sent, headers=dict(headers or {})))
        if not self.answers:
            raise PlayedOutError(f"no answer is left for {method} {path} {dict(query)}")
        found = self.answers.popleft()
        if isinstance(found, ShopError):
            raise found
        if isinstance(found, Answer):
            return _judged(found, allowed)
        status, value = found
        data = value if isinstance(value, bytes) else dumps(value)
        return _judged(Answer(status, (), data), allowed)

    def close(self) -> None:
        """Nothing is open."""


def read(tape: Path) -> Iterator[Call]:
    """The calls on a tape."""
    for line in tape.read_text("utf-8").splitlines():
        data = json.loads(line)
        headers = tuple((name, value) for name, value in data["headers"])
        answer = Answer(data["status"], headers, _bytes(data["answer"]))
        query = tuple((name, value) for name, value in data["query"])
        yield Call(data["method"], data["path"], query, _bytes(data["body"]), answer)


def _judged(answer: Answer, allowed: Sequence[int]) -> Answer:
    if answer.status >= 400 and answer.status not in allowed:
        said = answer.body.decode("utf-8", "replace")
        raise ShopRefusedError(f"{answer.status} {said}", answer.status, answer.body)
    return answer


def _line(call: Call) -> str:
    assert call.answer is not None
    data = {
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "body": _text(call.body),
        "status": call.answer.status,
        "headers": call.answer.headers,
        "answer": _text(call.answer.body),
    }
    return json.dumps(data, ensure_ascii=False) + "\n"


def _text(data: bytes) -> str:
    """Bytes as text; what is no text as base64 behind a mark."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(data).decode()}"


def _bytes(text: str) -> bytes:
    return base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode("utf-8")
