"""997 and 999: the functional acknowledgements of X12, one for each group.

    ST · AK1 · {AK2 · {AK3 · AK4…} · AK5}… · AK9 · SE
    ST · AK1 · {AK2 · {IK3 · CTX… · {IK4 · CTX…}…} · IK5}… · AK9 · SE        (999)

Pure: the same verdict gives the same segments. Positions are those of the problems: ST is segment
1, the first element is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.grammar.acknowledge.codes import group_codes, reportable, set_codes
from gateway.grammar.acknowledge.details import Details, details
from gateway.grammar.acknowledge.verdict import GroupVerdict, MessageVerdict
from gateway.grammar.envelope.model import Fields
from gateway.problems import Problem, errors
from gateway.syntax import build
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST, REPETITION

VERSION_999 = "005010X231A1"
"""ST03 of a 999 where nothing else is agreed."""
_RELEASE = 6
_REFERENCES_FROM = "005010"
"""Release from which a 997 may name the version of the group and of the set (AK103, AK203)."""
_ACCEPTED, _WITH_ERRORS, _PARTLY, _REFUSED = "A", "E", "P", "R"


@dataclass(frozen=True, slots=True)
class _Set:
    """How one kind of answer is written."""

    extended: bool
    """A 999: IK3, IK4, IK5, CTX and the codes of guides."""
    release: str
    """Of the answer, which decides what AK4 may hold."""
    every: bool
    warnings: bool

    @property
    def names_versions(self) -> bool:
        return self.extended or self.release >= _REFERENCES_FROM


def functional_997(
    group: GroupVerdict,
    *,
    reference: str,
    every: bool = True,
    warnings: bool = False,
    release: str = "",
) -> list[str]:
    """The segments ST … SE in normal form that answer a group.

    ``reference`` is that of the 997 (ST02, 4 to 9 characters; shorter ones get leading zeros).
    ``every`` lists accepted sets too. A group that is refused as a whole lists only those of its
    sets that have errors of their own. ``warnings`` reports those that a 997 has a code for: the
    set is then accepted with errors (``E``). ``release`` is that of the answer, where it differs
    from the group's.
    """
    how = _Set(False, release or group.header.directory, every, warnings)
    return _acknowledge(group, build("ST", "997", reference.rjust(4, "0")), how)


def functional_999(
    group: GroupVerdict,
    *,
    reference: str,
    every: bool = True,
    warnings: bool = False,
    version: str = VERSION_999,
) -> list[str]:
    """The same as a 999; ``version`` is its ST03 (``005010X231A1``, ``006020``)."""
    how = _Set(True, version[:_RELEASE], every, warnings)
    return _acknowledge(group, build("ST", "999", reference.rjust(4, "0"), version), how)


def _acknowledge(group: GroupVerdict, header: str, how: _Set) -> list[str]:
    at = Fields(group.header.header)
    version = _written(at[8])[:12] if how.names_versions else ""
    body = [build("AK1", _written(at[1])[:2] or "ZZ", _digits(at[6], 9), version)]
    noted = 0
    for one in group.messages:
        told = _told(one, how)
        noted += bool(told) and one.accepted
        if told or not one.accepted or (how.every and group.accepted):
            body += _set(one, told, group, how)
    body.append(_ak9(group, noted, how))
    number = Fields(header)[2]
    return [header, *body, build("SE", str(len(body) + 2), number)]


def _told(one: MessageVerdict, how: _Set) -> list[Problem]:
    """What is reported: errors where there are some, else warnings where they are asked for."""
    wrong = errors(one.problems)
    if wrong or not how.warnings:
        return wrong
    return [each for each in one.problems if reportable(each)]


def _set(one: MessageVerdict, told: Sequence[Problem], group: GroupVerdict, how: _Set) -> list[str]:
    """AK2 to AK5 of one transaction set."""
    at = Fields(one.header.header)
    control = _written(one.header.reference)[:9].rjust(4, "0")
    named = [_written(one.header.type)[:3].ljust(3, "0"), control]
    if how.names_versions:
        named.append(_written(at[3])[:35])
    verdict = _REFUSED if not one.accepted else _WITH_ERRORS if told else _ACCEPTED
    wanted = Details(how.extended, how.release, group.header.dialect.delimiters, one.unit)
    return [
        build("AK2", *named),
        *details(told, wanted),
        build("IK5" if how.extended else "AK5", verdict, *set_codes(told, extended=how.extended)),
    ]


def _ak9(group: GroupVerdict, noted: int, how: _Set) -> str:
    """AK901 A, E, P or R; AK902 as claimed, AK903 as counted, AK904 accepted.

    ``noted``: how many sets are accepted with errors.
    """
    received = max(group.received, len(group.messages))
    refused = sum(not one.accepted for one in group.messages)
    accepted = received - refused if group.accepted else 0
    if group.accepted and not refused:
        verdict = _WITH_ERRORS if noted else _ACCEPTED
    else:
        verdict = _PARTLY if accepted else _REFUSED
    claimed = group.claimed if group.claimed is not None else received
    counts = [str(min(count, 999_999)) for count in (claimed, received, accepted)]
    return build("AK9", verdict, *counts, *group_codes(errors(group.problems), how.release))


def _written(text: str) -> str:
    signs = (LOST, COMPONENT, REPETITION, ELEMENT)
    return "".join(sign for sign in text.strip() if sign not in signs)


def _digits(text: str, width: int) -> str:
    """A number as it came; ``0`` for what is none: a part of it could name another group."""
    sound = text.isascii() and text.isdigit() and len(text) <= width
    return text if sound else "0"
