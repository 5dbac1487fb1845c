"""A notice by e-mail: taken by a real server, encrypted, once to be recognised."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.notice import OUTLETS, NoticeRefusedError, email
from gateway.config.operation import Alarms, Email
from gateway.telemetry.secrets import MASK, clean
from tests.channels.notice_peers import Mailbox, certificate, smtp_server

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KEY = "alarm:12:raised:email"


def stored(text: str = "Our Company: 1 new alarm – overdue.\n") -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "EDI gateway, Our Company: 1 new alarm"
    mail["Date"] = AT
    mail.set_content(text)
    return mail.as_bytes()


BODY = stored()


def settings(port: int, **more: Any) -> Email:
    values = {
        "server": f"127.0.0.1:{port}",
        "sender": "EDI gateway <edi@our.example>",
        "to": ("ops@our.example", "Erp Team <erp@our.example>"),
        "security": "none",
    }
    return Email(**(values | more))


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server(Mailbox()) as running:
        yield running


@pytest.fixture
def contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's; its certificate is one that this process trusts."""
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    monkeypatch.setenv("SMTP_PASSWORD", "correct horse")
    return context


def test_a_mail_arrives_whole(box: Mailbox, tmp_path: Path) -> None:
    email.send(settings(box.port), BODY, KEY, tmp_path)
    ((receivers, mail),) = box.taken
    assert receivers == ["ops@our.example", "erp@our.example"]
    assert mail["From"] == "EDI gateway <edi@our.example>"
    assert mail["To"] == "ops@our.example, Erp Team <erp@our.example>"
    assert mail["Subject"] == "EDI gateway, Our Company: 1 new alarm"
    assert parsedate_to_datetime(mail["Date"]) == AT
    assert mail.get_content().splitlines() == ["Our Company: 1 new alarm – overdue."]


def test_a_repeat_can_be_recognised(box: Mailbox, tmp_path: Path) -> None:
    for body, key in (
        (BODY, KEY),
        (BODY, KEY),
        (BODY, "alarm:12:again:1:email"),
        (stored("x"), KEY),
    ):
        email.send(settings(box.port), body, key, tmp_path)
    ids = [mail["Message-ID"] for _, mail in box.taken]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3, "another gateway may have the same key"
    assert ids[0].endswith("@our.example>")


def test_the_connection_is_encrypted_and_the_user_known(
    contexts: ssl.SSLContext, tmp_path: Path
) -> None:
    login = {"user": "edi", "password": "${env:SMTP_PASSWORD}"}
    with smtp_server(Mailbox(), starttls=contexts, auth=True) as box:
        email.send(settings(box.port, security="starttls", **login), BODY, KEY, tmp_path)
    assert (box.encrypted, box.users) == ([True], [(b"edi", b"correct horse")])
    with smtp_server(Mailbox(), tls=contexts) as box:
        email.send(settings(box.port, security="tls"), BODY, KEY, tmp_path)
    assert len(box.taken) == 1
    assert clean("correct horse") == MASK, "no log shows it from now on"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_nothing(
    contexts: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    given = {"starttls" if security == "starttls" else "tls": contexts}
    with smtp_server(Mailbox(), **given) as box, pytest.raises(OSError, match="self-signed"):
        email.send(settings(box.port, security=security), BODY, KEY, tmp_path)
    assert box.taken == []


def test_a_server_without_starttls_gets_nothing(box: Mailbox, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="STARTTLS"):
        email.send(settings(box.port, security="starttls"), BODY, KEY, tmp_path)
    assert box.taken == []


def test_a_wrong_password_is_tried_again(
    contexts: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "wrong horse")
    login = {"user": "edi", "password": "${env:SMTP_PASSWORD}", "security": "starttls"}
    with (
        smtp_server(Mailbox(), starttls=contexts, auth=True) as box,
        pytest.raises(OSError, match="535") as failure,
    ):
        email.send(settings(box.port, **login), BODY, KEY, tmp_path)
    assert "wrong horse" not in str(failure.value)


def test_a_missing_password_is_tried_again(tmp_path: Path) -> None:
    login = {"user": "edi", "password": "${env:NOT_THERE}", "security": "starttls"}
    with pytest.raises(OSError, match=r"\$\{env:NOT_THERE\}: this environment variable is not set"):
        email.send(settings(1, **login), BODY, KEY, tmp_path)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("554 5.7.1 spam", NoticeRefusedError),
        ("451 4.3.0 later", ConnectionError),
        ("452 4.3.1 disk full", ConnectionError),
    ],
)
def test_the_answer_of_the_server_decides(
    box: Mailbox, tmp_path: Path, answer: str, kind: type[Exception]
) -> None:
    box.answer = answer
    with pytest.raises(kind, match=answer):
        email.send(settings(box.port), BODY, KEY, tmp_path)
    assert box.taken == []


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (("550 unknown", "550 unknown"), NoticeRefusedError),
        (("550 unknown", "450 greylisted"), ConnectionError),
        (("450 greylisted", "450 greylisted"), ConnectionError),
    ],
)
def test_all_receivers_refused(
    box: Mailbox, tmp_path: Path, answers: tuple[str, str], kind: type[Exception]
) -> None:
    box.refused = dict(zip(("ops@our.example", "erp@our.example"), answers, strict=True))
    with pytest.raises(kind):
        email.send(settings(box.port), BODY, KEY, tmp_path)


def test_one_receiver_is_enough(
    box: Mailbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box.refused = {"ops@our.example": "550 unknown"}
    email.send(settings(box.port), BODY, KEY, tmp_path)
    assert [receivers for receivers, _ in box.taken] == [["erp@our.example"]]
    assert "ops@our.example" in caplog.text


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OSError, match="does not answer: connection refused"):
        email.send(settings(port), BODY, KEY, tmp_path)


@contextmanager
def script(*answers: bytes) -> Iterator[int]:
    """A server that says these, one after each line, and cuts the line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer)
                    if answer.startswith(b"354"):
                        while lines.readline() not in (b".\r\n", b""):
                            pass
                    else:
                        lines.readline()

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_a_line_that_is_cut_before_the_mail_was_taken(tmp_path: Path) -> None:
    with script(b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n") as port, pytest.raises(OSError):
        email.send(settings(port), BODY, KEY, tmp_path)


def test_a_line_that_is_cut_after_the_mail_was_taken(tmp_path: Path) -> None:
    said = (b"220 hello", b"250 hello", b"250 ok", b"250 ok", b"250 ok", b"354 go", b"250 taken")
    with script(*(each + b"\r\n" for each in said)) as port:
        email.send(settings(port), BODY, KEY, tmp_path)


def test_a_server_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "SECONDS", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(OSError, match="timed out"),
    ):
        email.send(settings(listener.getsockname()[1]), BODY, KEY, tmp_path)


def test_the_table_of_outlets(box: Mailbox, tmp_path: Path) -> None:
    OUTLETS["email"](Alarms(email=settings(box.port)), tmp_path, BODY, KEY, AT)
    assert len(box.taken) == 1
    with pytest.raises(NoticeRefusedError, match=r"alarms\.email is not set"):
        OUTLETS["email"](Alarms(), tmp_path, BODY, KEY, AT)


@pytest.mark.parametrize(
    ("server", "security", "address"),
    [
        ("mail.example.com", "starttls", ("mail.example.com", 587)),
        ("mail.example.com", "tls", ("mail.example.com", 465)),
        ("mail.example.com", "none", ("mail.example.com", 25)),
        ("mail.example.com:2525", "none", ("mail.example.com", 2525)),
        ("[::1]", "none", ("::1", 25)),
        ("[::1]:2525", "none", ("::1", 2525)),
    ],
)
def test_the_port_follows_from_the_security(
    server: str, security: str, address: tuple[str, int]
) -> None:
    made = email._server(settings(1, server=server, security=security), Path())
    assert (made.host, made.port) == address
