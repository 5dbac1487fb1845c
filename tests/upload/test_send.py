"""Files posted to a partner's address: once as far as he can tell, or said why not."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline.upload import send as module
from tests.channels.notice_peers import certificate
from tests.upload.peer import Hook, http_server
from tests.upload.world import RECEIVE, SEND, UploadWorld, settings

Opened = Callable[..., UploadWorld]


@pytest.fixture
def hook() -> Iterator[Hook]:
    with http_server(Hook(status=201)) as running:
        yield running


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made: list[UploadWorld] = []

    def open_(url: str, more: str = "", **files: Any) -> UploadWorld:
        lines = "".join(f"        {line}\n" for line in more.splitlines())
        https = SEND.format(url=url) + lines
        made.append(UploadWorld(tmp_path / str(len(made)), files, https=https))
        return made[-1]

    yield open_
    for each in made:
        each.gateway.close()


def codes(world: UploadWorld) -> list[str]:
    return world.codes(world.interchange.id)


def sentence(world: UploadWorld) -> str:
    history = world.gateway.message(world.interchange.id)
    assert history is not None
    return history.problems[0].sentence


def test_a_file_is_posted_as_it_was_built(hook: Hook, opened: Opened) -> None:
    world = opened(f"{hook.url}/edi?tenant=4")
    world.invoice()
    ((path, headers, body),) = hook.calls
    (one,) = world.deliveries()
    assert path == "/edi?tenant=4"
    assert body.startswith(b"UNA") or body.startswith(b"UNB")
    assert headers["content-type"] == "application/EDIFACT"
    assert headers["content-disposition"] == f'attachment; filename="{one.name}"'
    assert headers["idempotency-key"] == f"{one.key}:{sha256(body).hexdigest()[:16]}"
    assert int(headers["content-length"]) == len(body)
    assert (one.state, world.interchange.state) == ("done", "delivered")


def test_put_adds_the_name_to_the_address(hook: Hook, opened: Opened) -> None:
    more = 'method: PUT\nname: "{message}_{control}.edi"\ncontent_types: {edifact: text/plain}'
    world = opened(f"{hook.url}/edi/?tenant=4", more)
    world.invoice()
    ((path, headers, _),) = hook.calls
    (one,) = world.deliveries()
    assert path == f"/edi/{one.name}?tenant=4"
    assert headers["content-type"] == "text/plain"


@pytest.mark.parametrize("status", [200, 204])
def test_any_2xx_is_its_arrival(hook: Hook, opened: Opened, status: int) -> None:
    hook.status = status
    world = opened(hook.url)
    world.invoice()
    assert world.interchange.state == "delivered"


@pytest.mark.parametrize("status", [401, 409])
def test_a_refusal_is_for_good(hook: Hook, opened: Opened, status: int) -> None:
    hook.status, hook.body = status, b'{"detail": "the item is unknown"}'
    hook.headers = {"content-type": "application/problem+json"}
    world = opened(f"{hook.url}/T0KEN")
    world.invoice()
    world.work(hours=1)
    assert len(hook.calls) == 1
    assert world.interchange.state == "dead"
    assert codes(world)[0] == "T446"
    assert f"{status} the item is unknown" in sentence(world)
    assert "T0KEN" not in sentence(world)


@pytest.mark.parametrize("status", [302, 503])
def test_perhaps_later_with_the_same_key(hook: Hook, opened: Opened, status: int) -> None:
    hook.status = status
    world = opened(hook.url)
    world.invoice()
    assert (codes(world), world.interchange.state) == (["T447"], "retrying")
    hook.status = 201
    world.work(minutes=1)
    assert world.interchange.state == "delivered"
    first, second = hook.calls
    assert first[1]["idempotency-key"] == second[1]["idempotency-key"]
    assert first[2] == second[2]


def test_it_waits_as_long_as_it_is_asked_to(hook: Hook, opened: Opened) -> None:
    hook.status, hook.headers = 429, {"retry-after": "3600"}
    world = opened(hook.url)
    world.invoice()
    hook.status, hook.headers = 201, {}
    world.work(minutes=59)
    assert len(hook.calls) == 1
    world.work(minutes=2)
    assert len(hook.calls) == 2
    assert world.interchange.state == "delivered"


def test_an_answer_that_is_lost_is_unknown_and_asked_for_again(hook: Hook, opened: Opened) -> None:
    hook.status = 0  # it takes the file and hangs up
    world = opened(hook.url)
    world.invoice()
    assert (codes(world), world.interchange.state) == (["T448"], "retrying")
    hook.status = 409  # the first attempt is still being worked on over there
    world.work(minutes=1)
    assert codes(world) == ["T448", "T447"]
    hook.status = 200
    world.work(minutes=5)
    assert world.interchange.state == "delivered"
    assert len({headers["idempotency-key"] for _, headers, _ in hook.calls}) == 1


def test_nothing_leaves_where_nobody_answers(opened: Opened) -> None:
    world = opened("http://127.0.0.1:9/in")
    world.invoice()
    assert (codes(world), world.interchange.state) == (["T449"], "retrying")


def test_the_server_has_to_be_the_one_agreed(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    files = certificate(tmp_path / "tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    pin = sha256(ssl.PEM_cert_to_DER_cert(files[0].read_text())).hexdigest()
    with http_server(Hook(status=201), tls=context) as hook:
        for more, state in (
            ("", "retrying"),
            (f"http: {{pins: ['{'0' * 64}']}}", "retrying"),
            (f"http: {{pins: ['{pin}']}}", "delivered"),
        ):
            world = opened(hook.url, more)
            world.invoice()
            assert world.interchange.state == state
            if state == "retrying":
                assert codes(world) == ["T449"]
        assert len(hook.calls) == 1


def test_login_and_headers_go_along_and_secrets_are_looked_up(
    hook: Hook, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_URL", f"{hook.url}/secret-place")
    login = 'http: {login: {token: "${file:their-token.txt}"}, headers: {X-Tenant: "4"}}'
    world = opened('"${env:ACME_URL}"', login)
    world.invoice()
    assert codes(world) == ["T449"]
    assert "their-token.txt" in sentence(world)
    (world.root / "their-token.txt").write_text("t0ken-of-theirs\n")
    world.work(minutes=1)
    ((path, headers, _),) = hook.calls
    assert path == "/secret-place"
    assert headers["authorization"] == "Bearer t0ken-of-theirs"
    assert headers["x-tenant"] == "4"


def test_a_channel_that_was_taken_away(hook: Hook, opened: Opened) -> None:
    hook.status = 503
    world = opened(hook.url)
    world.invoice()
    world.reload(world.files | settings(RECEIVE))
    world.work(minutes=1)
    assert codes(world) == ["T447", "T449"]
    assert len(hook.calls) == 1


def test_a_bug_of_ours_does_not_send_without_end(
    hook: Hook, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("a bug")

    monkeypatch.setattr(module, "address_of", broken)
    world = opened(hook.url)
    world.invoice()
    assert (codes(world), world.interchange.state) == (["T448"], "retrying")
    assert hook.calls == []
