"""`gateway check --world`: whether the world is as the settings say, and nothing is changed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.channels.remote.step import Step
from gateway.cli.main import main
from gateway.pipeline.world import Looked, channels, house, world
from gateway.problems import problem
from tests.channels.notice_peers import Hook, http_server
from tests.pipeline.world import ACME, GATEWAY, NORTHWIND, Clock, make
from tests.postgres import free_port

FOLDER = ACME[ACME.index("    kind: folder") : ACME.index("agreements:")]
POSTED = """\
    kind: https
    https:
      send: {{url: "http://127.0.0.1:{port}/in", http: {{login: {{token: "${{env:ACME_WORLD}}"}}}}}}
"""
AWAY = """\
    kind: sftp
    sftp:
      host: sftp.acme-retail.example
      login: {user: edi, password: "${env:ACME_WORLD}"}
      host_keys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
      receive: {folder: /out}
"""


def looked(root: Path, files: dict[str, str], partners: Sequence[str] = ()) -> dict[str, Looked]:
    quiet = {"gateway.yaml": GATEWAY + "http: {listen: off}\n"}
    workspace = make(root, quiet | files)
    found = world(workspace, partners, clock=Clock(), patience=5)
    return {each.subject: each for each in found}


def acme(channel: str) -> dict[str, str]:
    return {"partners/acme-retail/partner.yaml": ACME.replace(FOLDER, channel)}


def test_a_house_that_is_as_it_says(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    found = looked(tmp_path, {})
    assert all(each.works for each in found.values()), [each.said for each in found.values()]
    assert {"secrets", "database", "archive", "acme-retail main", "northwind main"} <= set(found)
    assert found["database"].said == "folder, fsync, database"
    made = {each.name for each in set(tmp_path.rglob("*")) - set(before)}
    assert made <= {"gateway.yaml", "partners", "_own.yaml", "partner.yaml", "acme-retail",
                    "northwind"}  # fmt: skip


def test_only_the_channels_of_those_that_are_named(tmp_path: Path) -> None:
    assert set(looked(tmp_path, {}, ["northwind"])) == {"northwind main"}


def test_a_secret_that_is_missing_keeps_a_channel_from_being_tried(tmp_path: Path) -> None:
    found = looked(tmp_path, acme(AWAY), ["acme-retail"])["acme-retail main"]
    assert found.said == "secret: C497"
    (each,) = found.problems
    assert each.place.path == "login.password"


def test_an_address_is_called_and_nothing_is_posted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_WORLD", "vq8Zr41kWm")
    with http_server(Hook()) as hook:
        found = looked(
            tmp_path, acme(POSTED.format(port=hook.url.rpartition(":")[2])), ["acme-retail"]
        )
    shown = found["acme-retail main"]
    assert shown.works
    assert shown.said == "secret, settings, dns, tcp, write"
    assert hook.calls == []
    assert "vq8Zr41kWm" not in json.dumps(shown.as_json())


def test_an_address_that_nobody_answers_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_WORLD", "vq8Zr41kWm")
    found = looked(tmp_path, acme(POSTED.format(port=free_port())), ["acme-retail"])
    assert found["acme-retail main"].said == "tcp: T362"


def test_servers_of_partners_are_never_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def trial(*_what: Any, **how: Any) -> Iterator[Step]:
        asked.append(how)
        yield Step("settings", "sftp")

    monkeypatch.setenv("ACME_WORLD", "vq8Zr41kWm")
    monkeypatch.setattr(channels, "trial", trial)
    assert looked(tmp_path, acme(AWAY), ["acme-retail"])["acme-retail main"].works
    assert [each["write"] for each in asked] == [False]


def test_what_hangs_or_breaks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_what: Any) -> Iterator[Step]:
        yield Step("settings", "folder")
        raise RuntimeError("a bug")

    monkeypatch.setattr(channels, "look_at", breaks)
    found = looked(tmp_path, {}, ["acme-retail"])["acme-retail main"]
    assert found.said == "trial: P245"
    assert problem("P240", what="a", seconds=10, step="dns").sentence.endswith("told: dns")


def port_of(tmp_path: Path, port: str | int) -> Looked:
    text = f"{GATEWAY}http: {{listen: '127.0.0.1:{port}'}}\n"
    return looked(tmp_path, {"gateway.yaml": text})[f"port 127.0.0.1:{port}"]


def test_a_port_is_free_or_ours_or_of_another_program(tmp_path: Path) -> None:
    assert port_of(tmp_path, free_port()).works
    with http_server(Hook()) as hook:  # it knows no /health
        assert port_of(tmp_path, hook.url.rpartition(":")[2]).said == "port: P244"
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        answering = threading.Thread(target=_answer, args=(server, b"HTTP/1.1 200 OK\r\n\r\n"))
        answering.start()
        found = port_of(tmp_path, server.getsockname()[1])
        answering.join()
    assert found.works
    assert "the gateway is at work" in found.steps[0].text


def _answer(server: socket.socket, text: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(text)


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    address = f"postgresql+psycopg://edi@127.0.0.1:{free_port()}/edi"
    text = f"{GATEWAY}database: {address}\nhttp: {{listen: off}}\n"
    found = looked(tmp_path, {"gateway.yaml": text})["database"]
    assert found.said == "database: P242"


def test_an_archive_that_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_address: str) -> None:
        raise OSError("no such bucket")

    monkeypatch.setattr(house, "open_archive", away)
    text = f"{GATEWAY}archive: s3://edi/archive\nhttp: {{listen: off}}\n"
    assert looked(tmp_path, {"gateway.yaml": text})["archive"].said == "archive: P243"


def test_the_command(tmp_path: Path) -> None:
    north = NORTHWIND.replace("northwind/in", "file/in")
    make(tmp_path, {"gateway.yaml": GATEWAY + "http: {listen: off}\n",
                    "partners/northwind/partner.yaml": north})  # fmt: skip
    (tmp_path / "file").write_text("no folder")

    def check(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["-w", str(tmp_path), "check", *arguments])

    without = check("--json")
    assert "world" not in json.loads(without.output)
    assert without.exit_code == 0
    told = check("--world", "--json")
    assert told.exit_code == 1
    works = {each["subject"]: each["works"] for each in json.loads(told.output)["world"]}
    assert works["northwind main"] is False
    assert works["acme-retail main"] is True
    page = check("--world", "--partner", "northwind")
    assert "P241" in page.output
    assert "1 looked at, 1 of them fails" in page.output
    assert check("--world", "--partner", "nobody").exit_code == 2
