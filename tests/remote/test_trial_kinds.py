"""The test of channels that are no servers with folders: AS2, HTTPS, mail, our own mailboxes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.pipeline.remote.trial import trial
from tests.as2.send.peer import Peer, peer_link, served
from tests.as2.send.shop import settings as as2_settings
from tests.channels.notice_peers import Hook, Mailbox, certificate, http_server, smtp_server
from tests.pipeline.world import ACME, GATEWAY, Clock, make
from tests.remote.shop import FOLDER

KEYS = Path(__file__).parent.parent / "sftp/keys"


def steps(root: Path, channel: str, *, own: str = "", write: bool = True) -> list[tuple[str, str]]:
    """Names of steps, and their texts or the codes of their problems."""
    files = {"partners/acme-retail/partner.yaml": ACME.replace(FOLDER, channel)}
    if own:
        files["gateway.yaml"] = GATEWAY + own
    workspace = make(root, files)
    tried = trial(workspace, "acme-retail", "main", token="1a2b", clock=Clock(), write=write)
    return [(each.name, each.found.code if each.found else each.text) for each in tried]


# ---- mail


def mail(port: int, to: str = "edi@acme-retail.example") -> str:
    return f"""\
    kind: mail
    mail:
      send:
        smtp: {{server: "127.0.0.1:{port}", security: none}}
        sender: EDI <edi@our-company.example>
        to: [{to}]
"""


def test_a_mail_server_is_asked_and_gets_no_mail(tmp_path: Path) -> None:
    with smtp_server(Mailbox()) as box:
        found = steps(tmp_path, mail(box.port))
    assert [name for name, _ in found] == ["settings", "dns", "tcp", "write"]
    assert found[-1][1] == "a mail for edi@acme-retail.example would be taken; none was sent"
    assert box.taken == []


def test_a_receiver_that_the_mail_server_refuses_is_told(tmp_path: Path) -> None:
    with smtp_server(Mailbox(refused={"edi@acme-retail.example": "550 nobody here"})) as box:
        assert steps(tmp_path, mail(box.port))[-1] == ("write", "T468")


def test_a_mail_server_that_is_away_is_told(tmp_path: Path) -> None:
    assert steps(tmp_path, mail(_nobody()))[-1][0] == "tcp"


# ---- HTTPS


def https(url: str, more: str = "") -> str:
    return f"    kind: https\n    https:\n      send: {{url: '{url}'{more}}}\n"


def test_an_address_is_reached_and_nothing_is_posted(tmp_path: Path) -> None:
    with http_server(Hook()) as hook:
        found = steps(tmp_path, https(hook.url))
    assert [name for name, _ in found] == ["settings", "dns", "tcp", "write"]
    assert (hook.calls, found[-1][1]) == ([], "nothing is posted for a test")


def test_an_address_that_nobody_answers_is_told(tmp_path: Path) -> None:
    assert steps(tmp_path, https(f"http://127.0.0.1:{_nobody()}/edi"))[-1] == ("tcp", "T362")


def test_our_own_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = "    kind: https\n    https:\n      receive: {tokens: ['${env:TOKEN}']}\n"
    monkeypatch.delenv("TOKEN", raising=False)
    assert steps(tmp_path, channel) == [("settings", "C497")], "nobody could post with it"
    monkeypatch.setenv("TOKEN", "t" * 32)
    text = "files are taken at /in/acme-retail/main of our web port"
    assert steps(tmp_path, channel)[-1] == ("settings", text)


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    (tmp_path / "peer").mkdir()
    file, key = certificate(tmp_path / "peer")
    fingerprint = "0" * 64
    partner = tmp_path / "partners/acme-retail"
    partner.mkdir(parents=True)
    (partner / "ca.pem").write_bytes(file.read_bytes())
    with tls_server(file, key) as port:
        url = f"https://127.0.0.1:{port}/edi"
        trusted = steps(tmp_path, https(url, ", http: {ca: ca.pem}"))
        assert [name for name, _ in trusted] == ["settings", "dns", "tcp", "tls", "write"]
        assert trusted[3][1].startswith("TLSv1.3, certificate until ")
        assert steps(tmp_path, https(url))[-1] == ("tls", "T362")
        pinned = https(url, f", http: {{pins: ['{fingerprint}']}}")
        assert steps(tmp_path, pinned)[-1] == ("tls", "T362")


@contextmanager
def tls_server(file: Path, key: Path) -> Iterator[int]:
    """Shakes hands, and that is all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(1)
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


# ---- mailboxes of ours


MAILBOX = "    kind: mailbox\n    mailbox: {user: acme, keys: [{file: acme.pub}]}\n"


def ours(port: int) -> str:
    return f"mailboxes: {{listen: '127.0.0.1:{port}', host_keys: ['${{file:{KEYS}/host.key}}']}}\n"


def test_our_server_is_asked_whether_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "partners/acme-retail").mkdir(parents=True)
    (tmp_path / "partners/acme-retail/acme.pub").write_bytes((KEYS / "user.pub").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=_greet, args=(listener,))
        thread.start()
        found = steps(tmp_path, MAILBOX, own=ours(port))
        thread.join()
    assert found[1] == ("tcp", f"our server answers at 127.0.0.1:{port}: SSH-2.0-test")
    assert found[2] == ("login", "only the partner can log in")
    assert steps(tmp_path, MAILBOX, own=ours(port))[-1] == ("tcp", "T362")


def _greet(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"SSH-2.0-test\r\n")


@pytest.mark.parametrize(
    ("lacks", "code"), [("acme.pub", "T363"), ("host key", "T400"), ("a key in acme.pub", "T402")]
)
def test_what_a_mailbox_needs_is_told(tmp_path: Path, lacks: str, code: str) -> None:
    own = ours(_nobody())
    partner = tmp_path / "partners/acme-retail"
    partner.mkdir(parents=True)
    (partner / "acme.pub").write_bytes((KEYS / "user.pub").read_bytes())
    if lacks == "host key":
        own = own.replace("host.key", "nothing.key")
    workspace = make(tmp_path, _mailbox_files(own))
    if lacks == "acme.pub":
        (partner / "acme.pub").unlink()
    if lacks == "a key in acme.pub":
        (partner / "acme.pub").write_text("ssh-ed25519 AAAA")
    tried = list(trial(workspace, "acme-retail", "main", token="1a2b", clock=Clock()))
    assert [(each.name, each.found and each.found.code) for each in tried] == [("settings", code)]


def _mailbox_files(own: str) -> dict[str, str]:
    return {
        "partners/acme-retail/partner.yaml": ACME.replace(FOLDER, MAILBOX),
        "gateway.yaml": GATEWAY + own,
    }


def _nobody() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# ---- AS2


def test_by_as2_the_test_is_a_message(tmp_path: Path) -> None:
    with served(Peer(peer_link())) as peer:
        workspace = make(tmp_path, as2_settings(peer))
        tried = list(trial(workspace, "acme-retail", "main", token="1a2b", clock=Clock()))
        assert [each.name for each in tried][-3:] == ["receipt", "signature", "digest"]
        assert all(each.found is None for each in tried)
        quiet = trial(workspace, "acme-retail", "main", token="1", clock=Clock(), write=False)
        assert [each.name for each in quiet] == ["settings", "write"]
