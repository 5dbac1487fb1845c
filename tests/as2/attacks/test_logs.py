"""The log: no line of it is written by a caller, and nothing secret stands in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.pipeline.as2.receive import opening
from gateway.telemetry.log import formatter
from tests.as2.attacks.forging import EDIFACT, EVIL, SMIME, enveloped, part, signed
from tests.as2.attacks.target import Target, request
from tests.as2.credentials import KEYS, own
from tests.as2.interop.shop import ear_of, sending
from tests.as2.interop.wire import answer, call
from tests.as2.receive.world import message
from tests.pipeline.world import orders

ESCAPES = "\x1b]0;owned\x07\x1b[2J"
LINE = "\n2026-03-02T09:14:00 [info] delivered, all is well\r\n"
PRICE = "TOP-SECRET-PRICE"
_NUMBERS = count(1)


class Log(io.StringIO):
    """All that is logged, as it would be on disk."""

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@pytest.fixture(params=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    made = Log()
    handler = logging.StreamHandler(made)
    handler.setFormatter(formatter(json=request.param == "json"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield made
    root.removeHandler(handler)
    root.setLevel(level)
    for line in made.lines:
        assert line.isprintable() or not line.replace("\t", "").strip(), ascii(line)
        assert not line.startswith("2026-03-02T09:14:00 [info]")
        if request.param == "json":
            json.loads(line)


def mischief() -> list[tuple[bytes, bytes]]:
    """Heads and bodies with text of the caller wherever there may be text."""
    odd = f"\x85{ESCAPES.encode('latin-1').hex()}\xff".replace("\n", "")
    name = "filename*=utf-8''" + "".join(f"%{each:02x}" for each in f"x{LINE}{ESCAPES}".encode())
    inner = part(f"{EDIFACT}; name={odd}", EVIL, f"Content-Disposition: attachment; {name}")
    wrapped = enveloped(signed(inner, "stranger"))
    heads = [
        request(b"", f"X-{odd}: y"),
        request(b"", "Subject: \x1b[2J"),
        request(b"", sender=f"A{odd}"),
        request(b"", kind=f"application/{odd}"),
        request(b"", f"Content-Transfer-Encoding: {odd}", kind=SMIME),
        request(b"", f"Receipt-Delivery-Option: http://{odd}/"),
        b"GET /\x1b[2J HTTP/1.1\r\n\r\n",
        b"nonsense\x1b[2J\r\n\r\n",
    ]
    message_id = f"<{odd}@attacker.example>"
    told = request(wrapped, f"Subject: {odd}", message_id=message_id)
    return [(told, wrapped), *((each, b"") for each in heads)]


def test_no_caller_writes_lines_of_the_log(target: Target, log: Log) -> None:
    with target.unharmed():
        for told, content in mischief():
            call(target.where, told, content)
        inner = part(
            EDIFACT, EVIL, f"Content-Disposition: attachment; filename*=utf-8''%0A{LINE!a}"
        )
        body = enveloped(signed(inner, "stranger"))
        call(target.where, request(body), body)
    assert log.lines


def test_nor_does_a_partner_whose_name_for_a_file_has_lines(target: Target, log: Log) -> None:
    data = orders("log name")
    name = "".join(f"%{each:02x}" for each in f"x{LINE}{ESCAPES}".encode())
    inner = part(EDIFACT, data, f"Content-Disposition: attachment; filename*=utf-8''{name}")
    body = enveloped(signed(inner))
    message_id = f"<log-name-{next(_NUMBERS)}@acme.example>"
    got = call(target.where, request(body, message_id=message_id), body)
    target.accepted(got, message_id, [data])
    assert log.lines


def secrets_of(key: str) -> list[str]:
    """A private key in every form in which somebody may print it."""
    pem = (KEYS / f"{key}.key").read_text()
    private = own(key).key
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]
    numbers = private.private_numbers()  # type: ignore[union-attr]
    lines = [line for line in pem.splitlines() if "-----" not in line]
    return [*lines[1:-1], der.hex()[80:160], str(numbers.d)[:60], f"{numbers.p:x}"[:60]]


def test_no_secret_stands_in_log_answer_or_history(
    target: Target, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong: bad keys, bugs with everything in their hands, refusals."""
    answers = []
    posted = message(orders(PRICE))
    answers.append(target.sends(posted))
    answers.append(target.sends(message(signer="stranger")))
    answers.append(target.sends(message(recipient="stranger")))

    def broken(*everything: object) -> None:
        raise RuntimeError(f"a bug that tells all it has: {everything[2]!r}")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "open_message", broken)
        answers.append(target.sends(message()))
    found = [row.found for row in target.world.received()]
    texts = [log.getvalue(), *found, *(answer.body.decode("latin-1") for answer in answers)]
    texts += [each.found.sentence for each in target.world.gateway.alarms()]
    for secret in [*secrets_of("ours"), PRICE]:
        assert not [text for text in texts if secret in text]


def test_a_password_stands_nowhere(
    tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner's server refuses it, and sends it back in whatever it says."""
    monkeypatch.setenv("AS2_INSIDE", "open-sesame-4711")
    login = 'http: {login: {user: us, password: "${env:AS2_INSIDE}"}}'

    def echo(heard: object) -> bytes:
        seen = heard.get("authorization")  # type: ignore[attr-defined]
        said = f"no: {seen} open-sesame-4711".encode()
        return answer("401 No", (("Content-Type", "text/plain"),), said)

    with sending(tmp_path, login, echo) as shop:
        shop.invoice()
        assert ear_of(shop).last.get("authorization").startswith("Basic ")
        assert shop.problems
        told = [each.sentence for each in shop.problems]
        told += shop.texts + shop.alarms + [log.getvalue()]
        raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("open-sesame-4711", "dXM6b3Blbi1zZXNhbWUtNDcxMQ=="):
        assert not [text for text in told if secret in text]
        assert secret.encode() not in raw
