"""The table of moves is the only way, and the picture is drawn from it."""

from __future__ import annotations

import pytest

from gateway.pipeline.states import FINAL, MOVES, IllegalMoveError, State, mermaid, way


def test_a_legal_way_ends_in_its_last_state() -> None:
    assert way(State.IDENTIFIED, State.CHECKED, State.MAPPED, State.DELIVERED) is State.DELIVERED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.RECEIVED, State.DELIVERED),
        (State.REFUSED, State.MAPPED),
        (State.ACKNOWLEDGED, State.DELIVERED),
        (State.DEAD, State.ACKNOWLEDGED),
    ],
)
def test_an_illegal_move_is_a_bug(before: State, after: State) -> None:
    with pytest.raises(IllegalMoveError, match="not in the table"):
        way(before, after)


def test_every_state_can_be_reached_and_no_move_stands_twice() -> None:
    reached, wave = {State.RECEIVED}, {State.RECEIVED}
    while wave:
        wave = {move.after for move in MOVES if move.before in wave} - reached
        reached |= wave
    assert reached == set(State)
    pairs = [(move.before, move.after) for move in MOVES]
    assert len(pairs) == len(set(pairs))


def test_from_a_final_state_only_an_answer_or_a_person_moves() -> None:
    words = ("partner", "person")
    moves = [move for move in MOVES if move.before in FINAL]
    assert all(any(word in move.by for word in words) for move in moves), moves


def test_the_picture_shows_every_move() -> None:
    text = mermaid()
    assert text.startswith("stateDiagram-v2\n    [*] --> received\n")
    assert all(f"    {move.before} --> {move.after}: {move.by}" in text for move in MOVES)
