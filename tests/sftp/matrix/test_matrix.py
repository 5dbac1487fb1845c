"""A part of the matrix with every run; the page has all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from tests.sftp.matrix import ours, theirs
from tests.sftp.matrix.cell import OURS, THEIRS, Cell, Dimensions, cells, few, told
from tests.sftp.matrix.tried import with_ours, with_theirs
from tests.sftp.server.house import HASH, KEYS, PASSWORD, acme, served
from tests.sftp.sshd import require_openssh

PAGE = Path(__file__).parents[3] / "docs/reference/sftp-conformance.md"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ours.Servers]:
    with ours.servers(tmp_path_factory.mktemp("files")) as made:
        yield made


@pytest.mark.parametrize("each", few(OURS, ours.absent), ids=told)
def test_our_client(running: ours.Servers, tmp_path: Path, each: Cell) -> None:
    assert ours.exchange(each, running, tmp_path / "ours") == ""


@pytest.mark.parametrize("each", few(THEIRS, theirs.absent), ids=told)
def test_our_server(tmp_path: Path, each: Cell) -> None:
    require_openssh()
    assert theirs.exchange(each, tmp_path / "ours") == ""


@pytest.mark.soak
def test_all_of_our_client() -> None:
    assert [each for each in with_ours(cells(OURS)) if each.failure] == []


@pytest.mark.soak
def test_all_of_our_server() -> None:
    assert [each for each in with_theirs(cells(THEIRS)) if each.failure] == []


@pytest.mark.parametrize(
    ("name", "dimensions", "absent"),
    [("our client", OURS, ours.absent), ("our server", THEIRS, theirs.absent)],
)
def test_the_page_says_that_everything_was_tried(
    name: str, dimensions: Dimensions, absent: Callable[[Cell], str]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"\| {name} \| (\d+) \| (\d+) \|", page)
    assert found is not None
    there = sum(not absent(each) for each in cells(dimensions))
    assert (int(found[1]), int(found[2])) == (there, there)
    assert "## Failures\n\nNone.\n" in page


@pytest.mark.parametrize("both", [False, True], ids=["a wrong key, then a password", "both"])
def test_paramiko_may_try_more_than_once_on_one_connection(tmp_path: Path, both: bool) -> None:
    """It asks for the service of logging in again before each try."""
    (tmp_path / "acme.hash").write_text(HASH)
    mailbox = acme(passwords=["${file:acme.hash}"], both=both)
    with (
        served(tmp_path, mailbox) as server,
        paramiko.Transport(("127.0.0.1", server.port)) as transport,
    ):
        transport.start_client(timeout=10)
        key = paramiko.Ed25519Key(filename=str(KEYS / f"{'user' if both else 'stranger'}.key"))
        if both:
            assert transport.auth_publickey("acme", key) == ["keyboard-interactive", "password"]
        else:
            with pytest.raises(paramiko.AuthenticationException):
                transport.auth_publickey("acme", key)
        transport.auth_password("acme", PASSWORD)
        assert transport.is_authenticated()
