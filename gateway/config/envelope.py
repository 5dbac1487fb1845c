"""How interchanges are written to a partner, and read where he deviates (``syntax``).

``syntax`` of a partner holds for all that he gets; ``syntax`` of an agreement says what is
otherwise for its document. :func:`syntax_of` is both together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, ValidationInfo

from gateway.config.characters import Characters, X12Characters
from gateway.config.closed import Closed, Text
from gateway.config.controlnumbers import ControlNumbers
from gateway.config.secrets import Secret, SecretText, parse, vaults_of
from gateway.config.values import Level, Sign, SyntaxLevel

if TYPE_CHECKING:
    from gateway.config.agreement import Agreement
    from gateway.config.partner import Partner

_SPELLED_BEFORE = {"false": "none", "true": "crlf"}
"""``line_breaks`` was a yes or no once."""
_TRUTH = {"true": "true", "yes": "true", "false": "false", "no": "false"}


def _line_breaks(value: Any) -> Any:
    return _SPELLED_BEFORE.get(str(value).lower(), value)


def _truth(value: Any) -> Any:
    return _TRUTH.get(str(value).lower(), value)


def _mixed(value: Any, info: ValidationInfo) -> str | Secret:
    if isinstance(value, Secret):
        return value
    text = str(value)
    if text.startswith("${"):
        return parse(text, vaults_of(info))
    if not text:
        raise ValueError("it must not be empty")
    return text


LineBreaks = Annotated[Literal["none", "lf", "crlf"], BeforeValidator(_line_breaks)]
Una = Literal["always", "never", "needed"]
AskAck = Annotated[Literal["false", "true", "receipt"], BeforeValidator(_truth)]
Encoding = Literal["1", "2", "4", "7"]
Indicator = Literal["mode", "always", "never"]
Isa12 = Literal[
    "00200", "00201", "00204", "00300", "00301", "00302", "00303", "00304", "00305", "00306",
    "00307", "00400", "00401", "00402", "00403", "00404", "00405", "00406", "00500", "00501",
    "00502", "00503", "00504", "00505", "00600", "00601", "00602", "00603",
]  # fmt: skip
Usage = Literal["P", "T", "I"]
Routing = Annotated[str, StringConstraints(min_length=1, max_length=14)]
GroupId = Annotated[str, StringConstraints(min_length=1, max_length=35)]
Qualifier = Annotated[str, StringConstraints(min_length=1, max_length=4)]
Mixed = Annotated[str | Secret, BeforeValidator(_mixed), PlainSerializer(str)]
"""A text, or a reference to a secret."""


class EdifactDelimiters(Closed):
    """Service characters of what we send (UNA)."""

    component: Sign = Field(default=":", description="between the components of a composite")
    element: Sign = Field(default="+", description="between data elements")
    decimal: Literal[".", ","] = Field(default=".", description="decimal mark")
    release: Sign = Field(default="?", description="before a sign that is data")
    repetition: Sign = Field(default="*", description="between repetitions (syntax version 4)")
    terminator: Sign = Field(default="'", description="after each segment")


class Recipient(Closed):
    """What the recipient's system asks of who sends to it (UNB S005)."""

    reference: Mixed = Field(
        description="UNB 0022: a reference, or ${env:NAME} or ${file:PATH} where it is a password"
    )
    qualifier: Literal["AA", "BB"] | None = Field(
        default=None, description="UNB 0025: AA is a reference, BB a password"
    )


class EdifactRouting(Closed):
    """Addresses inside the companies, where they differ from ``routing`` of the identities."""

    sender: Routing | None = Field(default=None, description="UNB 0008: reverse routing, to us")
    sender_further: Routing | None = Field(
        default=None, description="UNB 0042, the next level (syntax version 4)"
    )
    receiver: Routing | None = Field(default=None, description="UNB 0014: routing at the partner")
    receiver_further: Routing | None = Field(
        default=None, description="UNB 0046, the next level (syntax version 4)"
    )


class EdifactGroup(Closed):
    """Groups (UNG and UNE) around the messages."""

    write: bool = Field(default=False, description="whether there are UNG and UNE")
    type: Text | None = Field(
        default=None, description="UNG 0038; the type of the message without it", max_length=6
    )
    sender: GroupId | None = Field(
        default=None, description="UNG 0040; group of our identity, or its id, without it"
    )
    sender_qualifier: Qualifier | None = Field(
        default=None, description="UNG 0007; that of the identity without it"
    )
    receiver: GroupId | None = Field(
        default=None, description="UNG 0044; group of the partner's identity, or its id"
    )
    receiver_qualifier: Qualifier | None = Field(
        default=None, description="UNG 0007; that of the identity without it"
    )
    agency: Text | None = Field(
        default=None, description="UNG 0051; that of the message without it", max_length=3
    )
    association: Text | None = Field(
        default=None, description="UNG 0057; that of the message without it", max_length=6
    )
    password: SecretText | None = Field(
        default=None, description="UNG 0058: ${env:NAME} or ${file:PATH}"
    )


class EdifactSyntax(Closed):
    """How EDIFACT is written to the partner, and read where it deviates."""

    version: Level = Field(
        default=SyntaxLevel("UNOC", "3"), description="syntax identifier and version"
    )
    encoding: Encoding | None = Field(
        default=None, description="UNB 0133 (syntax version 4, UNOY): 1 and 2 ASCII, 4, 7 UTF-8"
    )
    una: Una = Field(default="always", description="whether UNA is written")
    line_breaks: LineBreaks = Field(default="none", description="a line break after each segment")
    delimiters: EdifactDelimiters = EdifactDelimiters()
    codec: Text | None = Field(
        default=None, description="the charset really used, where UNB declares another"
    )
    characters: Characters = Characters()
    recipient: Recipient | None = Field(default=None, description="UNB S005: who may send")
    routing: EdifactRouting = EdifactRouting()
    application_reference: str = Field(default="", description="UNB 0026", max_length=14)
    priority: str = Field(default="", description="UNB 0029: one letter", pattern="^[A-Z]?$")
    ask_ack: AskAck = Field(
        default="false",
        description="ask for CONTRL (UNB 0031); receipt: only that it came (syntax version 4)",
    )
    agreement_id: str = Field(default="", description="UNB 0032", max_length=35)
    test_indicator: Indicator = Field(
        default="mode", description="UNB 0035: as the mode of the agreement is, or in any case"
    )
    agency: str = Field(default="UN", description="UNH 0051", pattern="^[A-Z0-9]{1,3}$")
    access_reference: Literal["none", "number"] = Field(
        default="none", description="UNH 0068: the number of the document"
    )
    group: EdifactGroup = EdifactGroup()
    control_numbers: ControlNumbers = ControlNumbers()


class X12Delimiters(Closed):
    """Separators of what we send."""

    element: Sign = Field(default="*", description="between data elements")
    component: Sign = Field(default=">", description="between the components of a composite")
    repetition: Sign = Field(default="^", description="between repetitions (ISA12 from 00402 on)")
    terminator: Sign = Field(default="~", description="after each segment")


class Authorization(Closed):
    """ISA01 and ISA02."""

    qualifier: Literal["01", "02", "03", "04", "05", "06"] = Field(
        default="03", description="ISA01: what the information is"
    )
    information: Mixed = Field(
        description="ISA02: a text, or ${env:NAME} or ${file:PATH} where it is a secret"
    )


class Security(Closed):
    """ISA03 and ISA04."""

    qualifier: Literal["01"] = Field(default="01", description="ISA03: 01 is a password")
    password: SecretText = Field(description="ISA04: ${env:NAME} or ${file:PATH}")


class X12Group(Closed):
    """The group (GS and GE) around the transaction sets."""

    type: Text | None = Field(
        default=None, description="GS01; follows from the transaction set", max_length=2
    )
    sender: GroupId | None = Field(
        default=None, description="GS02; group of our identity, or its id, without it"
    )
    receiver: GroupId | None = Field(
        default=None, description="GS03; group of the partner's identity, or its id"
    )
    agency: Literal["X", "T"] = Field(default="X", description="GS07: X is ASC X12, T is TDCC")
    version: Text | None = Field(
        default=None,
        description="GS08, where it is another text than the standard, like 004010VICS",
        max_length=12,
    )


class X12Syntax(Closed):
    """How X12 is written to the partner."""

    version: Isa12 | None = Field(
        default=None, description="ISA12; the one of the agreement's standard without it"
    )
    standards_id: Literal["auto", "U"] = Field(
        default="auto",
        description="ISA11: U before 00402 and the repetition separator from then on, or always U",
    )
    usage: Usage | None = Field(
        default=None, description="ISA15; follows the mode of the agreement where it is not set"
    )
    line_breaks: LineBreaks = Field(default="none", description="a line break after each segment")
    delimiters: X12Delimiters = X12Delimiters()
    codec: Text | None = Field(default=None, description="the charset really used")
    characters: X12Characters = X12Characters()
    authorization: Authorization | None = Field(
        default=None, description="ISA01 and ISA02: authorization information"
    )
    security: Security | None = Field(
        default=None, description="ISA03 and ISA04: security information"
    )
    ask_ack: bool = Field(default=False, description="ask for TA1 (ISA14)")
    group: X12Group = X12Group()
    control_numbers: ControlNumbers = ControlNumbers()


class Syntax(Closed):
    """How interchanges are written."""

    edifact: EdifactSyntax = EdifactSyntax()
    x12: X12Syntax = X12Syntax()

    def of(self, standard: str) -> EdifactSyntax | X12Syntax:
        """That of ``edifact`` or ``x12``."""
        return self.edifact if standard == "edifact" else self.x12


class EdifactDeviation(Closed):
    """What is otherwise in the EDIFACT of one agreement; a group replaces the partner's whole."""

    version: Level | None = Field(default=None, description="syntax identifier and version")
    encoding: Encoding | None = Field(default=None, description="UNB 0133")
    una: Una | None = Field(default=None, description="whether UNA is written")
    line_breaks: LineBreaks | None = Field(default=None, description="after each segment")
    delimiters: EdifactDelimiters | None = Field(default=None, description="service characters")
    codec: Text | None = Field(default=None, description="the charset really used")
    characters: Characters | None = Field(default=None, description="what it does not hold")
    recipient: Recipient | None = Field(default=None, description="UNB S005")
    routing: EdifactRouting | None = Field(default=None, description="UNB 0008, 0014")
    application_reference: str | None = Field(default=None, description="UNB 0026", max_length=14)
    priority: str | None = Field(default=None, description="UNB 0029", pattern="^[A-Z]?$")
    ask_ack: AskAck | None = Field(default=None, description="ask for CONTRL (UNB 0031)")
    agreement_id: str | None = Field(default=None, description="UNB 0032", max_length=35)
    test_indicator: Indicator | None = Field(default=None, description="UNB 0035")
    agency: str | None = Field(default=None, description="UNH 0051", pattern="^[A-Z0-9]{1,3}$")
    access_reference: Literal["none", "number"] | None = Field(default=None, description="UNH 0068")
    group: EdifactGroup | None = Field(default=None, description="UNG and UNE")
    control_numbers: ControlNumbers | None = Field(default=None, description="ranges of its own")


class X12Deviation(Closed):
    """What is otherwise in the X12 of one agreement; a group replaces the partner's whole."""

    version: Isa12 | None = Field(default=None, description="ISA12")
    standards_id: Literal["auto", "U"] | None = Field(default=None, description="ISA11")
    usage: Usage | None = Field(default=None, description="ISA15")
    line_breaks: LineBreaks | None = Field(default=None, description="after each segment")
    delimiters: X12Delimiters | None = Field(default=None, description="separators")
    codec: Text | None = Field(default=None, description="the charset really used")
    characters: X12Characters | None = Field(default=None, description="what it does not hold")
    authorization: Authorization | None = Field(default=None, description="ISA01 and ISA02")
    security: Security | None = Field(default=None, description="ISA03 and ISA04")
    ask_ack: bool | None = Field(default=None, description="ask for TA1 (ISA14)")
    group: X12Group | None = Field(default=None, description="GS and GE")
    control_numbers: ControlNumbers | None = Field(default=None, description="ranges of its own")


class Deviations(Closed):
    """What is otherwise in the interchanges of one agreement."""

    edifact: EdifactDeviation | None = Field(default=None, description="of EDIFACT")
    x12: X12Deviation | None = Field(default=None, description="of X12")

    def of(self, standard: str) -> EdifactDeviation | X12Deviation | None:
        """Those of ``edifact`` or ``x12``."""
        return self.edifact if standard == "edifact" else self.x12


_S = TypeVar("_S", EdifactSyntax, X12Syntax)


def deviating(general: _S, own: EdifactDeviation | X12Deviation | None) -> _S:
    """The partner's syntax with what an agreement says otherwise."""
    written = {} if own is None else {name: value for name, value in own if value is not None}
    return general.model_copy(update=written) if written else general


def syntax_of(partner: Partner, agreement: Agreement) -> EdifactSyntax | X12Syntax:
    """How the interchanges of an agreement are written."""
    standard = agreement.standard.syntax
    own = None if agreement.syntax is None else agreement.syntax.of(standard)
    if standard == "edifact":
        return deviating(partner.syntax.edifact, own)
    return deviating(partner.syntax.x12, own)
