"""A file is put on a server whole, once, and never over another: temporary name, size, rename."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.channels.remote import parcel as parcels
from gateway.channels.remote.directory import RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import Outcome, Parcel, Target
from gateway.channels.remote.put import check, finish, take_over
from gateway.channels.remote.put import write as put_write
from tests.remote.memory import normal
from tests.remote.parcels import DATA, HIDDEN, NAME, TARGET, parcel, server, wait

OTHER = b"another file"
SAME_SIZE = bytes(len(DATA))
MARKED = replace(TARGET, done="{name}.done")


async def write(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, start: int = 0
) -> None:
    """Written, and its size compared."""
    count = await put_write(remote, target, parcel, hidden, start)
    await check(remote, target, parcel, hidden, count)


def test_a_file_gets_its_name_when_it_is_whole() -> None:
    made = server()
    wait(write(made.connect(), TARGET, parcel(), HIDDEN))
    assert made.names("/in") == [HIDDEN]
    assert wait(finish(made.connect(), TARGET, parcel(), HIDDEN)) is Outcome.DONE
    assert (made.names("/in"), made.data(f"/in/{NAME}")) == ([NAME], DATA)


def test_an_empty_file_too() -> None:
    made = server()
    wait(write(made.connect(), TARGET, parcel(b""), HIDDEN))
    assert wait(finish(made.connect(), TARGET, parcel(b""), HIDDEN)) is Outcome.DONE
    assert made.data(f"/in/{NAME}") == b""


@pytest.mark.parametrize(
    ("lie", "code"), [(7, "T350"), (len(DATA) + 1, "T350"), (None, None)], ids=str
)
def test_a_server_that_claims_another_size_gets_no_rename(
    lie: int | None, code: str | None
) -> None:
    made = server()
    made.sizes = lie is not None
    if lie is not None:
        made.lies[normal(f"/in/{HIDDEN}")] = lie
    if code is None:
        wait(write(made.connect(), TARGET, parcel(), HIDDEN))
        return
    with pytest.raises(RemoteError) as caught:
        wait(write(made.connect(), TARGET, parcel(), HIDDEN))
    assert (caught.value.problem.code, caught.value.unknown) == (code, False)
    assert NAME not in made.names("/in")


@pytest.mark.parametrize("at", range(0, len(DATA) + 1, 60))
def test_a_cut_while_writing_leaves_nothing_under_the_name(at: int) -> None:
    made = server()
    made.cut_writing = at
    with pytest.raises(RemoteError) as caught:
        wait(write(made.connect(), TARGET, parcel(), HIDDEN))
    assert (caught.value.trouble, caught.value.unknown) == ("lost", False)
    assert NAME not in made.names("/in")


def test_a_full_server_keeps_no_part() -> None:
    made = server()
    made.room = 100
    with pytest.raises(RemoteError) as caught:
        wait(write(made.connect(), TARGET, parcel(), HIDDEN))
    assert (caught.value.trouble, caught.value.unknown) == ("full", False)
    assert made.names("/in") == []


def test_a_server_that_takes_everything_took_it_under_the_wrong_name() -> None:
    made = server()
    made.before("stat", f"/in/{HIDDEN}", made.files.clear)
    with pytest.raises(RemoteError) as caught:
        wait(write(made.connect(), TARGET, parcel(), HIDDEN))
    assert caught.value.problem.code == "T352"
    made = server(hidden=DATA)
    made.before("rename", "*", made.files.clear)
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), TARGET, parcel(), HIDDEN))
    assert caught.value.problem.code == "T352"


# what lies there -> what is concluded: (temporary, final, unsure, outcome, what lies there then)
STATES = {
    "whole": (DATA, None, False, Outcome.DONE, [NAME]),
    "whole, name taken": (DATA, OTHER, False, Outcome.COLLISION, [HIDDEN, NAME]),
    "whole, name taken by the same bytes": (DATA, DATA, False, Outcome.COLLISION, [HIDDEN, NAME]),
    "unsure, whole": (DATA, None, True, Outcome.DONE, [NAME]),
    "unsure, whole, name taken": (DATA, OTHER, True, Outcome.COLLISION, [HIDDEN, NAME]),
    "unsure, whole, same size": (DATA, SAME_SIZE, True, Outcome.COLLISION, [HIDDEN, NAME]),
    "unsure, only copied": (DATA, DATA, True, Outcome.DONE, [NAME]),
    "unsure, not whole": (DATA[:9], None, True, Outcome.BROKEN, [HIDDEN]),
    "unsure, not whole, name taken": (DATA[:9], OTHER, True, Outcome.BROKEN, [HIDDEN, NAME]),
    "unsure, renamed": (None, DATA, True, Outcome.DONE, [NAME]),
    "unsure, renamed and changed": (None, OTHER, True, Outcome.INFERRED, [NAME]),
    "unsure, renamed and taken": (None, None, True, Outcome.INFERRED, []),
}


@pytest.mark.parametrize("case", STATES)
def test_what_lies_there_says_what_is_done(case: str) -> None:
    hidden, final, unsure, outcome, left = STATES[case]
    files = {
        name: data for name, data in (("hidden", hidden), ("final", final)) if data is not None
    }
    made = server(**files)
    assert wait(finish(made.connect(), TARGET, parcel(), HIDDEN, unsure=unsure)) is outcome
    assert made.names("/in") == left
    if final is not None:
        assert made.data(f"/in/{NAME}") == final  # nobody's file was touched


@pytest.mark.parametrize("done", [True, False])
def test_a_rename_whose_answer_is_lost_is_looked_at_before_anything_is_sent(done: bool) -> None:
    made = server(hidden=DATA)
    made.fail("rename", "*", "lost", done=done, unknown=True)
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), TARGET, parcel(), HIDDEN))
    assert caught.value.unknown
    made.log.clear()
    assert wait(finish(made.connect(), TARGET, parcel(), HIDDEN, unsure=True)) is Outcome.DONE
    assert made.names("/in") == [NAME]
    assert [what for what, _ in made.log] == (["stat", "stat"] if done else ["stat", "rename"])


def test_a_rename_that_was_not_sent_is_not_unknown() -> None:
    made = server(hidden=DATA)
    made.fail("rename", "*", "lost")
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), TARGET, parcel(), HIDDEN))
    assert not caught.value.unknown


@pytest.mark.parametrize("trouble", ["denied", "refused", "missing"])
def test_a_server_that_does_not_rename_says_so(trouble: str) -> None:
    made = server(hidden=DATA)
    made.fail("rename", "*", trouble)  # type: ignore[arg-type]
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), TARGET, parcel(), HIDDEN))
    assert (caught.value.problem.code, caught.value.unknown) == ("T351", False)
    assert made.names("/in") == [HIDDEN]


def test_a_rename_that_failed_but_was_done_is_done() -> None:
    made = server(hidden=DATA)
    made.fail("rename", "*", "refused", done=True, unknown=False)
    assert wait(finish(made.connect(), TARGET, parcel(), HIDDEN)) is Outcome.DONE


def test_a_rename_that_only_copied_is_no_other_file() -> None:
    made = server(hidden=DATA)
    made.before("rename", "*", lambda: made.put(f"/in/{NAME}", DATA))
    made.fail("rename", "*", "denied")
    assert wait(finish(made.connect(), TARGET, parcel(), HIDDEN)) is Outcome.DONE
    assert made.names("/in") == [NAME]


def test_a_look_that_fails_after_a_lost_rename_leaves_it_open() -> None:
    made = server(hidden=DATA)
    made.fail("stat", "*", "lost")
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), TARGET, parcel(), HIDDEN, unsure=True))
    assert caught.value.unknown


def test_a_file_is_replaced_where_that_was_agreed() -> None:
    made = server(hidden=DATA, final=OTHER)
    target = replace(TARGET, replace=True)
    assert wait(finish(made.connect(), target, parcel(), HIDDEN)) is Outcome.DONE
    assert made.data(f"/in/{NAME}") == DATA


def test_the_marker_comes_after_the_file() -> None:
    made = server(hidden=DATA)
    assert wait(finish(made.connect(), MARKED, parcel(), HIDDEN)) is Outcome.DONE
    assert (made.names("/in"), made.data(f"/in/{NAME}.done")) == ([NAME, f"{NAME}.done"], b"")
    assert [what for what, _ in made.log] == ["rename", "write"]


@pytest.mark.parametrize("there", [True, False], ids=["marker there", "no marker"])
def test_after_a_crash_a_marker_is_put_there_once(there: bool) -> None:
    made = server(final=DATA)
    if there:
        made.put(f"/in/{NAME}.done", b"")
    assert wait(finish(made.connect(), MARKED, parcel(), HIDDEN, unsure=True)) is Outcome.DONE
    assert made.names("/in") == [NAME, f"{NAME}.done"]
    assert made.asked["write"] == (0 if there else 1)


def test_a_file_that_was_taken_gets_no_marker() -> None:
    made = server()
    assert wait(finish(made.connect(), MARKED, parcel(), HIDDEN, unsure=True)) is Outcome.INFERRED
    assert made.names("/in") == []


def test_only_a_marker_that_failed_is_tried_again() -> None:
    made = server(hidden=DATA)
    made.fail("write", f"/in/{NAME}.done", "denied")
    with pytest.raises(RemoteError) as caught:
        wait(finish(made.connect(), MARKED, parcel(), HIDDEN))
    assert (caught.value.problem.code, caught.value.unknown) == ("T356", True)
    assert wait(finish(made.connect(), MARKED, parcel(), HIDDEN, unsure=True)) is Outcome.DONE
    assert made.names("/in") == [NAME, f"{NAME}.done"]


# ---- what an earlier attempt left

LARGE = replace(TARGET, resume_above=100)
FORMER = ".a.edi.0.tmp"


@pytest.fixture(autouse=True)
def _little_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "IN_FLIGHT", 20)
    monkeypatch.setattr(parcels, "COMPARED", 30)


def test_a_small_part_is_removed() -> None:
    made = server(**{FORMER: DATA[:200]})
    assert wait(take_over(made.connect(), TARGET, parcel(), HIDDEN, FORMER)) == 0
    assert made.names("/in") == []


@pytest.mark.parametrize("left", [FORMER, HIDDEN])
def test_a_large_part_is_taken_over_and_gone_on_with(left: str) -> None:
    made = server(**{left: DATA[:200]})
    start = wait(take_over(made.connect(), LARGE, parcel(), HIDDEN, left))
    assert (start, made.names("/in")) == (180, [HIDDEN])
    wait(write(made.connect(), LARGE, parcel(), HIDDEN, start))
    assert made.data(f"/in/{HIDDEN}") == DATA


PARTS = {
    "not ours": (b"#" * 200, 0),
    "too large": (DATA + b"#", 0),
    "hardly begun": (DATA[:20], 0),
    "all of it": (DATA, len(DATA) - 20),
    "a hole at the end": (DATA[:190] + bytes(10), 180),
}


@pytest.mark.parametrize("case", PARTS)
def test_of_a_part_only_our_bytes_count(case: str) -> None:
    data, start = PARTS[case]
    made = server(**{FORMER: data})
    assert wait(take_over(made.connect(), LARGE, parcel(), HIDDEN, FORMER)) == start
    wait(write(made.connect(), LARGE, parcel(), HIDDEN, start))
    assert made.data(f"/in/{HIDDEN}") == DATA


@pytest.mark.parametrize(
    ("operation", "trouble"), [("rename", "denied"), ("rename", "missing"), ("read", "denied")]
)
def test_what_cannot_be_gone_on_with_is_begun_anew(operation: str, trouble: str) -> None:
    made = server(**{FORMER: DATA[:200]})
    made.fail(operation, "*", trouble)  # type: ignore[arg-type]
    assert wait(take_over(made.connect(), LARGE, parcel(), HIDDEN, FORMER)) == 0
    assert FORMER not in made.names("/in")


def test_a_connection_that_breaks_then_is_no_answer() -> None:
    for target, operation in ((TARGET, "remove"), (LARGE, "rename")):
        made = server(**{FORMER: DATA[:200]})
        made.fail(operation, "*", "lost")
        with pytest.raises(RemoteError):
            wait(take_over(made.connect(), target, parcel(), HIDDEN, FORMER))


def test_temporary_names_tell_deliveries_and_those_who_deliver_apart() -> None:
    names = [TARGET.hidden(NAME, key, mark) for key in ("k1", "k2") for mark in ("7", "8")]
    assert len(set(names)) == 4
    assert names[0].startswith(".a.edi.")
    assert names[0].endswith("-7.tmp")
    assert TARGET.hidden(NAME, "k1", "7") == names[0]
    assert len(TARGET.hidden("x" * 250, "k1", "7")) < 40
