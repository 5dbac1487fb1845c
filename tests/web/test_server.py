"""The web port, asked by a real client on the loopback."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse

from gateway.telemetry import events
from gateway.telemetry.meters import Meters
from gateway.telemetry.status import Status
from gateway.web import app as pages
from gateway.web import server
from gateway.web.port import Address, PortError, PortTakenError, bound
from gateway.web.server import serving


@dataclass
class House:
    """A house whose state the test sets."""

    dead: list[str] = field(default_factory=list)
    unready: list[str] = field(default_factory=list)
    meters: Meters = field(default_factory=lambda: Meters(version="1", database="sqlite"))
    slow: threading.Event | None = None

    def live(self) -> list[str]:
        return list(self.dead)

    def ready(self) -> list[str]:
        if self.slow is not None:
            self.slow.wait(30)
        return list(self.unready)

    @property
    def status(self) -> Status:
        return Status(self.live, self.ready, self.meters.text)


@contextmanager
def port(house: House, listen: str = "127.0.0.1:0") -> Iterator[httpx.Client]:
    with serving(house.status, listen) as where:
        assert where is not None
        with httpx.Client(base_url=where.url, timeout=20, trust_env=False) as client:
            yield client


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with port(house) as made:
        yield made


def test_health_follows_the_process(house: House, client: httpx.Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive", "reasons": []})
    house.dead = ["the dispatcher has not turned for 40 seconds"]
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not alive", "reasons": house.dead}
    house.dead = []
    assert client.get("/health").status_code == 200


def test_readiness_is_another_question(house: House, client: httpx.Client) -> None:
    house.unready = ["the database does not answer", "the archive cannot be written"]
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reasons": house.unready}
    assert client.get("/health").status_code == 200


def test_metrics_parse(house: House, client: httpx.Client) -> None:
    with house.meters.counting():
        events.wakes_carried(lanes=5)
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in parse(answer.text)}
    assert families["gateway_wakes_sent"].samples[0].value == 5
    openmetrics = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get("/metrics", headers=openmetrics)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert "gateway_wakes_sent" in {family.name for family in parse_openmetrics(answer.text)}


def test_answers_are_neither_kept_nor_signed(client: httpx.Client) -> None:
    for path in ("/", "/health", "/ready", "/metrics"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405
    assert client.get("/else").status_code == 404
    assert "/ready" in client.get("/").text


def test_a_bug_in_a_question_is_an_answer(house: House) -> None:
    def broken() -> list[str]:
        raise ValueError("password=abc")

    status = Status(broken, house.ready, lambda _accept: (_ for _ in ()).throw(OSError("x")))
    with serving(status, "127.0.0.1:0") as where:
        assert where is not None
        answer = httpx.get(f"{where.url}/health", trust_env=False)
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["the question itself failed: ValueError"]
        answer = httpx.get(f"{where.url}/metrics", trust_env=False)
        assert (answer.status_code, answer.text) == (503, "the question itself failed: OSError\n")


def test_a_question_that_hangs_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.app, "__kwdefaults__", {"patience": 0.3})
    house.slow = threading.Event()
    try:
        with port(house) as client:
            for _ in range(2 * pages.AT_ONCE):
                answer = client.get("/ready")
                assert answer.status_code == 503
                assert answer.json()["reasons"] == ["no answer within 0.3 seconds"]
            assert client.get("/health").status_code == 200
            house.slow.set()
            assert until(lambda: client.get("/ready").status_code == 200)
    finally:
        house.slow.set()


def until(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_it_stops_at_once_and_frees_its_port(house: House) -> None:
    before = set(threading.enumerate())
    with serving(house.status, "127.0.0.1:0") as where:
        assert where is not None
        client = httpx.Client(base_url=where.url, trust_env=False)
        assert client.get("/health").status_code == 200
        began = time.monotonic()
    assert time.monotonic() - began < 1.5  # with a connection that is kept open
    client.close()
    assert "web" not in {thread.name for thread in set(threading.enumerate()) - before}
    with serving(house.status, f"127.0.0.1:{where.port}") as again:
        assert again == where


def test_it_stops_when_the_work_fails(house: House) -> None:
    before = set(threading.enumerate())
    with pytest.raises(KeyError), serving(house.status, "127.0.0.1:0"):
        raise KeyError("work")
    assert "web" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_off_opens_nothing(house: House) -> None:
    with serving(house.status, "off") as where:
        assert where is None


def test_a_port_that_is_taken_is_a_sentence(house: House) -> None:
    with bound("127.0.0.1:0") as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(PortTakenError) as caught, serving(house.status, taken):
            pass
    assert str(caught.value) == (
        f"the web port {taken} is taken by another program, perhaps by a gateway that is still"
        " running; stop that one, or set http.listen in gateway.yaml to another port or to off"
    )


@pytest.mark.parametrize(
    ("listen", "sentence"),
    [
        ("203.0.113.7:8480", "is no address of this machine"),
        ("127.0.0.1:99999", "is no address and port"),
        ("no such host:80", "is no address and port"),
    ],
)
def test_an_address_that_is_none_is_a_sentence(listen: str, sentence: str) -> None:
    with pytest.raises(PortError, match=re.escape(sentence)):
        bound(listen)


def test_addresses_as_they_are_written() -> None:
    assert Address("127.0.0.1", 8480).url == "http://127.0.0.1:8480"
    assert Address("::1", 8480).url == "http://[::1]:8480"


def test_ipv6(house: House) -> None:
    try:
        with port(house, "[::1]:0") as client:
            assert client.get("/health").status_code == 200
    except PortError:
        pytest.skip("this machine has no IPv6")


def answers(sock: socket.socket) -> bytes:
    sock.settimeout(10)
    found = b""
    with suppress(ConnectionError):
        while piece := sock.recv(65536):
            found += piece
    return found


def test_a_request_too_long_is_refused(client: httpx.Client) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as sock:
        with suppress(ConnectionError):
            sock.sendall(b"GET /health HTTP/1.1\r\nX-A: " + b"a" * (2 * server.LARGEST_HEAD))
        assert b"200 OK" not in answers(sock)
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("said", [b"", b"GET /health HT"], ids=["nothing", "half a request"])
def test_who_does_not_ask_is_hung_up_on(
    house: House, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SPEAK_WITHIN", 0.2)
    with port(house) as client:
        where = (client.base_url.host, client.base_url.port or 0)
        with socket.create_connection(where) as sock:
            sock.sendall(said)
            assert answers(sock) == b""
        with socket.create_connection(where) as sock:  # after a request, too
            sock.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n" + said)
            assert answers(sock).startswith(b"HTTP/1.1 200 OK\r\n")


def test_connections_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 5)
    with port(house) as client:
        where = (client.base_url.host, client.base_url.port or 0)
        held = [socket.create_connection(where) for _ in range(8)]
        try:
            assert until(lambda: client.get("/health").status_code == 503)
        finally:
            for one in held:
                one.close()
        assert until(lambda: client.get("/health").status_code == 200)


def test_it_is_loaded_only_when_it_is_used() -> None:
    code = (
        "import sys, gateway.web.watched, gateway.web.port, gateway.cli.main, gateway.pipeline\n"
        "print([m for m in ('uvicorn', 'starlette', 'prometheus_client', 'cryptography',"
        " 'gateway.channels.as2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert json.loads(done.stdout.replace("'", '"')) == []
