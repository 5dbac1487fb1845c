"""The requests of a session, one by one, as programs of partners send them."""

from __future__ import annotations

import os
import stat
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.sftp.server import wire
from gateway.channels.sftp.server.operations import MOST_OPEN
from gateway.channels.sftp.server.paths import Spot
from gateway.channels.sftp.server.wire import Fields, Frames, WireError
from tests.sftp.server.hosting import MemoryHosting
from tests.sftp.server.raw import (
    HANDLE,
    WRITE,
    Asked,
    close,
    opens,
    packet,
    read,
    text,
    write,
)

EXAMPLES = int(os.environ.get("SFTP_LAW_EXAMPLES", "20"))
A = Spot("in", "a.edi")
O = Spot("out", "o.edi")  # noqa: E741


@pytest.fixture
def ask() -> Asked:
    return Asked(MemoryHosting(files={O: b"0123456789"}))


# ---- putting


def test_a_file_that_is_closed_is_whole(ask: Asked) -> None:
    assert ask(opens("/in/a.edi")).data == HANDLE
    assert ask(write(0, b"UNB+")).code == wire.OK
    assert ask(write(4, b"UNZ'")).code == wire.OK
    assert ask.hosting.whole == []
    assert ask(close()).code == wire.OK
    assert ask.hosting.whole == [(A, b"UNB+UNZ'")]
    assert ask.told == [("put", "/in/a.edi", "")]
    assert ask.actions[0].size == 8


def test_a_file_that_is_not_closed_is_torn_however_many_bytes_it_has(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"all of it"))
    ask.operations.end()
    assert ask.hosting.whole == []
    assert ask.hosting.torn == {A: b"all of it"}
    assert ask.told == [("put", "/in/a.edi", "the session ended before")]


def test_pieces_may_come_in_any_order(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    for offset in (8, 0, 4):
        ask(write(offset, b"abcd"))
    assert ask(close()).code == wire.OK
    assert ask.hosting.whole == [(A, b"abcd" * 3)]


def test_a_file_with_a_hole_is_not_taken(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"abcd"))
    ask(write(8, b"ijkl"))
    answer = ask(close())
    assert (answer.code, answer.said) == (
        wire.FAILURE,
        "the file was not taken: its bytes 4 to 7 were never written",
    )
    assert ask.hosting.whole == []


def test_a_file_closed_after_a_write_failed_is_not_taken(ask: Asked) -> None:
    ask.hosting.largest = 6
    ask(opens("/in/a.edi"))
    assert ask(write(0, b"abcd")).code == wire.OK
    assert ask(write(4, b"efgh")).said == "the mailbox is full"
    assert ask(write(4, b"ef")).code == wire.OK  # a smaller piece fits, and hides nothing
    answer = ask(close())
    assert answer.code == wire.FAILURE
    assert answer.said == "the file was not taken: the mailbox is full"
    assert ask.hosting.whole == []
    assert ask.told == [("put", "/in/a.edi", answer.said)]


def test_a_close_that_is_refused_is_not_answered_ok(ask: Asked) -> None:
    ask.hosting.refuses = "the database is away"
    ask(opens("/in/a.edi"))
    ask(write(0, b"abcd"))
    assert ask(close()).said == "the database is away"
    assert ask(close()).code == wire.FAILURE  # the handle is gone
    assert ask.told == [("put", "/in/a.edi", "the database is away")]


def test_what_is_kept_of_a_torn_upload_has_no_hole(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"abcd"))
    ask(write(8, b"ijkl"))
    ask.operations.end()
    assert ask.hosting.torn == {A: b"abcd"}


def test_a_torn_upload_is_continued_at_its_end(ask: Asked) -> None:
    ask.hosting.torn[A] = b"abcd"
    ask(opens("/in/a.edi", wire.FXF_WRITE))
    ask(write(4, b"efgh"))
    assert ask(close()).code == wire.OK
    assert ask.hosting.whole == [(A, b"abcdefgh")]


def test_in_append_mode_positions_do_not_count(ask: Asked) -> None:
    ask.hosting.torn[A] = b"abcd"
    ask(opens("/in/a.edi", wire.FXF_WRITE | wire.FXF_CREAT | wire.FXF_APPEND))
    ask(write(0, b"ef"))
    ask(write(0, b"gh"))
    assert ask(close()).code == wire.OK
    assert ask.hosting.whole == [(A, b"abcdefgh")]


@pytest.mark.parametrize(("size", "left"), [(2, b"ab"), (6, b"abcd\0\0"), (4, b"abcd")])
def test_a_client_may_set_the_size_of_a_file_it_writes(ask: Asked, size: int, left: bytes) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"abcd"))
    wanted = struct.pack(">IQ", 1, size)
    assert ask(packet(wire.FSETSTAT, HANDLE) + wanted).code == wire.OK
    assert ask(close()).code == wire.OK
    assert ask.hosting.whole == [(A, left)]


def test_a_cut_off_end_has_to_be_written_again(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"abcdefgh"))
    ask(packet(wire.FSETSTAT, HANDLE) + struct.pack(">IQ", 1, 2))
    ask(write(6, b"gh"))
    assert "bytes 2 to 5" in ask(close()).said


@pytest.mark.parametrize("there", [True, False])
def test_opening_only_what_is_new(ask: Asked, there: bool) -> None:
    if there:
        ask.hosting.files[A] = b"x"
    answer = ask(opens("/in/a.edi", WRITE | wire.FXF_EXCL))
    assert answer.kind == (wire.STATUS if there else wire.HANDLE)


def test_a_file_that_is_not_there_is_not_made_without_being_asked(ask: Asked) -> None:
    assert ask(opens("/in/a.edi", wire.FXF_WRITE)).code == wire.NO_SUCH_FILE


@pytest.mark.parametrize("offset", [2**62, 2**64 - 1])
def test_no_file_is_endless(ask: Asked, offset: int) -> None:
    ask(opens("/in/a.edi"))
    assert ask(write(offset, b"x")).said == "no file is so long"
    assert ask(close()).code == wire.FAILURE
    assert ask.hosting.whole == []


def test_fsync_is_passed_on(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    assert ask(packet(wire.EXTENDED, b"fsync@openssh.com", HANDLE)).code == wire.OK
    assert ask.hosting.synced == 1
    assert ask.hosting.whole == []


# ---- getting


def test_what_was_read_to_its_end_and_closed_was_fetched(ask: Asked) -> None:
    ask(opens("/out/o.edi", wire.FXF_READ))
    assert ask(read(0, 6)).data == b"012345"
    assert ask(read(6, 6)).data == b"6789"
    assert ask(read(10, 6)).code == wire.EOF
    assert ask(close()).code == wire.OK
    assert ask.hosting.fetched == [(O, True, ((0, 10),))]
    assert ask.actions[0].size == 10


def test_what_was_read_in_part_says_which(ask: Asked) -> None:
    ask(opens("/out/o.edi", wire.FXF_READ))
    ask(read(7, 3))
    ask(read(1, 2))
    ask(close())
    assert ask.hosting.fetched == [(O, True, ((1, 3), (7, 10)))]


def test_who_closes_before_he_had_the_bytes_does_not_have_them(ask: Asked) -> None:
    ask(opens("/out/o.edi", wire.FXF_READ))
    ask(read(0, 10))
    ask.early(close(), answered=2)  # INIT and OPEN were answered; the read was on its way
    assert ask.hosting.fetched == [(O, False, ((0, 10),))]


def test_a_session_that_ends_fetched_nothing(ask: Asked) -> None:
    ask(opens("/out/o.edi", wire.FXF_READ))
    ask(read(0, 10))
    ask.operations.end()
    assert ask.hosting.fetched == [(O, False, ((0, 10),))]
    assert ask.hosting.ended == 1


# ---- looking


def test_files_and_folders_are_described(ask: Asked) -> None:
    for path, size, mode in (
        ("/", 0, stat.S_IFDIR | 0o550),
        ("/in", 0, stat.S_IFDIR | 0o750),
        ("/out/o.edi", 10, stat.S_IFREG | 0o640),
    ):
        for kind in (wire.STAT, wire.LSTAT):
            fields = Fields(ask(packet(kind, path.encode())).body)
            found = fields.attributes()
            assert (found.size, found.mode) == (size, mode)


def test_an_open_file_is_described(ask: Asked) -> None:
    ask(opens("/in/a.edi"))
    ask(write(0, b"abc"))
    assert Fields(ask(packet(wire.FSTAT, HANDLE)).body).attributes().size == 3


def test_folders_are_listed_in_pieces(ask: Asked) -> None:
    names = {f"{number:03}.edi" for number in range(300)}
    ask.hosting.files.update({Spot("out", name): b"x" for name in names})
    ask(packet(wire.OPENDIR, b"/out"))
    found: list[str] = []
    pieces = 0
    while (answer := ask(packet(wire.READDIR, HANDLE))).kind == wire.NAME:
        fields = Fields(answer.body)
        for _ in range(fields.number()):
            found.append(fields.string().decode())
            assert fields.string().decode().endswith(found[-1])
            fields.attributes()
        pieces += 1
    assert answer.code == wire.EOF
    assert sorted(found) == sorted({".", "..", "o.edi", *names})
    assert pieces == 3


@pytest.mark.parametrize("path", ["/out/o.edi", "/elsewhere", "/in/sub"])
def test_what_is_no_folder_is_not_listed(ask: Asked, path: str) -> None:
    assert ask(packet(wire.OPENDIR, path.encode())).code == wire.NO_SUCH_FILE


@pytest.mark.parametrize(
    ("path", "real"),
    [(".", "/"), ("/in/../out/./x", "/out/x"), ("../../..", "/"), ("/no/such/place",) * 2],
)
def test_where_one_is(ask: Asked, path: str, real: str) -> None:
    fields = Fields(ask(packet(wire.REALPATH, path.encode())).body)
    assert (fields.number(), fields.string().decode()) == (1, real)


def test_times_and_modes_are_accepted_and_change_nothing(ask: Asked) -> None:
    times = struct.pack(">III", 8, 1, 1)
    assert ask(packet(wire.SETSTAT, b"/out/o.edi") + times).code == wire.OK
    assert ask(packet(wire.EXTENDED, b"lsetstat@openssh.com", b"/in") + times).code == wire.OK
    assert ask(packet(wire.SETSTAT, b"/in/none") + times).code == wire.NO_SUCH_FILE
    size = struct.pack(">IQ", 1, 3)
    assert ask(packet(wire.SETSTAT, b"/out/o.edi") + size).code == wire.OP_UNSUPPORTED
    assert ask.hosting.files[O] == b"0123456789"


def test_limits_and_room(ask: Asked) -> None:
    fields = Fields(ask(packet(wire.EXTENDED, b"limits@openssh.com")).body)
    assert [fields.long() for _ in range(4)] == [262144, 261120, 261120, MOST_OPEN]
    fields = Fields(ask(packet(wire.EXTENDED, b"statvfs@openssh.com", b"/")).body)
    assert [fields.long() for _ in range(8)] == [4096, 4096, 244, 97, 97, 100, 90, 90]


# ---- names


def test_renaming_does_not_replace_unless_it_is_asked_for(ask: Asked) -> None:
    ask.hosting.files |= {A: b"a", Spot("in", "b.edi"): b"b"}
    assert ask(packet(wire.RENAME, b"/in/a.edi", b"/in/b.edi")).code == wire.FAILURE
    posix = packet(wire.EXTENDED, b"posix-rename@openssh.com", b"/in/a.edi", b"/in/b.edi")
    assert ask(posix).code == wire.OK
    assert ask.hosting.files[Spot("in", "b.edi")] == b"a"
    assert ask.told == [
        ("rename", "/in/a.edi", "/in/b.edi is there already"),
        ("rename", "/in/a.edi", ""),
    ]


def test_removing(ask: Asked) -> None:
    assert ask(packet(wire.REMOVE, b"/out/o.edi")).code == wire.OK
    assert ask(packet(wire.REMOVE, b"/out/o.edi")).code == wire.NO_SUCH_FILE
    assert ask(packet(wire.REMOVE, b"/out")).code == wire.PERMISSION_DENIED
    assert ask.hosting.files == {}


# ---- what is not to be had


@pytest.mark.parametrize(
    ("request_", "code", "action"),
    [
        (packet(wire.MKDIR, b"/in/sub", 0), wire.PERMISSION_DENIED, "mkdir"),
        (packet(wire.RMDIR, b"/in"), wire.PERMISSION_DENIED, "rmdir"),
        (packet(wire.SYMLINK, b"/etc/passwd", b"/in/a"), wire.OP_UNSUPPORTED, "link"),
        (
            packet(wire.EXTENDED, b"hardlink@openssh.com", b"/out/o.edi", b"/in/a"),
            wire.OP_UNSUPPORTED,
            "link",
        ),
        (packet(wire.RENAME, b"/in", b"/out/x"), wire.PERMISSION_DENIED, "rename"),
        (packet(wire.RENAME, b"/out/o.edi", b"/etc/x"), wire.NO_SUCH_FILE, "rename"),
        (opens("/orders.edi"), wire.NO_SUCH_FILE, "put"),
        (opens("/in"), wire.PERMISSION_DENIED, "put"),
        (opens("/out/x"), wire.PERMISSION_DENIED, "put"),
        (opens("/in/a\nb"), wire.FAILURE, "put"),
        (opens("/etc/passwd", wire.FXF_READ), wire.NO_SUCH_FILE, "get"),
        (packet(wire.OPENDIR, b"/etc"), wire.NO_SUCH_FILE, "list"),
    ],
)
def test_it_is_refused_in_words_and_recorded(
    ask: Asked, request_: bytes, code: int, action: str
) -> None:
    answer = ask(request_)
    assert answer.code == code
    assert len(answer.said) > 10
    assert [(each[0], each[2]) for each in ask.told] == [(action, answer.said)]
    assert all(each.path.isprintable() for each in ask.actions)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (packet(wire.READLINK, b"/out/o.edi"), wire.FAILURE),
        (packet(wire.READLINK, b"/out/none"), wire.NO_SUCH_FILE),
        (packet(wire.EXTENDED, b"copy-data", HANDLE), wire.OP_UNSUPPORTED),
        (packet(99), wire.OP_UNSUPPORTED),
        (packet(wire.CLOSE, b"none"), wire.FAILURE),
        (packet(wire.READ, HANDLE), wire.BAD_MESSAGE),
        (packet(wire.OPEN, b"/in/a.edi"), wire.BAD_MESSAGE),
        (read(0, 10), wire.PERMISSION_DENIED),
        (write(0, b"x"), wire.PERMISSION_DENIED),
        (packet(wire.READDIR, HANDLE), wire.PERMISSION_DENIED),
        (packet(wire.FSTAT, HANDLE), wire.FAILURE),
        (packet(wire.FSETSTAT, HANDLE, 0), wire.PERMISSION_DENIED),
    ],
)
def test_other_requests_are_refused(ask: Asked, request_: bytes, code: int) -> None:
    assert ask(request_).code == code


def test_a_session_has_so_many_files_open(ask: Asked) -> None:
    for number in range(MOST_OPEN):
        assert ask(opens(f"/in/{number}")).kind == wire.HANDLE
    assert ask(opens("/in/more")).code == wire.FAILURE
    assert ask(packet(wire.OPENDIR, b"/in")).code == wire.FAILURE
    ask(close())
    assert ask(opens("/in/more")).kind == wire.HANDLE


def test_a_bug_is_answered_without_its_details(
    ask: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    ask(opens("/in/a.edi"))
    ask.hosting.largest = "no number"  # type: ignore[assignment]
    answer = ask(write(0, b"x"))
    assert (answer.code, answer.said) == (
        wire.FAILURE,
        "failed; the other side has the details",
    )
    assert "TypeError" in caplog.text
    assert ask(close()).said == "the file was not taken: writing it failed"


# ---- bytes that are no SFTP


@pytest.mark.parametrize("length", [0, wire.LONGEST_PACKET + 1, 2**32 - 1])
def test_a_packet_has_a_length(length: int) -> None:
    frames = Frames()
    assert frames.feed(text(b"good") + struct.pack(">I", length) + b"x") == [b"good"]
    assert "262144 are allowed" in frames.broken
    assert frames.feed(text(b"more")) == []


def test_a_session_begins_with_init() -> None:
    ask = Asked()
    ask.operations._begun = False
    with pytest.raises(WireError):
        ask.operations.answer(opens("/in/a.edi"), 0)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=30), max_size=8), st.data())
def test_packets_are_found_however_they_are_cut(packets: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(text, packets))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    frames = Frames()
    found: list[bytes] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += frames.feed(stream[start:end])
    assert found == packets


KINDS = st.sampled_from([*range(1, 21), 200])
WORDS = st.sampled_from(
    [b"/in/a.edi", b"/out/o.edi", b"/", HANDLE, b"fsync@openssh.com", b"posix-rename@openssh.com"]
)
FIELD = st.one_of(WORDS, st.binary(max_size=12), st.integers(0, 2**32 - 1))
REQUESTS = st.builds(lambda kind, fields: packet(kind, *fields), KINDS, st.lists(FIELD, max_size=5))
USUAL = st.sampled_from([opens("/in/a.edi"), close(), write(0, b"ab"), write(9, b"x"), read(0, 5)])


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.one_of(USUAL, REQUESTS, st.binary(min_size=5, max_size=40)), max_size=12))
def test_whatever_is_asked_is_answered(requests: list[bytes]) -> None:
    ask = Asked(MemoryHosting(files={O: b"0123456789"}, largest=100_000))
    for request in requests:
        ask(request)
    ask.operations.end()
    for each in (*ask.hosting.files, *ask.hosting.torn):
        assert each.folder is not None
        assert each.name is not None
