"""What servers say of their files, read as far as it cannot be misread."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.ftps.failure import Doing, is_missing, reply_error, shown, words
from gateway.channels.ftps.listing import entry, features, instant, number, one
from gateway.channels.ftps.server import Server
from gateway.channels.remote.directory import Entry

SERVER = Server("ftp.example.com", 21, "u", "s3cret")
LINES: dict[str, Entry | None] = {
    "type=file;size=12;modify=20260302091400; a b.edi": Entry("a b.edi", "file", 12, 1772442840),
    "Type=file;Size=0;Modify=20260302091400.999;UNIX.mode=0644; a": Entry(
        "a", "file", 0, 1772442840
    ),
    "modify=20260302091400;type=dir; done": Entry("done", "folder", None, 1772442840),
    "type=cdir; .": None,
    "type=pdir; ..": None,
    "type=dir; ..": None,
    "type=OS.unix=slink:/etc/passwd;size=9; link": Entry("link", "link", 9),
    "type=OS.unix=symlink; link": Entry("link", "link"),
    "type=OS.unix=chr-13/29; tty": Entry("tty", "other"),
    "size=12; a": Entry("a", "file", 12),
    "type=file;size=many;modify=today; a": Entry("a", "file"),
    "type=file;size=-1;modify=20269999999999; a": Entry("a", "file"),
    " a": Entry("a"),
    "type=file;size=3;  two blanks": Entry(" two blanks", "file", 3),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_mlsd(line: str) -> None:
    assert entry(line) == LINES[line]


@pytest.mark.parametrize(
    "line", ["", "type=file;size=1;", "type=file; a/b", "type=file; ../b", "type=file; a\0b", "x; "]
)
def test_a_line_that_is_none(line: str) -> None:
    with pytest.raises(ValueError, match="name"):
        entry(line)


@settings(max_examples=20)
@given(st.text(max_size=200))
def test_no_line_leads_anywhere_else(line: str) -> None:
    with suppress(ValueError):
        found = entry(line)
        assert found is None or ("/" not in found.name and found.name not in ("", ".", ".."))


def test_the_facts_of_mlst() -> None:
    told = " type=file;size=5;modify=20260302091400; /out/a.edi"
    assert one(told, "a.edi") == Entry("a.edi", "file", 5, 1772442840)


def test_numbers_and_instants() -> None:
    assert (number(" 12 "), number("1e3"), number("-1"), number("9" * 19)) == (12, None, None, None)
    assert instant("20260302091400") == 1772442840
    assert instant("99991231235959") is not None
    assert instant("2026-03-02") is None


def test_what_the_server_can() -> None:
    reply = "211-Features:\n MLST type*;size*;modify*;\n REST STREAM\n utf8\n211 End"
    assert features(reply) == {"MLST": "type*;size*;modify*;", "REST": "STREAM", "UTF8": ""}
    assert features("211 none") == {}


REPLIES: list[tuple[str, dict[str, Any], str]] = [
    ("550 No such file or directory", {}, "missing"),
    ("550 Could not get file size.", {}, "missing"),
    ("550 Permission denied", {}, "denied"),
    ("550 Failed to open file", {"absent": "denied"}, "denied"),
    ("550 a.edi: file exists", {}, "exists"),
    ("553 a.edi already exists", {}, "exists"),
    ("553 Could not create file", {}, "denied"),
    ("552 Exceeded storage allocation", {}, "full"),
    ("452 Insufficient disk space", {}, "full"),
    ("550 disk quota exceeded", {}, "full"),
    ("450 file is busy", {}, "refused"),
    ("501 No such directory", {}, "missing"),
    ("502 not implemented", {}, "refused"),
    ("421 idle for too long", {}, "lost"),
    ("425 cannot open data connection", {}, "lost"),
    ("522 TLS session was not resumed", {}, "refused"),
]


@pytest.mark.parametrize(("reply", "doing", "trouble"), REPLIES)
def test_what_a_reply_means(reply: str, doing: dict[str, Any], trouble: str) -> None:
    found = reply_error(SERVER, Doing("putting a.edi", changes=True, **doing), Exception(reply))
    assert found.trouble == trouble
    assert found.problem.code == ("T436" if trouble == "lost" else "T437")
    assert found.unknown == (trouble == "lost")
    assert reply in str(found)


def test_what_is_missing_is_not_what_is_denied() -> None:
    assert is_missing("550 x: not found")
    assert not is_missing("550 x: access denied")
    assert not is_missing("451 try later")


def test_words_are_one_bounded_line_without_the_password() -> None:
    text = shown(SERVER, "530 no\r\nPASS s3cret\x1b[2J" + "x" * 999)
    assert text.startswith("530 no PASS ***�[2Jxxx")
    assert len(text) == 200
    assert words(TimeoutError()) == "no answer in time"
    assert words(EOFError()) == "the server hung up"
    assert (
        words(ConnectionResetError(104, "Connection reset by peer")) == "Connection reset by peer"
    )
