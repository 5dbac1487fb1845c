"""What is recognised in samples."""

from __future__ import annotations

from gateway.config.proposal import House, SampleFile, Wanted, propose
from gateway.syntax.yamltext import read_yaml
from tests.proposal.conftest import OURS, THEIRS, Proposer, as_us, order

GROUPED = (
    b"UNB+UNOB:2+HIS:ZZ+OURS:ZZ+260302:0914+1'UNG+ORDERS+HISDEPT+OURDEPT+260302:0914+1+UN+D:96A'"
    b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:20260302:102'NAD+BY+5::92'LIN+1'QTY+21:1'UNS+S'"
    b"UNT+8+1'UNE+1+1'UNZ+1+1'"
)


def settings(made: object) -> dict:  # type: ignore[type-arg]
    text, problems = read_yaml(made.files["partner.yaml"], "partner.yaml")  # type: ignore[attr-defined]
    assert text is not None and not problems
    data: dict = text.data  # type: ignore[type-arg]
    return data


def test_the_sender_is_the_partner_when_the_receiver_is_ours(proposed: Proposer) -> None:
    made = proposed(order())
    assert made.problems == []
    assert settings(made)["identities"] == {
        "gln": THEIRS,
        "edifact": {"id": THEIRS, "qualifier": "14"},
    }
    assert settings(made)["agreements"][0]["direction"] == "inbound"


def test_the_receiver_is_the_partner_when_the_sender_is_ours(proposed: Proposer) -> None:
    made = proposed(order(sender=f"{OURS}:14", receiver=f"{THEIRS}:14"))
    assert settings(made)["identities"]["edifact"]["id"] == THEIRS
    assert settings(made)["agreements"][0]["direction"] == "outbound"


def test_nobody_knows_who_is_who_when_neither_is_ours(proposed: Proposer) -> None:
    made = proposed(order(sender="A:ZZ", receiver="B:ZZ"))
    assert [one.code for one in made.problems] == ["C505"]
    assert any("is this the partner" in mark.what for mark in made.marks)
    other = proposed(order(sender="A:ZZ", receiver="B:ZZ"), direction="outbound")
    assert settings(other)["identities"]["edifact"]["id"] == "B"


def test_the_id_of_test_interchanges_is_told_apart(proposed: Proposer) -> None:
    test = order("2", sender="4012345000016:14", indicator="1")
    identity = settings(proposed(order(), order("3"), test))["identities"]["edifact"]
    assert identity == {"id": THEIRS, "qualifier": "14", "test_id": "4012345000016"}


def test_samples_of_others_are_left_out(proposed: Proposer) -> None:
    made = proposed(order(), order("2"), order("3", sender="4012345000207:14"))
    assert [one.code for one in made.problems] == ["C506"]
    assert len([path for path in made.files if path.endswith("in.edi")]) == 2


def test_separators_and_version_are_those_of_the_samples(proposed: Proposer) -> None:
    data = order(una="").replace(b"+", b"|").replace(b"'", b"~\n")
    data = b"UNA:|.? ~" + data
    syntax = settings(proposed(data.replace(b"UNOC:3", b"UNOA:2")))["syntax"]["edifact"]
    assert syntax == {
        "version": "UNOA:2",
        "una": "always",
        "line_breaks": "crlf",
        "delimiters": {"element": "|", "terminator": "~"},
    }


def test_the_code_of_a_group_is_part_of_the_identity(house: House) -> None:
    us = as_us(house, "edifact", ("OURS", "ZZ"))
    made = propose([SampleFile("order.edi", GROUPED)], Wanted("contoso-foods"), us)
    identity = settings(made)["identities"]["edifact"]
    assert identity == {"id": "HIS", "qualifier": "ZZ", "group": "HISDEPT"}


def test_a_charset_beyond_the_header_is_told_and_proposed(proposed: Proposer) -> None:
    made = proposed(order(name="Contoso Bäcker", level="UNOA:2", codec="utf-8"))
    assert [one.code for one in made.problems] == ["C510"]
    assert settings(made)["syntax"]["edifact"]["codec"] == "utf-8"


def test_a_gln_with_a_wrong_check_digit_is_told(proposed: Proposer) -> None:
    made = proposed(order(extra="NAD+DP+4012345000001::9"))
    (told,) = made.problems
    assert (told.code, told.facts["right"]) == ("C512", "9")


def test_what_is_no_interchange_is_told_and_left_out(proposed: Proposer) -> None:
    made = proposed(b"number;article\n1;2\n", order())
    assert [(one.code, one.place.file) for one in made.problems] == [("C503", "sample-1.edi")]
    assert made.kinds


def test_a_message_that_carries_no_document_is_told(proposed: Proposer) -> None:
    other = order("2", message="IFTMIN:D:96A:UN")
    made = proposed(order(), other)
    assert [one.code for one in made.problems] == ["C504"]


def test_a_broken_envelope_is_told_and_its_message_read(proposed: Proposer) -> None:
    made = proposed(order().partition(b"UNZ")[0])
    assert [one.code for one in made.problems] == ["C514"]
    assert "guides/orders.yaml" in made.files


def test_nothing_is_proposed_from_nothing(proposed: Proposer) -> None:
    made = proposed(b"", b"{}")
    assert [one.code for one in made.problems] == ["C503", "C503", "C513"]
    assert made.refused and not made.files


def test_more_than_samples_is_refused(proposed: Proposer) -> None:
    assert [one.code for one in proposed(*([b"x"] * 201)).problems] == ["C511"]


def test_what_is_marked_to_ask_is_told_in_the_notes(proposed: Proposer) -> None:
    notes = proposed(order()).files["NOTES.md"].decode()
    assert "- [ ] Which number has the partner in our ERP?" in notes
    assert "names and addresses of people" in notes


def test_one_of_several_messages_is_a_sample_of_its_own(proposed: Proposer) -> None:
    body = order().partition(b"UNH")[2].partition(b"UNZ")[0]
    both = order().replace(b"UNZ+1", b"UNH" + body.replace(b"+1'", b"+2'") + b"UNZ+2")
    made = proposed(both)
    cases = [data for path, data in made.files.items() if path.endswith("in.edi")]
    assert len(cases) == 2
    assert all(case.count(b"UNH+") == 1 and b"UNZ+1+4711" in case for case in cases)


def test_only_the_document_that_is_wanted_is_proposed(proposed: Proposer) -> None:
    change = order("2", message="ORDCHG:D:96A:UN:EAN008")
    made = proposed(order(), change, document="orderchange")
    assert [one["document"] for one in settings(made)["agreements"]] == ["orderchange"]
    assert [path for path in made.files if path.startswith("guides/")] == ["guides/ordchg.yaml"]
