"""Guides from samples: what they require, allow and refuse."""

from __future__ import annotations

from pathlib import Path

from gateway.config.proposal import House
from gateway.grammar.guide import Guide, Guides, read_with_guide
from gateway.problems import errors
from tests.proposal.conftest import Proposer, order


def guide_of(made: object, house: House, folder: Path) -> Guide:
    path = folder / "orders.yaml"
    path.write_bytes(made.files["guides/orders.yaml"])  # type: ignore[attr-defined]
    guide, problems = Guides(house.library).load(path)
    assert guide is not None, problems
    return guide


def found(proposed: Proposer, guide: Guide, data: bytes) -> list[str]:
    """The codes that a message gets by a guide."""
    ((_, message),) = proposed(data).samples.messages()
    return [one.code for one in errors(read_with_guide(message.part, guide).problems)]


def test_three_samples_tell_what_is_required(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    guide = guide_of(proposed(*(order(str(n)) for n in (1, 2, 3))), house, tmp_path)
    without = order("4").replace(b"DTM+137:20260302:102'", b"DTM+2:20260302:102'")
    assert found(proposed, guide, order("4")) == []
    assert set(found(proposed, guide, without)) == {"G301", "G309"}


def test_fewer_samples_require_nothing_and_say_so(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    made = proposed(order("1"), order("2"))
    assert b"usage: R" not in made.files["guides/orders.yaml"].partition(b"segments:")[2]
    assert any("Fewer than 3 samples" in mark.what for mark in made.marks)
    assert guide_of(made, house, tmp_path)


def test_the_association_code_names_the_guide_that_is_extended(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    made = proposed(order())
    assert guide_of(made, house, tmp_path).extends == ("eancom1997",)


def test_samples_wider_than_the_guide_they_name_are_told(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    made = proposed(order(extra="IMD+F++:::not in EANCOM here"))
    assert [one.code for one in made.problems] == ["C509"]
    assert guide_of(made, house, tmp_path).extends == ()


def test_a_private_code_is_not_added_to_a_guide_that_has_slots_of_its_own(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    made = proposed(order(extra="RFF+<sc:4711"))
    assert [one.code for one in made.problems] == ["C509", "C508"][::-1]
    guide = guide_of(made, house, tmp_path)
    assert (guide.extends, guide.private) == ((), {"1153": frozenset({"<sc"})})


def test_what_the_directory_refuses_is_told_with_what_comes_of_it(proposed: Proposer) -> None:
    made = proposed(order().replace(b"UNS+S'", b"").replace(b"UNT+10", b"UNT+9"))
    (told,) = made.problems
    assert (told.code, told.facts["first"][:4]) == ("C508", "G105")
    assert "only kept as a sample" in told.remedy
    assert "guides/orders.yaml" not in made.files
    assert any("could be translated" in mark.what for mark in made.marks)


def test_a_code_that_the_directory_has_not_is_private_and_marked(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    data = order(extra="NAD+QQQ+4012345000009::9", message="ORDERS:D:96A:UN")
    made = proposed(data)
    assert any("codes that D.96A does not have" in mark.what for mark in made.marks)
    guide = guide_of(made, house, tmp_path)
    assert guide.private == {"3035": frozenset({"QQQ"})}
    assert found(proposed, guide, data) == []


def test_what_most_samples_do_wrong_is_tolerated_and_marked(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    def wrong(number: str) -> bytes:
        data = order(number, message="ORDERS:D:96A:UN")
        return data.replace(b"DTM+137:20260302", b"DTM+137:2026")

    made = proposed(wrong("1"), wrong("2"), order("3", message="ORDERS:D:96A:UN"))
    guide = guide_of(made, house, tmp_path)
    assert [one.problem for one in guide.tolerances] == ["G218"]
    assert found(proposed, guide, wrong("4")) == []
    assert any("take this as it is" in mark.what for mark in made.marks)


def test_what_one_of_many_does_wrong_is_only_told(
    proposed: Proposer, house: House, tmp_path: Path
) -> None:
    bad = order("3").replace(b"DTM+137:20260302", b"DTM+137:2026")
    made = proposed(order("1"), order("2"), bad)
    assert [one.code for one in made.problems] == ["C508"]
    assert guide_of(made, house, tmp_path).tolerances == ()
