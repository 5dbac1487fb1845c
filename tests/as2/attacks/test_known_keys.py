"""The key of a captured message with other content: one answer, the one of any changed message."""

from __future__ import annotations

from dataclasses import replace

from tests.as2.attacks.target import UNIFORM, Target, report_of
from tests.as2.attacks.test_cms_oracle import captured, posted_flip
from tests.as2.attacks.test_spliced_blocks import Captured


def test_blocks_behind_a_captured_message_have_the_answer_of_a_message_that_does_not_open(
    target: Target,
) -> None:
    known, unopened = Captured(), captured()
    posted = known.posted
    first = target.post(posted)
    assert first.disposition == "processed"
    spliced = [
        known.made([*known.blocks, bytes((number,)) * 16, known.blocks[40]], 30_000 + number)
        for number in range(4)
    ]
    unopened = replace(unopened, body=posted_flip(unopened)).named(
        message_id="<spliced-40000@x>"  # as long as the others
    )
    with target.unharmed():
        answers = [target.sends(each) for each in (*spliced, unopened)]
        assert {answer.disposition for answer in answers} == {UNIFORM}
        assert len({report_of(answer) for answer in answers}) == 1
        assert target.sends(posted) == first
    refused = [row.found for row in target.world.received() if "<spliced-300" in row.message_id]
    assert len(refused) == 4
    assert all('"T278"' in found for found in refused)
