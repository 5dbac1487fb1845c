"""What a receipt says: every spelling that was seen, and the law that what we write is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.mdn.answers import MEANS
from gateway.channels.as2.mdn.disposition import PROCESSED, Disposition, error, failure
from gateway.channels.as2.refusal import RefusedError

SPELLINGS = Path(__file__).parent / "dispositions.txt"


def _spellings() -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in SPELLINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            value, meant = line[1:].rsplit("|", 1)
            value = value.replace("\\n", "\r\n").replace("\\t", "\t")
            yield value, tuple(part.strip() for part in meant.split(",", 2)) if meant else ()


@pytest.mark.parametrize(("value", "meant"), list(_spellings()))
def test_every_spelling_has_one_meaning(value: str, meant: tuple[str, ...]) -> None:
    if not meant:
        with pytest.raises(RefusedError) as refused:
            Disposition.parse(value)
        assert refused.value.problem.code == "T246"
        return
    read = Disposition.parse(value)
    assert (read.kind, read.level, read.text) == meant
    assert read.positive is (read.kind == "processed" and read.level in ("", "warning"))


EXAMPLES = int(os.environ.get("MDN_EXAMPLES", "20"))
TEXTS = st.one_of(
    st.sampled_from(sorted(MEANS)),
    st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x85\xa0")),
).map(lambda text: " ".join(text.split()))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.builds(
        Disposition,
        kind=st.sampled_from(["processed", "failed", "displayed"]),
        level=st.sampled_from(["error", "failure", "warning"]),
        text=TEXTS,
    )
    | st.sampled_from([PROCESSED, Disposition("failed"), error("x"), failure("y")])
)
def test_what_is_written_is_read(disposition: Disposition) -> None:
    assert Disposition.parse(str(disposition)) == disposition


def test_the_words_are_those_of_the_rfc() -> None:
    mode = "automatic-action/MDN-sent-automatically"
    assert str(PROCESSED) == f"{mode}; processed"
    assert str(error("decryption-failed")) == f"{mode}; processed/error: decryption-failed"
    assert str(failure("unsupported format")) == f"{mode}; failed/Failure: unsupported format"


def test_a_value_without_end_is_refused() -> None:
    with pytest.raises(RefusedError):
        Disposition.parse("processed/error: " + "x" * 5_000)
