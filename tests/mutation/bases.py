"""The good interchanges: three messages each, of which the second is mutated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gateway.grammar import Library
from gateway.grammar.model import MessageGrammar
from tests.mutation.model import EDIFACT_3, EDIFACT_4, X12_4, X12_5, Doc, Seg, Signs, parse

HERE = Path(__file__).parent / "bases"
_PARTIES = ("4012345000009:14", "4098765000003:14")
_ISA = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
    "*260517*0930*{sign}*{version}*000000088*0*P*>"
)
_GROUPS = {"850": "PO", "855": "PR", "856": "SH", "810": "IN"}


@cache
def library() -> Library:
    return Library()


@cache
def grammar(standard: str, directory: str, name: str) -> MessageGrammar:
    found = library().message(standard, directory, name)
    assert found is not None
    return found


def body(name: str, signs: Signs) -> list[Seg]:
    path = next(HERE.glob(f"{name}.*"))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [parse(line[:-1], signs) for line in lines]


def edifact(
    name: str, directory: str, version: str = "3", *, grouped: bool = False, level: str = "UNOC"
) -> Doc:
    """Three messages; ``grouped``: two in a first group, one in a second."""
    signs = EDIFACT_4 if version == "4" else EDIFACT_3
    date = "20260517" if version == "4" else "260517"
    text = body(name, signs)
    if version == "4":  # syntax 4 repeats within the element
        text = [_repeated(one) for one in text]
    if level == "UNOA":
        text = [_upper(one) for one in text]
    kind = f"{name}:{directory[0]}:{directory[1:]}:UN"

    def header(line: str) -> Seg:
        return parse(line, signs)

    whole = [header(f"UNB+{level}:{version}+{'+'.join(_PARTIES)}+{date}:0930+4711")]
    first = last = 0
    for number in (1, 2, 3):
        if grouped and number != 2:
            if number == 3:
                whole.append(header("UNE+2+G1"))
            whole.append(
                header(
                    f"UNG+{name}+APP1+APP2+{date}:0930+G{1 + number // 3}+UN"
                    f"+{directory[0]}:{directory[1:]}"
                )
            )
        if number == 2:
            first = len(whole)
        whole += [header(f"UNH+M{number}+{kind}"), *text]
        whole.append(header(f"UNT+{len(text) + 2}+M{number}"))
        if number == 2:
            last = len(whole) - 1
    if grouped:
        whole.append(header("UNE+1+G2"))
    whole.append(header(f"UNZ+{2 if grouped else 3}+4711"))
    grouped_name = "-ung" if grouped else ""
    named = f"{name}-{directory}-v{version}{grouped_name}{'' if level == 'UNOC' else '-' + level}"
    return Doc("edifact", signs, tuple(whole), first, last, name=named)


def _upper(segment: Seg) -> Seg:
    return segment.having([[[v.upper() for v in c] for c in r] for r in segment.elements])


def _repeated(segment: Seg) -> Seg:
    if segment.tag != "COM":
        return segment
    return segment.having([[*segment.elements[0], ["00493099999", "FX"]]])


def x12(name: str, release: str) -> Doc:
    """Three transaction sets in two groups."""
    signs = X12_5 if release >= "005" else X12_4
    version = "00501" if release >= "005" else "00401"
    text = body(name, signs)
    isa = _ISA.format(sign=signs.repetition or "U", version=version).split("*")
    whole = [Seg("ISA", tuple(((value,),) for value in isa[1:]))]
    gs = f"GS*{_GROUPS[name]}*NORTHWIND*OURCOMPANY*20260517*0930*{{}}*X*{release}"
    first = last = 0
    for number in (1, 2, 3):
        if number == 1:
            whole.append(parse(gs.format(88), signs))
        if number == 3:
            whole += [parse("GE*2*88", signs), parse(gs.format(89), signs)]
        if number == 2:
            first = len(whole)
        whole += [parse(f"ST*{name}*{number:04}", signs), *text]
        whole.append(parse(f"SE*{len(text) + 2}*{number:04}", signs))
        if number == 2:
            last = len(whole) - 1
    whole += [parse("GE*1*89", signs), parse("IEA*2*000000088", signs)]
    return Doc("x12", signs, tuple(whole), first, last, name=f"{name}-{release}")


@cache
def bases() -> Sequence[Doc]:
    """All: each type in both directories; EDIFACT in syntax 3 and 4, with groups and without."""
    names = ("ORDERS", "ORDRSP", "DESADV", "INVOIC")
    found = [edifact(name, "D96A", "3") for name in names]
    found += [edifact(name, "D01B", "4") for name in names]
    found += [edifact("ORDERS", "D96A", "3", grouped=True), edifact("ORDERS", "D96A", level="UNOA")]
    found += [edifact("INVOIC", "D01B", "4", grouped=True)]
    sets = ("850", "855", "856", "810")
    found += [x12(name, release) for release in ("004010", "005010") for name in sets]
    return found


def grammar_of(doc: Doc) -> MessageGrammar:
    """The grammar of the subject, by its header."""
    parts = doc.name.split("-")
    return grammar(doc.standard, parts[1], parts[0])
