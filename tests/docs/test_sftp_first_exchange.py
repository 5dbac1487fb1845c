"""The first exchange by SFTP runs as its page says: two gateways, and OpenSSH as a client."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader
from tests.sftp.sshd import require_openssh

PAGE = (ROOT / "docs" / "howto" / "sftp-first-exchange.md").read_text("utf-8")


def test_the_first_exchange_runs_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_openssh()
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ("8480", "8490", "2222")) as one:
        one.follow()
        assert len(one.serving) == 2


def test_every_command_of_the_page_is_given() -> None:
    assert len(commands(PAGE)) == len(re.findall(r"^\$ ", PAGE, re.M)) > 30
