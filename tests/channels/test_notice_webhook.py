"""A notice by HTTP: signed, taken by a real server, and what its answers mean."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.channels.notice import OUTLETS, NoticeRefusedError, webhook
from gateway.config.operation import Alarms, Webhook
from gateway.config.secrets import SecretError
from gateway.telemetry.secrets import MASK, clean
from tests.channels.notice_peers import Hook, http_server

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KEY = "alarm:12:raised:webhook"
BODY = '{"type": "alarm.raised", "data": {"sentence": "no order – yet"}}'.encode()
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with http_server(Hook()) as running:
        yield running


def test_a_notice_arrives_signed(hook: Hook, tmp_path: Path) -> None:
    settings = Webhook(url=f"{hook.url}/edi?x=1", secret="${env:HOOK_SECRET}")
    webhook.send(settings, BODY, KEY, tmp_path, AT)
    ((path, headers, body),) = hook.calls
    assert (path, body) == ("/edi?x=1", BODY)
    assert headers["content-type"] == "application/json"
    assert headers["webhook-timestamp"] == "1772442840"
    # verified as a receiver does it, from the specification
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"k" * 32, signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert clean(f"signed with {SECRET}") == f"signed with {MASK}"


def test_the_signature_is_that_of_the_specification() -> None:
    """The vector of the reference libraries of Standard Webhooks."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = hmac.digest(key, b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body, "sha256")
    assert base64.b64encode(signed) == b"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_without_a_secret_there_is_no_signature(hook: Hook, tmp_path: Path) -> None:
    webhook.send(Webhook(url=hook.url), BODY, KEY, tmp_path, AT)
    assert "webhook-signature" not in hook.calls[0][1]


def test_a_repeat_can_be_recognised(hook: Hook, tmp_path: Path) -> None:
    for body in (BODY, BODY, b"{}"):
        webhook.send(Webhook(url=hook.url), body, KEY, tmp_path, AT)
    ids = [headers["webhook-id"] for _, headers, _ in hook.calls]
    assert ids[0] == ids[1] != ids[2], "another gateway may have the same key"
    assert ids[0].startswith(KEY)
    assert "." not in ids[0], "it ends where the timestamp begins"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_taken(hook: Hook, tmp_path: Path, status: int) -> None:
    hook.status = status
    webhook.send(Webhook(url=hook.url), BODY, KEY, tmp_path, AT)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_refused_for_good(hook: Hook, tmp_path: Path, status: int) -> None:
    hook.status = status
    with pytest.raises(NoticeRefusedError, match=f"^127.0.0.1 answers {status}$"):
        webhook.send(Webhook(url=f"{hook.url}/token"), BODY, KEY, tmp_path, AT)


@pytest.mark.parametrize("status", [0, 408, 429, 500, 502, 503])
def test_perhaps_later(hook: Hook, tmp_path: Path, status: int) -> None:
    hook.status = status
    with pytest.raises(ConnectionError, match=r"^127\.0\.0\.1 (answers|cannot be reached)"):
        webhook.send(Webhook(url=f"{hook.url}/token"), BODY, KEY, tmp_path, AT)


def test_a_redirect_is_not_followed(hook: Hook, tmp_path: Path) -> None:
    hook.status, hook.headers = 307, {"location": f"{hook.url}/elsewhere"}
    with pytest.raises(ConnectionError, match="redirect, which is not followed"):
        webhook.send(Webhook(url=f"{hook.url}/here"), BODY, KEY, tmp_path, AT)
    assert [path for path, _, _ in hook.calls] == ["/here"]


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionError) as failure:
        webhook.send(Webhook(url=f"http://127.0.0.1:{port}/token"), BODY, KEY, tmp_path, AT)
    assert "refused" in str(failure.value)
    assert "token" not in str(failure.value)


def test_a_server_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", webhook.httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ConnectionError, match="timed out"):
            webhook.send(Webhook(url=url), BODY, KEY, tmp_path, AT)


def test_the_address_may_be_a_secret(
    hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", f"{hook.url}/T0KEN")
    webhook.send(Webhook(url="${env:HOOK_URL}"), BODY, KEY, tmp_path, AT)
    assert hook.calls[0][0] == "/T0KEN"
    for wrong in ("ftp://127.0.0.1/T0KEN", "https://a..b/T0KEN", "https://[::/T0KEN", "T0KEN"):
        monkeypatch.setenv("HOOK_URL", wrong)
        with pytest.raises(SecretError) as failure:
            webhook.send(Webhook(url="${env:HOOK_URL}"), BODY, KEY, tmp_path, AT)
        assert "T0KEN" not in str(failure.value)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_***", "not base64!", "whsec_é"])
def test_a_secret_of_another_form_is_not_used(
    hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("HOOK_SECRET", secret)
    settings = Webhook(url=hook.url, secret="${env:HOOK_SECRET}")
    with pytest.raises(SecretError, match=r"\$\{env:HOOK_SECRET\}: it is no whsec_"):
        webhook.send(settings, BODY, KEY, tmp_path, AT)
    assert hook.calls == []


def test_the_table_of_outlets(hook: Hook, tmp_path: Path) -> None:
    OUTLETS["webhook"](Alarms(webhook=Webhook(url=hook.url)), tmp_path, BODY, KEY, AT)
    assert len(hook.calls) == 1
    with pytest.raises(NoticeRefusedError, match=r"alarms\.webhook is not set"):
        OUTLETS["webhook"](Alarms(), tmp_path, BODY, KEY, AT)
