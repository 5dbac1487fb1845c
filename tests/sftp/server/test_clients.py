"""Programs that partners have: OpenSSH, paramiko, and what WinSCP and lftp do."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import paramiko
import pytest

from gateway.channels.sftp.server.paths import Spot
from tests.sftp.server.house import HASH, KEYS, PASSWORD, Served, acme, served
from tests.sftp.sshd import require_openssh

BODY = b"UNA:+.? 'UNB+UNOC:3+" + bytes(range(256)) * 400


def openssh(
    server: Served, commands: list[str], *, program: str = "sftp", after: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """One of OpenSSH's programs against our server, with a pinned host key."""
    require_openssh()
    key = server.root / "user.key"
    shutil.copy(KEYS / "user.key", key)
    key.chmod(0o600)
    known = server.root / "known_hosts"
    if not known.exists():
        host = (KEYS / "host.pub").read_text()
        known.write_text(f"[127.0.0.1]:{server.port} {host}")
    options = {
        "IdentityFile": key,
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": known,
        "StrictHostKeyChecking": "yes",
        "UpdateHostKeys": "yes",
        "BatchMode": "yes",
        "Port": server.port,
    }
    settings = [word for each in options.items() for word in ("-o", f"{each[0]}={each[1]}")]
    batch = ["-b", "-"] if program == "sftp" else []
    return subprocess.run(
        [program, "-F", "none", *settings, *batch, "acme@127.0.0.1", *after],
        input="\n".join(commands),
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_openssh_puts_gets_lists_renames_and_removes(tmp_path: Path) -> None:
    local, back = tmp_path / "orders.edi", tmp_path / "back.edi"
    local.write_bytes(BODY)
    with served(tmp_path) as server:
        ran = openssh(
            server,
            [
                "pwd",
                "ls -la",
                "cd in",
                f"put -p {local} orders.edi.part",
                "rename orders.edi.part orders.edi",
                "ls -l",
                f"get -p orders.edi {back}",
                "df -h",
                "chmod 600 orders.edi",
                "rm orders.edi",
            ],
        )
        assert ran.returncode == 0, ran.stderr
        server.hosting.noted("end")
    assert "Remote working directory: /" in ran.stdout
    assert f"{len(BODY)}" in ran.stdout
    assert back.read_bytes() == BODY
    assert server.hosting.whole == [(Spot("in", "orders.edi.part"), BODY)]
    assert server.hosting.fetched == [(Spot("in", "orders.edi"), True, ((0, len(BODY)),))]
    assert server.hosting.files == {}
    assert server.hosting.callers[0].client.startswith("SSH-2.0-OpenSSH")


def test_openssh_continues_what_was_torn(tmp_path: Path) -> None:
    local, back = tmp_path / "orders.edi", tmp_path / "back.edi"
    local.write_bytes(BODY)
    back.write_bytes(BODY[:40_000])
    with served(tmp_path) as server:
        server.hosting.torn[Spot("in", "orders.edi")] = BODY[:50_000]
        ran = openssh(server, [f"reput {local} /in/orders.edi", f"reget /in/orders.edi {back}"])
        assert ran.returncode == 0, ran.stderr
    assert server.hosting.whole == [(Spot("in", "orders.edi"), BODY)]
    assert back.read_bytes() == BODY
    assert server.hosting.fetched[-1][1:] == (True, ((40_000, len(BODY)),))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("mkdir /in/sub", "Permission denied"),
        ("rmdir /in", "Permission denied"),
        ("ln -s /etc/passwd /in/a", "Operation unsupported"),
        ("ln /out/o.edi /in/a", "does not support"),
        ("put user.pub /orders.edi", "No such file"),
        ("get /etc/passwd", "not found"),
        ("cd /etc", "No such file"),
    ],
)
def test_openssh_is_refused(tmp_path: Path, command: str, said: str) -> None:
    with served(tmp_path) as server:
        server.hosting.files[Spot("out", "o.edi")] = b"x"
        ran = openssh(server, [f"lcd {KEYS}", command])
        assert ran.returncode != 0
        assert said in ran.stderr
    assert server.hosting.whole == []


def test_openssh_gets_no_shell_and_no_tunnel(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        for after in (("id",), ("-W", "127.0.0.1:22"), ()):
            ran = openssh(server, [], program="ssh", after=after)
            assert ran.returncode != 0
            assert ran.stdout == ""


def test_openssh_learns_our_new_host_key_before_it_is_used(tmp_path: Path) -> None:
    new = (KEYS / "host-new.pub").read_text().split()[1]
    with served(tmp_path, host_keys=["${file:host.key}", "${file:host-new.key}"]) as server:
        assert openssh(server, ["pwd"]).returncode == 0
        known = (tmp_path / "known_hosts").read_text()
        assert new in known
    (tmp_path / "partners").rename(tmp_path / "before")
    with served(tmp_path, host_keys=["${file:host-new.key}"]) as server:
        (tmp_path / "known_hosts").write_text(
            known.replace(known.split("]:")[1].split()[0], str(server.port))
        )
        assert openssh(server, ["pwd"]).returncode == 0


# ---- paramiko


@contextmanager
def by_paramiko(server: Served, password: str | None = None) -> Iterator[paramiko.SFTPClient]:
    """A session of paramiko that knows our host key."""
    transport = paramiko.Transport(("127.0.0.1", server.port))
    with suppress(EOFError), closing(transport):  # EOFError: the test cut the line
        transport.start_client(timeout=5)
        shown = transport.get_remote_server_key()
        assert shown.get_base64() in (KEYS / "host.pub").read_text()
        if password is None:
            transport.auth_publickey("acme", paramiko.Ed25519Key(filename=str(KEYS / "user.key")))
        else:
            transport.auth_password("acme", password)
        sftp = paramiko.SFTPClient.from_transport(transport)
        assert sftp is not None
        with sftp:
            yield sftp


def test_paramiko_puts_and_gets(tmp_path: Path) -> None:
    with served(tmp_path) as server, by_paramiko(server) as sftp:
        told = sftp.putfo(io.BytesIO(BODY), "/in/orders.edi", confirm=True)
        assert told.st_size == len(BODY)
        assert sftp.listdir("/") == [".", "..", "in", "out", "archive"] or sftp.listdir("/") == [
            "in",
            "out",
            "archive",
        ]
        target = io.BytesIO()
        sftp.getfo("/in/orders.edi", target)
        assert target.getvalue() == BODY
        sftp.utime("/in/orders.edi", (1, 1))
        sftp.posix_rename("/in/orders.edi", "/in/new.edi")
        with pytest.raises(FileNotFoundError):
            sftp.stat("/in/orders.edi")
        with pytest.raises(PermissionError, match="fixed"):
            sftp.mkdir("/in/sub")
        with pytest.raises(OSError, match="no links"):
            sftp.symlink("/etc/passwd", "/in/a")
        sftp.chdir("/in")
        assert sftp.getcwd() == "/in"
    assert server.hosting.whole == [(Spot("in", "orders.edi"), BODY)]


def test_paramiko_logs_in_with_a_password(tmp_path: Path) -> None:
    (tmp_path / "acme.hash").write_text(HASH)
    mailbox = {"user": "acme", "passwords": ["${file:acme.hash}"]}
    with served(tmp_path, mailbox) as server, by_paramiko(server, PASSWORD) as sftp:
        assert sftp.normalize(".") == "/"


def test_what_winscp_does(tmp_path: Path) -> None:
    """A new name until it is whole, then the time, then the name; a cut in between."""
    with served(tmp_path) as server:
        with by_paramiko(server) as sftp:
            file = sftp.open("/in/orders.edi.filepart", "wb")
            file.write(BODY[:60_000])
            file.flush()
            sftp.sock.get_transport().sock.close()  # the line breaks
        server.hosting.noted("end")
        assert server.hosting.whole == []
        with by_paramiko(server) as sftp:
            there = sftp.stat("/in/orders.edi.filepart").st_size
            assert there is not None
            with sftp.open("/in/orders.edi.filepart", "r+b") as file:
                file.seek(there)
                file.write(BODY[there:])
            sftp.utime("/in/orders.edi.filepart", (5, 5))
            sftp.rename("/in/orders.edi.filepart", "/in/orders.edi")
    assert server.hosting.files == {Spot("in", "orders.edi"): BODY}


def test_what_lftp_does(tmp_path: Path) -> None:
    """It sends many requests at once and sets times and modes of the open file."""
    with served(tmp_path, acme()) as server, by_paramiko(server) as sftp:
        with sftp.open("/in/orders.edi", "wb") as file:
            file.set_pipelined(True)
            for start in range(0, len(BODY), 8192):
                file.write(BODY[start : start + 8192])
            file.chmod(0o644)
            file.utime((7, 7))
        with sftp.open("/in/orders.edi", "rb") as file:
            file.prefetch()
            assert file.read() == BODY
    assert server.hosting.whole == [(Spot("in", "orders.edi"), BODY)]
    assert server.hosting.fetched == [(Spot("in", "orders.edi"), True, ((0, len(BODY)),))]
