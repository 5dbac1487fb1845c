"""`gateway channel password` makes the hash that a mailbox refers to."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from gateway.channels.sftp.server.passwords import matches, unfit
from gateway.cli.main import main


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["channel", "password", *arguments], input=typed)


def test_the_hash_of_a_password_from_a_pipe() -> None:
    ran = run(typed="correct horse battery\r\n")
    assert ran.exit_code == 0
    assert unfit(ran.stdout.strip()) is None
    assert matches((ran.stdout.strip(),), "correct horse battery")


def test_a_password_that_is_made_up_is_shown_once() -> None:
    ran = run("--make")
    assert ran.exit_code == 0
    word = ran.stderr.splitlines()[0].removeprefix("password: ")
    assert len(word) == 32
    assert matches((ran.stdout.strip(),), word)


@pytest.mark.parametrize("word", ["", "short", "x" * 2000])
def test_a_password_has_a_length(word: str) -> None:
    ran = run(typed=f"{word}\n")
    assert ran.exit_code == 2
    assert "at least 12" in ran.stderr


def test_signs_that_cannot_be_typed_are_refused() -> None:
    ran = run(typed="correct horse\a battery\n")
    assert ran.exit_code == 2
    assert "no keyboard" in ran.stderr
