"""On a server that does not rename, a file is written under its name from the start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.channels.remote import parcel as parcels
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import Outcome
from gateway.channels.remote.putdirectly import is_free, write_directly
from tests.remote.memory import normal
from tests.remote.parcels import DATA, DIRECTLY, NAME, parcel, server, wait

REPLACING = replace(DIRECTLY, replace=True)
MARKED = replace(DIRECTLY, done="{name}.ok")


def test_it_is_written_and_marked() -> None:
    made = server()
    assert wait(is_free(made.connect(), MARKED, NAME))
    assert wait(write_directly(made.connect(), MARKED, parcel())) is Outcome.DONE
    assert (made.names("/in"), made.data(f"/in/{NAME}")) == ([NAME, f"{NAME}.ok"], DATA)


def test_a_name_that_is_taken_is_not_free_unless_files_are_replaced() -> None:
    made = server(final=b"another")
    assert not wait(is_free(made.connect(), DIRECTLY, NAME))
    assert wait(is_free(made.connect(), REPLACING, NAME))


def test_a_file_that_is_taken_at_once_has_arrived() -> None:
    made = server()
    made.before("stat", f"/in/{NAME}", made.files.clear)
    assert wait(write_directly(made.connect(), DIRECTLY, parcel())) is Outcome.DONE


def test_another_size_is_left_to_a_person() -> None:
    made = server()
    made.lies[normal(f"/in/{NAME}")] = 7
    with pytest.raises(RemoteError) as caught:
        wait(write_directly(made.connect(), DIRECTLY, parcel()))
    assert (caught.value.problem.code, caught.value.unknown) == ("T359", True)


# what was begun lies there like this: (bytes, whole, outcome or code, what lies there then)
BEGUN = {
    "nothing, surely not whole": (None, False, Outcome.DONE, DATA),
    "nothing, may be whole": (None, True, "T355", None),
    "a part": (DATA[:100], True, Outcome.DONE, DATA),
    "all of it": (DATA, True, Outcome.DONE, DATA),
    "a hole in it": (DATA[:100] + bytes(len(DATA) - 100), True, Outcome.DONE, DATA),
    "more than that": (DATA + b"#", True, Outcome.COLLISION, DATA + b"#"),
}


@pytest.mark.parametrize("case", BEGUN)
@pytest.mark.parametrize("resume_above", [10, 1000])
def test_what_was_begun_is_looked_at_first(
    case: str, resume_above: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "IN_FLIGHT", 20)
    left, whole, expected, then = BEGUN[case]
    made = server() if left is None else server(final=left)
    target = replace(DIRECTLY, resume_above=resume_above)
    work = write_directly(made.connect(), target, parcel(), begun=True, whole=whole)
    if isinstance(expected, Outcome):
        assert wait(work) is expected
    else:
        with pytest.raises(RemoteError) as caught:
            wait(work)
        assert caught.value.problem.code == expected
    assert made.data(f"/in/{NAME}") == then


def test_what_is_whole_is_not_written_again() -> None:
    made = server(final=DATA)
    assert wait(write_directly(made.connect(), MARKED, parcel(), begun=True)) is Outcome.DONE
    assert (made.asked["write"], made.names("/in")) == (1, [NAME, f"{NAME}.ok"])


def test_its_size_will_do_where_we_may_not_read() -> None:
    for target, writes in ((DIRECTLY, 0), (REPLACING, 1)):
        made = server(final=DATA)
        made.fail("read", "*", "denied")
        work = write_directly(made.connect(), target, parcel(), begun=True, whole=True)
        assert (wait(work), made.asked["write"]) == (Outcome.DONE, writes)


@pytest.mark.parametrize(
    ("cut", "unknown"), [(0, False), (100, False), (len(DATA) - 1, True), (len(DATA), True)]
)
def test_a_cut_may_have_come_after_the_last_byte(cut: int, unknown: bool) -> None:
    made = server()
    made.cut_writing = cut
    with pytest.raises(RemoteError) as caught:
        wait(write_directly(made.connect(), DIRECTLY, parcel()))
    assert caught.value.unknown is unknown


def test_a_refusal_says_that_it_is_not_there() -> None:
    made = server()
    made.room = len(DATA) - 1
    with pytest.raises(RemoteError) as caught:
        wait(write_directly(made.connect(), DIRECTLY, parcel()))
    assert (caught.value.trouble, caught.value.unknown) == ("full", False)


def test_a_look_that_fails_keeps_what_was_known() -> None:
    for whole in (True, False):
        made = server(final=DATA[:5])
        made.fail("stat", "*", "lost")
        with pytest.raises(RemoteError) as caught:
            wait(write_directly(made.connect(), DIRECTLY, parcel(), begun=True, whole=whole))
        assert caught.value.unknown is whole
