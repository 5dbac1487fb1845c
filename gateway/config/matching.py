"""Which agreement a message is under, where a partner has several for it (``match``).

Partners tell their flows apart by what stands around a message: the application reference of the
interchange (UNB 0026), the association code (0057), a subsidiary's sender id, the version of the
group. An agreement says what must be there; the one that says most and fits is taken. What two
agreements could claim with equal right is an error of the settings, found before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from gateway.config.closed import Closed, Text

if TYPE_CHECKING:
    from gateway.config.agreement import Agreement, Mode
    from gateway.grammar.envelope import Interchange, MessageHeader

_MODES: dict[bool | None, tuple[Mode, ...]] = {
    None: ("live", "test", "paused"),
    True: ("test", "live", "paused"),
    False: ("live", "paused", "test"),
}
"""Which mode of agreement comes first: for nobody knows what, a test message, a live one."""


class Match(Closed):
    """What an inbound message must have around it; what is not set may be anything."""

    application_reference: Text | None = Field(
        default=None, description="UNB 0026, like ORDERSTO", max_length=14
    )
    association: Text | None = Field(
        default=None, description="UNH 0057, like EAN008; what follows the release in GS08, VICS"
    )
    agency: Text | None = Field(default=None, description="UNH 0051 (UN, EN), GS07 (X, T)")
    agreement: Text | None = Field(default=None, description="UNB 0032, like EANCOM")
    sender: Text | None = Field(
        default=None, description="the id of the sender in UNB or ISA, of the several he has"
    )
    receiver: Text | None = Field(
        default=None, description="our id in UNB or ISA, of the several we have"
    )
    group_sender: Text | None = Field(default=None, description="UNG 0040, GS02")
    group_receiver: Text | None = Field(default=None, description="UNG 0044, GS03")
    group_version: Text | None = Field(
        default=None, description="UNG 0052, 0054 and 0057 (D96AEAN008), GS08 (004010VICS)"
    )
    test: bool | None = Field(
        default=None, description="true: only test interchanges; false: only live ones"
    )

    @property
    def asked(self) -> dict[str, str | bool]:
        """What is set."""
        return self.model_dump(exclude_none=True)

    def fits(self, subject: Subject) -> bool:
        """Whether a message has all that is asked for."""
        return all(getattr(subject, name) == value for name, value in self.asked.items())

    def excludes(self, other: Match) -> bool:
        """Whether no message can fit both."""
        mine, others = self.asked, other.asked
        return any(others.get(name, value) != value for name, value in mine.items())

    def __str__(self) -> str:
        """``association EAN008, sender 4012345000016``."""
        return ", ".join(f"{name} {value}" for name, value in self.asked.items()) or "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A message as far as it decides under which agreement it is."""

    syntax: str
    message: str
    directory: str
    association: str = ""
    agency: str = ""
    application_reference: str = ""
    agreement: str = ""
    sender: str = ""
    receiver: str = ""
    group_sender: str = ""
    group_receiver: str = ""
    group_version: str = ""
    test: bool | None = None


def subject_of(interchange: Interchange, header: MessageHeader) -> Subject:
    """A message with the interchange and the group it is in."""
    group = header.group
    return Subject(
        syntax=interchange.standard,
        message=header.type,
        directory=header.directory,
        association=header.association,
        agency=_agency(header),
        application_reference=interchange.application_reference,
        agreement=interchange.agreement,
        sender=interchange.sender.id.strip(),
        receiver=interchange.receiver.id.strip(),
        group_sender="" if group is None else group.sender.id,
        group_receiver="" if group is None else group.receiver.id,
        group_version="" if group is None else group.directory + group.association,
        test=interchange.test,
    )


def choose(agreements: Iterable[Agreement], subject: Subject) -> Agreement | None:
    """The inbound agreement of a message; ``None`` where none fits, or none fits alone.

    One of its directory before one of another, which the caller refuses; then the one that asks
    for most, the one of its association code, the one whose mode suits a test (or live) message.
    """
    found = [
        each
        for each in agreements
        if each.direction == "inbound"
        and (each.standard.syntax, each.message) == (subject.syntax, subject.message)
        and each.match.fits(subject)
    ]
    found = [each for each in found if each.standard.directory == subject.directory] or found
    if len(found) < 2:
        return found[0] if found else None
    return _best(found, subject)


def _best(found: Sequence[Agreement], subject: Subject) -> Agreement | None:
    most = max(len(each.match.asked) for each in found)
    found = [each for each in found if len(each.match.asked) == most]
    own = [each for each in found if each.standard.association == subject.association]
    general = [each for each in found if not each.standard.association]
    order = _MODES[subject.test]
    first, *others = sorted(own or general or found, key=lambda each: order.index(each.mode))
    if own or general:
        return first
    named = {each.standard.association for each in others if _key(each) == _key(first)}
    # of several associations none is the one it has: refused rather than guessed
    return None if named - {first.standard.association} else first


def ambiguous(one: Agreement, other: Agreement) -> bool:
    """Whether some message would be under both of two inbound agreements with equal right."""
    if one.match.excludes(other.match) or len(one.match.asked) != len(other.match.asked):
        return False
    return one.standard.association == other.standard.association


def _key(agreement: Agreement) -> tuple[str, str, str]:
    """What messages it is for."""
    standard = agreement.standard
    return standard.syntax, agreement.message, standard.directory


def _agency(header: MessageHeader) -> str:
    """UNH 0051, GS07."""
    if header.standard == "x12":
        return "" if header.group is None else header.group.agency
    from gateway.grammar.envelope.model import Fields  # noqa: PLC0415 (slow to load)

    return Fields(header.header)[2, 4]
