"""Reading the acknowledgements of partners."""

from __future__ import annotations

import pytest

from gateway.grammar.acknowledge import (
    Match,
    Reconciliation,
    Sent,
    contradicts,
    match,
    reconcile,
)
from gateway.syntax import Kind, read_bytes
from tests.acknowledge.ack_cases import HERE

CONTRL_HEAD = "UNB+UNOC:3+4012345000009:14+4098765000003:14+260102:1015+12'UNH+1+CONTRL:D:3:UN'"
PARTIES = "4098765000003:14+4012345000009:14"


def contrl(*body: str) -> list[Reconciliation]:
    wire = CONTRL_HEAD + "".join(f"{each}'" for each in body) + "UNT+9+1'UNZ+1+12'"
    return read_answer(wire)


def read_answer(wire: str) -> list[Reconciliation]:
    return [
        told
        for part in read_bytes(wire.encode("latin-1"))
        if part.kind in (Kind.MESSAGE, Kind.CONTROL)
        for told in reconcile(part.segments)
    ]


def functional(*body: str) -> list[Reconciliation]:
    head = (HERE / "bases" / "x12.edi").read_text(encoding="utf-8").split("\n")[0]
    inside = "".join(f"{each}~" for each in body)
    return read_answer(
        f"{head}GS*FA*A1*B1*20260102*1015*5*X*004010~ST*997*0001~{inside}SE*9*0001~GE*1*5~"
        "IEA*1*000000905~"
    )


def test_uci_7_accepts_all_of_the_interchange() -> None:
    assert contrl(f"UCI+44+{PARTIES}+7") == [
        Reconciliation("interchange", accepted=True, interchange="44")
    ]


def test_uci_4_refuses_it_with_its_reason() -> None:
    (told,) = contrl(f"UCI+44+{PARTIES}+4+29+UNZ+2")
    assert (told.accepted, told.codes, told.reference) == (False, ("29",), "44")
    assert told.text == "UNZ, element 1: a count is wrong (29)"


def test_a_message_is_refused_with_every_code_in_words() -> None:
    outer, told = contrl(
        f"UCI+44+{PARTIES}+7",
        "UCM+3+INVOIC:D:96A:UN:EAN008+4+28+UNT+3",
        "UCS+5+13",
        "UCS+7",
        "UCD+39+3:2",
        "UCD+12+1",
    )
    assert outer.accepted
    assert (told.level, told.message, told.interchange) == ("message", "3", "44")
    assert told.codes == ("28", "13", "39", "12")
    assert told.text.split("; ") == [
        "UNT, element 2: references differ (28)",
        "after segment 5: something mandatory is missing (13)",
        "segment 7, element 2.2: a value is too long (39)",
        "segment 7, the tag: a value is invalid (12)",
    ]


def test_groups_are_named_with_their_messages() -> None:
    told = contrl(
        f"UCI+44+{PARTIES}+7",
        "UCF+G1+A:14+B:14+7",
        "UCM+3+INVOIC:D:96A:UN+4+12",
        "UCF+G2+A:14+B:14+4+32+UNG",
    )
    assert [(one.level, one.reference, one.accepted) for one in told] == [
        ("interchange", "44", True),
        ("group", "G1", True),
        ("message", "3", False),
        ("group", "G2", False),
    ]
    assert told[2].group == "G1"


@pytest.mark.parametrize(
    ("action", "accepted", "receipt"),
    [("1", True, False), ("6", False, False), ("8", True, True), ("", True, False)],
)
def test_old_action_codes_are_understood(action: str, accepted: bool, receipt: bool) -> None:
    (told,) = contrl(f"UCI+44+{PARTIES}+{action}")
    assert (told.accepted, told.receipt) == (accepted, receipt)


def test_a_code_that_nobody_knows_is_told_all_the_same() -> None:
    (told,) = contrl(f"UCI+44+{PARTIES}+4+99")
    assert told.text == "a code that is not known here (99)"


def test_a_997_accepts_and_refuses_sets() -> None:
    group, first, second = functional(
        "AK1*IN*77",
        "AK2*810*0001",
        "AK5*A",
        "AK2*810*0002",
        "AK3*IT1*4**8",
        "AK4*3>1*355*7*QQ",
        "AK3*TDS*6**3",
        "AK5*R*5*4",
        "AK9*P*2*2*1",
    )
    assert (group.level, group.group, group.accepted) == ("group", "77", True)
    assert (first.message, first.accepted, first.codes) == ("0001", True, ())
    assert (second.message, second.accepted) == ("0002", False)
    assert second.codes == ("AK3:8", "AK4:7", "AK3:3", "AK5:5", "AK5:4")
    assert second.text.split("; ") == [
        "segment 4 IT1, element 3.1 (QQ): invalid code (7)",
        "segment 6 TDS: mandatory segment missing (3)",
        "segment count is wrong (4)",
    ]


def test_accepted_with_errors_is_accepted() -> None:
    _, told = functional("AK1*IN*77", "AK2*810*0001", "AK5*E*5", "AK9*E*1*1*1")
    assert told.accepted


@pytest.mark.parametrize("code", ["R", "M", "W", "X"])
def test_every_way_of_refusing_is_one(code: str) -> None:
    group, told = functional("AK1*IN*77", "AK2*810*0001", f"AK5*{code}*5", "AK9*R*1*1*0")
    assert not told.accepted
    assert not group.accepted


def test_a_group_is_refused_as_a_whole() -> None:
    (told,) = functional("AK1*IN*77", "AK9*R*1*1*0*5")
    assert (told.accepted, told.codes, told.text) == (
        False,
        ("AK9:5",),
        "count of sets is wrong (5)",
    )


def test_ta1_accepts_or_refuses_an_interchange() -> None:
    head = (HERE / "bases" / "x12.edi").read_text(encoding="utf-8").split("\n")[0]
    told = read_answer(
        f"{head}TA1*000000007*260102*0930*R*025~TA1*000000008*260102*0930*A*000~IEA*0*000000905~"
    )
    assert [(one.interchange, one.accepted, one.codes) for one in told] == [
        ("000000007", False, ("025",)),
        ("000000008", True, ()),
    ]


def test_other_messages_say_nothing() -> None:
    assert reconcile(["UNH\x1d1\x1dORDERS\x1fD\x1f96A\x1fUN", "BGM\x1d220", "UNT\x1d3\x1d1"]) == []
    assert reconcile([]) == []


def test_details_without_their_head_are_passed_over() -> None:
    assert reconcile(["UCS\x1d1", "UCD\x1d12\x1d2", "AK4\x1d1", "AK5\x1dR", "AK9\x1dR"]) == []


def test_contrl_of_syntax_4_names_repetitions() -> None:
    _, told = contrl(
        f"UCI+44+{PARTIES}+7", "UCM+3+INVOIC:D:01B:UN:EAN010:1:2+4", "UCS+7", "UCD+35+3::2"
    )
    assert told.text == "segment 7, element 2 repetition 2: repeated too often (35)"


def test_a_999_is_read_with_its_contexts() -> None:
    group, told = functional(
        "AK1*PO*77*005010",
        "AK2*850*0001*005010",
        "IK3*N3*5**I6",
        "CTX*SITUATIONAL TRIGGER*N1*3**1",
        "IK3*PO1*7**8",
        "CTX*BEG03>PO-1",
        "IK4*6>2>3*235*I12*QQ",
        "IK5*R*5*I5",
        "AK9*R*1*1*0",
    )
    assert (group.accepted, told.accepted) == (False, False)
    assert told.codes == ("IK3:I6", "AK3:8", "IK4:I12", "AK5:5", "IK5:I5")
    assert told.text.split("; ") == [
        "segment 5 N3: segment missing that another one asks for (I6)",
        "situational trigger segment 3 N1 element 1",
        "beg03 PO-1",
        "segment 7 PO1, element 6.2 repetition 3 (QQ): "
        "value does not fit the pattern of the guide (I12)",
    ]


def test_a_ta1_accepts_with_errors() -> None:
    head = (HERE / "bases" / "x12.edi").read_text(encoding="utf-8").split("\n")[0]
    (told,) = read_answer(f"{head}TA1*000000007*260102*0930*E*022~IEA*0*000000905~")
    assert (told.accepted, told.codes) == (True, ("022",))
    assert told.text == "control structure is invalid (022)"


def business(kind: str, *body: str) -> list[Reconciliation]:
    if kind == "824":
        return functional("SE*1*0001", "ST*824*0002", *body)
    head = CONTRL_HEAD.replace("CONTRL:D:3:UN", "APERAK:D:01B:UN")
    return read_answer(head + "".join(f"{each}'" for each in body) + "UNT+9+1'UNZ+1+12'")


def test_an_aperak_of_others_is_read() -> None:
    (told,) = business(
        "APERAK",
        "BGM+313+77+9+RE",
        "RFF+AGO:PO-1",
        "RFF+ACE:4711",
        "ERC+Z29",
        "FTX+ABO+++no such:item",
        "RFF+ACW:9",
        "FTX+AAO+++of the 2nd line",
        "ERC+Z30",
    )
    assert (told.accepted, told.business, told.document) == (False, True, "PO-1")
    assert (told.interchange, told.message) == ("4711", "")
    assert told.codes == ("ERC:Z29", "ERC:Z30")
    assert told.text == "error Z29: no such item of the 2nd line; error Z30"


@pytest.mark.parametrize(
    ("response", "errors", "accepted"),
    [
        ("AP", [], True),
        ("CA", ["ERC+1"], True),
        ("RE", [], False),
        ("", [], True),
        ("", ["ERC+1"], False),
    ],
)
def test_an_aperak_accepts_unless_it_says_otherwise(
    response: str, errors: list[str], accepted: bool
) -> None:
    (told,) = business("APERAK", f"BGM+312+77+9+{response}", "RFF+ON:PO-1", *errors)
    assert told.accepted is accepted


@pytest.mark.parametrize(
    ("verdict", "accepted"),
    [("TA", True), ("TE", True), ("TC", True), ("TP", False), ("TR", False), ("IR", False)],
)
def test_an_824_accepts_or_refuses(verdict: str, accepted: bool) -> None:
    (told,) = business("824", "BGN*11*9*20260102", f"OTI*{verdict}*IV*INV-1*A1*B1***77*0001*810")
    assert (told.accepted, told.document, told.group, told.message) == (
        accepted,
        "INV-1",
        "77",
        "0001",
    )


def test_an_824_names_what_is_wrong() -> None:
    (told,) = business(
        "824",
        "OTI*TR*TN*0001",
        "TED*848*bad total*TDS*6*1**99",
        "NTE*ADD*the sum",
        "NTE*ADD*is 98",
        "TED*006",
    )
    assert (told.message, told.document) == ("0001", "")
    assert told.codes == ("TED:848", "TED:006")
    assert told.text == "segment 6 TDS, element 1: bad total (99) the sum is 98; error 006"


def test_a_group_is_refused_by_an_824() -> None:
    (told,) = business("824", "OTI*GR*TN*77*****77")
    assert (told.level, told.group, told.accepted) == ("group", "77", False)


def test_segments_of_business_answers_say_nothing_elsewhere() -> None:
    assert functional("OTI*TR*PO*1", "TED*848", "NTE*ADD*x", "BGM*1", "ERC*1") == []


def test_a_text_without_end_is_cut() -> None:
    (told,) = business("824", "OTI*TR*TN*0001", *["NTE*ADD*" + "x" * 80] * 200)
    assert len(told.text) == 4000


OURS = [
    Sent(id=1, interchange="000000905", group="77", message="0001", document="PO-1"),
    Sent(id=2, interchange="000000905", group="77", message="0002", document="PO-2"),
    Sent(id=3, interchange="000000906", group="78", message="0001", document="PO-1"),
]


@pytest.mark.parametrize(
    ("named", "kind", "ids"),
    [
        ({"interchange": "905"}, "many", (1, 2)),
        ({"interchange": "000000905", "message": "0002"}, "one", (2,)),
        ({"group": "78"}, "one", (3,)),
        ({"document": "PO-1"}, "many", (1, 3)),
        ({"document": "PO-1", "group": "78"}, "one", (3,)),
        ({"document": "PO-9"}, "none", ()),
        ({"group": "77", "document": "PO-9"}, "none", ()),
        ({}, "none", ()),
    ],
)
def test_an_answer_is_about_what_agrees_with_all_it_names(
    named: dict[str, str], kind: str, ids: tuple[int, ...]
) -> None:
    assert match(Reconciliation("message", accepted=True, **named), OURS) == Match(kind, ids)


def test_references_that_are_no_numbers_match_as_text() -> None:
    ours = [Sent(id=1, interchange="A0905")]
    assert match(Reconciliation("interchange", True, interchange="A905"), ours).kind == "none"


@pytest.mark.parametrize(
    ("earlier", "later", "contradicts_it"),
    [
        ({"accepted": True}, {"accepted": False}, True),
        ({"accepted": False}, {"accepted": True}, True),
        ({"accepted": True}, {"accepted": True}, False),
        ({"accepted": True, "receipt": True}, {"accepted": False}, False),
        ({"accepted": True}, {"accepted": False, "business": True}, False),
    ],
)
def test_when_a_later_answer_contradicts(
    earlier: dict[str, bool], later: dict[str, bool], contradicts_it: bool
) -> None:
    first, second = Reconciliation("message", **earlier), Reconciliation("message", **later)
    assert contradicts(first, second) is contradicts_it
