"""Inputs that grow: for each way to be long, bytes of a size, and what reads them.

Used by ``tests/fuzz/test_growth.py`` (instructions of Python, the same in every run) and by
``benchmarks/growth.py`` (CPU time, which also sees what C does).
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.grammar import read
from gateway.grammar.acknowledge import (
    AckRules,
    MessageVerdict,
    Numbers,
    acknowledge,
    conclude,
    judge,
)
from gateway.grammar.envelope import InterchangeEnd, MessageFound, walk
from gateway.syntax import read_bytes
from tests.fuzz.targets import AT, grammar_of, library

Make = Callable[[int], bytes]
_RULES = {"edifact": AckRules(), "x12": AckRules(syntax="999", warnings=True)}


def whole_way(data: bytes) -> int:
    """Parts, frames, grammar, verdict, acknowledgement; the number of problems."""
    found: list[MessageVerdict] = []
    count = 0
    for event in walk(read_bytes(data), library().service):
        if isinstance(event, MessageFound):
            known = grammar_of(event)
            found.append(judge(event, read(event.part, known).problems if known else ()))
        elif isinstance(event, InterchangeEnd):
            verdict = conclude(event, found)
            count += len(verdict.problems) + sum(len(one.problems) for one in found)
            acknowledge(verdict, _RULES[event.interchange.standard], Numbers(interchange="1"), AT)
            found = []
    return count


_UNB = "UNB+UNOC:4+A:14+B:14+20260101:0000+1'"
_BGM = "BGM+220+1+9'DTM+137:20260101:102'"
_LINE = "LIN+{0}++4012345000009:EN'QTY+21:5'PRI+AAA:1.5'"
_ISA = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
    "*260101*0000*^*00501*000000001*0*P*>~"
)


def message(body: str, reference: str = "1") -> str:
    count = body.count("'") + 2
    return f"UNH+{reference}+ORDERS:D:01B:UN'{body}UNT+{count}+{reference}'"


def interchange(messages: str, count: int = 1) -> bytes:
    return f"{_UNB}{messages}UNZ+{count}+1'".encode("latin-1")


def order(lines: str, tail: str = "UNS+S'") -> bytes:
    return interchange(message(f"{_BGM}{lines}{tail}"))


def x12(name: str, group: str, body: str) -> bytes:
    count = body.count("~") + 2
    return (
        f"{_ISA}GS*{group}*AA*BB*20260101*0000*1*X*005010~ST*{name}*0001~{body}"
        f"SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    ).encode()


def _lines(count: int, line: str = _LINE) -> str:
    return "".join(line.format(number) for number in range(1, count + 1))


def _hl(count: int, parent: Callable[[int], object]) -> bytes:
    rows = "".join(f"HL*{n}*{parent(n)}*I~LIN**EN*1~" for n in range(1, count + 1))
    return x12("856", "SH", f"BSN*00*1*20260101*0000~{rows}CTT*{count}~")


def _groups(count: int) -> bytes:
    one = "UNG+ORDERS+A+B+20260101:0000+{0}+UN+D:01B'{1}UNE+1+{0}'"
    body = message(f"{_BGM}UNS+S'")
    groups = "".join(one.format(n, body.replace("+1+", f"+{n}+", 1)) for n in range(1, count + 1))
    return interchange(groups, count)


WAYS: dict[str, Make] = {
    # good input
    "lines of a message": lambda n: order(_lines(n)),
    "messages of an interchange": lambda n: interchange(
        "".join(message(f"{_BGM}UNS+S'", str(one)) for one in range(1, n + 1)), n
    ),
    "interchanges of a file": lambda n: order(_lines(1)) * n,
    "groups": _groups,
    "repetitions": lambda n: order(f"NAD+BY+1::9'CTA+OC'COM+{'*'.join(['1:TE'] * n)}'"),
    "components": lambda n: order(f"NAD+BY+{':'.join('1' * n)}'"),
    "elements": lambda n: order(f"NAD+BY{'+1' * n}'"),
    "released characters": lambda n: order(f"FTX+AAI+++{'??' * n}'"),
    "release characters in a row": lambda n: order(f"FTX+AAI+++{'?' * (2 * n)}'"),
    "hierarchy": lambda n: _hl(n, lambda one: one - 1 or ""),
    # errors
    "errors of elements": lambda n: order(_lines(n, "LIN+{0}++4012345000009:EN'PRI+AAA:X'")),
    "unknown segments": lambda n: order("XYZ+1'" * n),
    "segments out of sequence": lambda n: order(_lines(n, "PRI+AAA:1'QTY+21:5'LIN+{0}'IMD+F'")),
    "segments too many": lambda n: order("UNS+S'" * n),
    "groups without trigger": lambda n: order(_lines(n, "QTY+21:5'PRI+AAA:1'MOA+203:1'")),
    "codes outside their list": lambda n: order(_lines(n, "LIN+{0}'QTY+QQQ:5'")),
    "trailing separators": lambda n: order(_lines(n, "LIN+{0}+++'QTY+21:5:'")),
    "orphans of a hierarchy": lambda n: _hl(n, lambda one: one + 9000),
    "one number of a hierarchy": lambda n: x12(
        "856", "SH", f"BSN*00*1*20260101*0000~{'HL*1**I~' * n}"
    ),
    "broken notes": lambda n: x12("850", "PO", f"BEG*00*SA*1**20260101~{'REF*DP~' * n}PO1*1*1*EA~"),
    "references used twice": lambda n: interchange(message(f"{_BGM}UNS+S'") * n, n),
    "messages without trailer": lambda n: interchange(f"UNH+1+ORDERS:D:01B:UN'{_BGM}" * n, n),
    "group trailers alone": lambda n: interchange("UNE+1+1'" * n),
    # characters
    "control characters": lambda n: order(f"FTX+AAI+++{'a' + chr(1)}'" * n),
    "control characters in a segment": lambda n: order(f"FTX+AAI+++{('a' + chr(1)) * n}'"),
    "wrapped lines": lambda n: order(f"FTX+AAI+++{'ab' + chr(10)}cd'" * n),
    "wrapped lines in a segment": lambda n: order("FTX+AAI+++" + "ab\r\n" * n + "'"),
    "empty segments": lambda n: order("'" * n),
    "UTF-8 declared as 8859": lambda n: order("FTX+AAI+++Ã¼'" * n),
    # no interchange at all
    "junk": lambda n: b"no interchange " * n,
    "junk of line breaks": lambda n: b"x" + b"\n" * (n * 8),
    "junk of terminators": lambda n: b"x" + b"'" * (n * 8) + b"\r\n" * n,
    "junk that begins like a header": lambda n: b"x\nUNB+X" * n,
    "headers only": lambda n: _UNB.encode() * n,
    "ISA only": lambda n: _ISA.encode() * n,
    "segments without message": lambda n: interchange("FTX+AAI'" * n),
    "text without terminator": lambda n: _UNB.encode() + b"UNH+1+ORDERS:D:01B:UN'" + b"a+b:" * n,
    "release without end": lambda n: _UNB.encode() + b"UNH+1+" + b"?'" * n,
    "trailers inside text": lambda n: _UNB.encode() + b"UNH+1+ORDERS:D:01B:UN'" + b"aUNT+" * n,
    "headers of messages only": lambda n: interchange("UNH+1+ORDERS:D:01B:UN'" * n),
    "blanks": lambda n: b" \r\n" * n + order(_lines(1)),
    "byte order marks": lambda n: b"\xef\xbb\xbf" * n + order(_lines(1)),
}
"""By name; the argument is how often the long thing stands there."""
