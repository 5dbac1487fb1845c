"""What the settings files may say: ``gateway.yaml``, ``partners/_own.yaml``, ``partner.yaml``.

Every model is closed (an unknown setting is C101) and frozen. The texts of ``description`` are
what a person reads in a problem, so they say what the setting is, not what its type is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.config.as2own import OwnAs2
from gateway.config.channel import Channel
from gateway.config.folder import FolderReceive, MarkerName
from gateway.config.mailbox import Mailboxes
from gateway.config.operation import Alarms, Expect, Http, Retention, Retry, Telemetry, Threads
from gateway.config.policies import Acknowledge, Answer, Checks, References
from gateway.config.values import (
    Archive,
    Database,
    Duration,
    Folder,
    Gln,
    Level,
    NameTemplate,
    Sign,
    Size,
    Standard,
    StandardText,
    SyntaxLevel,
)

DocumentName = Literal[
    "order", "orderchange", "orderresponse", "despatch", "receipt", "invoice", "inventory",
    "sales", "catalogue", "remittance", "parties",
]  # fmt: skip
Direction = Literal["inbound", "outbound"]
Mode = Literal["live", "test", "paused"]

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "edifact": {
        "order": "ORDERS",
        "orderchange": "ORDCHG",
        "orderresponse": "ORDRSP",
        "despatch": "DESADV",
        "receipt": "RECADV",
        "invoice": "INVOIC",
        "inventory": "INVRPT",
        "sales": "SLSRPT",
        "catalogue": "PRICAT",
        "remittance": "REMADV",
        "parties": "PARTIN",
    },
    "x12": {
        "order": "850",
        "orderchange": "860",
        "orderresponse": "855",
        "despatch": "856",
        "receipt": "861",
        "invoice": "810",
        "inventory": "846",
        "sales": "852",
        "catalogue": "832",
        "remittance": "820",
        "parties": "816",
    },
}
"""Which message carries a document, by syntax."""

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
ErpFormat = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
"""A folder of maps below ``mappings``: ``csv``, ``json``, ``idoc``, ``ubl``, ``x3`` …"""


class Model(BaseModel):
    """A closed, frozen group of settings."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# ---- identities -------------------------------------------------------------------------------


class Identity(Model):
    """An id with its qualifier, as the envelope names a party."""

    id: Text = Field(
        description="the id in the envelope: UNB 0004/0010, ISA06/ISA08", max_length=35
    )
    qualifier: str = Field(
        default="", description="its qualifier: UNB 0007 (14 is GS1), ISA05/ISA07", max_length=4
    )
    test_id: Text | None = Field(
        default=None, description="the id in test interchanges, if another", max_length=35
    )
    group: Text | None = Field(
        default=None, description="the code in GS02/GS03 or UNG, if another than id", max_length=35
    )

    def __str__(self) -> str:
        """``4012345000009:14``."""
        return f"{self.id}:{self.qualifier}" if self.qualifier else self.id


class ErpIdentity(Model):
    """How the ERP names the partner."""

    customer: Text | None = Field(default=None, description="the partner's customer number")
    supplier: Text | None = Field(default=None, description="our supplier number at the partner")


class Identities(Model):
    """How a party is named in envelopes, documents and the ERP."""

    gln: Gln | None = Field(default=None, description="Global Location Number, 13 digits")
    edifact: Identity | None = Field(default=None, description="sender or receiver in UNB")
    x12: Identity | None = Field(default=None, description="sender or receiver in ISA")
    erp: ErpIdentity = ErpIdentity()

    def of(self, syntax: str) -> Identity | None:
        """The identity in envelopes of ``edifact`` or ``x12``."""
        return self.edifact if syntax == "edifact" else self.x12


class Own(Model):
    """Ourselves: ``partners/_own.yaml``."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    name: Text = Field(description="the name of our company")
    identities: Identities = Field(description="our gln, edifact and x12 identities")
    as2: OwnAs2 | None = Field(default=None, description="our AS2 id, address and keys")


# ---- syntax -----------------------------------------------------------------------------------


class EdifactDelimiters(Model):
    """Service characters of what we send (UNA)."""

    component: Sign = Field(default=":", description="between the components of a composite")
    element: Sign = Field(default="+", description="between data elements")
    decimal: Literal[".", ","] = Field(default=".", description="decimal mark")
    release: Sign = Field(default="?", description="before a sign that is data")
    terminator: Sign = Field(default="'", description="after each segment")


class EdifactSyntax(Model):
    """How EDIFACT is written to the partner, and read where it deviates."""

    version: Level = Field(
        default=SyntaxLevel("UNOC", "3"), description="syntax identifier and version"
    )
    una: Literal["always", "never", "needed"] = Field(
        default="always", description="whether UNA is written"
    )
    line_breaks: bool = Field(default=False, description="a line break after each segment")
    ask_ack: bool = Field(default=False, description="ask for CONTRL (UNB 0031)")
    application_reference: str = Field(default="", description="UNB 0026", max_length=14)
    codec: Text | None = Field(
        default=None, description="the charset really used, where UNB declares another"
    )
    delimiters: EdifactDelimiters = EdifactDelimiters()


class X12Delimiters(Model):
    """Separators of what we send."""

    element: Sign = Field(default="*", description="between data elements")
    component: Sign = Field(default=">", description="between the components of a composite")
    repetition: Sign = Field(default="^", description="between repetitions (ISA12 00501)")
    terminator: Sign = Field(default="~", description="after each segment")


class X12Syntax(Model):
    """How X12 is written to the partner."""

    version: Literal["00401", "00501"] = Field(default="00401", description="ISA12")
    usage: Literal["P", "T"] | None = Field(
        default=None, description="ISA15; follows the mode of the agreement where it is not set"
    )
    line_breaks: bool = Field(default=False, description="a line break after each segment")
    ask_ack: bool = Field(default=False, description="ask for TA1 (ISA14)")
    codec: Text | None = Field(default=None, description="the charset really used")
    delimiters: X12Delimiters = X12Delimiters()


class Syntax(Model):
    """How interchanges are written."""

    edifact: EdifactSyntax = EdifactSyntax()
    x12: X12Syntax = X12Syntax()


# ---- agreements -------------------------------------------------------------------------------


class Agreement(Model):
    """What was agreed with a partner for one document in one direction."""

    document: DocumentName = Field(description="the business document")
    direction: Direction = Field(description="inbound (partner to us) or outbound")
    standard: StandardText = Field(description="standard and directory of the message")
    mode: Mode = Field(default="live", description="live, test or paused")
    channel: Text | None = Field(
        default=None, description="the channel; needed where the partner has several"
    )
    mapping: Text | None = Field(
        default=None, description="a map or overlay in the partner's folder, or under mappings/"
    )
    guide: Text | None = Field(
        default=None,
        description="a guide that narrows the message: a file in the partner's folder, or a name "
        "like eancom1997",
    )
    checks: Checks = Checks()
    acknowledge: Acknowledge = Acknowledge()
    deliver: Literal["erp"] = Field(default="erp", description="where inbound documents go")
    format: ErpFormat | None = Field(
        default=None, description="format of the ERP's file, where it differs from gateway.yaml"
    )
    in_order: bool = Field(
        default=False,
        description="one after the other: what waits to be tried again holds up what follows",
    )
    changed: Literal["send", "hold", "refuse"] = Field(
        default="send",
        description="outbound: what becomes of a document whose number was sent before with other "
        "content: it goes out as a new version, waits for a person, or is refused",
    )
    retry: Retry | None = Field(default=None, description="retries, where they differ")
    expect: Expect | None = Field(default=None, description="inbound: when a document is missed")

    @property
    def message(self) -> str:
        """The message that carries the document: ``ORDERS``, ``850``."""
        return MESSAGES[self.standard.syntax][self.document]

    @property
    def answer(self) -> Answer:
        """The acknowledgement: as set, else the one of the standard for inbound, none outbound."""
        if self.acknowledge.syntax is not None:
            return self.acknowledge.syntax
        if self.direction == "outbound":
            return "none"
        return "contrl" if self.standard.syntax == "edifact" else "997"

    def __str__(self) -> str:
        """``order inbound, EDIFACT D.96A EAN008``."""
        return f"{self.document} {self.direction}, {self.standard}"


class Partner(Model):
    """A trading partner: ``partners/<name>/partner.yaml``."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    partner: Name = Field(description="the name of the folder; used in logs and filters")
    name: Text = Field(description="the name of the company")
    identities: Identities = Field(description="how envelopes, documents and the ERP name it")
    channels: dict[Name, Channel] = Field(description="how bytes travel", min_length=1)
    syntax: Syntax = Syntax()
    references: References = References()
    agreements: tuple[Agreement, ...] = Field(default=(), description="what is exchanged")
    codes: dict[Name, Text] = Field(
        default={}, description="code lists in the partner's folder that override ours"
    )
    functions: Text | None = Field(
        default=None,
        description="a Python file in the partner's folder with converters of its maps; it is run",
    )

    def channel_name(self, agreement: Agreement) -> str | None:
        """The name of the channel an agreement uses; the only one where it names none."""
        if agreement.channel is not None:
            return agreement.channel if agreement.channel in self.channels else None
        return next(iter(self.channels)) if len(self.channels) == 1 else None

    def channel(self, agreement: Agreement) -> Channel | None:
        """The channel an agreement uses."""
        name = self.channel_name(agreement)
        return None if name is None else self.channels[name]


# ---- gateway.yaml -----------------------------------------------------------------------------


class ErpReceive(FolderReceive):
    """The folder the ERP puts files into, one folder per document below it."""

    folder: Folder = Field(
        default="var/erp/in", description="<folder>/<document>/ and <folder>/status/ are read"
    )
    expect: dict[DocumentName, Expect] = Field(
        default={}, description="by document: when the ERP should have exported something"
    )


class ErpSend(Model):
    """The folder the ERP reads, one folder per document below it."""

    folder: Folder = Field(default="var/erp/out", description="<folder>/<document>/ is written")
    name: NameTemplate = Field(
        default="{document}_{partner}_{number}_{seq}.{ext}",
        description="the template of file names",
    )
    done: MarkerName | None = Field(
        default=None, description="an empty file put beside it afterwards, like {name}.done"
    )


class ErpFormats(Model):
    """The format of the ERP's files, by document: the folder of maps that serves them."""

    order: ErpFormat = Field(default="csv", description="format of its files")
    orderchange: ErpFormat = Field(default="csv", description="format of its files")
    orderresponse: ErpFormat = Field(default="csv", description="format of its files")
    despatch: ErpFormat = Field(default="json", description="format of its files")
    receipt: ErpFormat = Field(default="csv", description="format of its files")
    invoice: ErpFormat = Field(default="csv", description="format of its files")
    inventory: ErpFormat = Field(default="csv", description="format of its files")
    sales: ErpFormat = Field(default="csv", description="format of its files")
    catalogue: ErpFormat = Field(default="json", description="format of its files")
    remittance: ErpFormat = Field(default="csv", description="format of its files")
    parties: ErpFormat = Field(default="json", description="format of its files")

    def of(self, document: str) -> str:
        """The format of a document's files."""
        return str(getattr(self, document))


class Erp(Model):
    """The ERP behind the gateway."""

    kind: Literal["folder"] = Field(default="folder", description="folder; APIs will come")
    receive: ErpReceive = ErpReceive()
    send: ErpSend = ErpSend()
    formats: ErpFormats = ErpFormats()


class Einvoice(Model):
    """What electronic invoices are validated with."""

    artefacts: Folder | None = Field(
        default=None,
        description="folder of the validation artefacts (EN16931-UBL-validation.xslt …), which "
        "are not shipped",
    )


class Limits(Model):
    """What a hostile or broken file may not exceed."""

    file: Size = Field(default=1_000_000_000, description="bytes of a file")
    segment: Size = Field(default=64_000, description="bytes of a segment")
    message: Size = Field(default=20_000_000, description="bytes of a message")
    segments_per_message: int = Field(default=100_000, gt=0, description="segments of a message")


class Settings(Model):
    """The gateway itself: ``gateway.yaml``. Relative paths are relative to the file."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    database: Database = Field(
        default="sqlite:///var/gateway.db",
        description="the SQLite file with all states, or postgresql+psycopg://user@host/name",
    )
    archive: Archive = Field(
        default="var/archive",
        description="folder of every payload that came, by its SHA-256, or s3://bucket/prefix",
    )
    partners: Folder = Field(default="partners", description="one folder per partner")
    erp: Erp = Erp()
    limits: Limits = Limits()
    retry: Retry = Retry()
    window: Duration = Field(
        default=timedelta(days=30),
        description="how long a reference of a partner counts as a repeat",
    )
    poll: Duration = Field(
        default=timedelta(seconds=5), description="how often folders are swept by serve"
    )
    workers: int = Field(
        default=4, ge=1, le=64, description="lanes that one process works on at the same time"
    )
    http: Http = Http()
    mailboxes: Mailboxes | None = Field(
        default=None, description="our SFTP server with the partners' mailboxes"
    )
    alarms: Alarms = Alarms()
    retention: Retention = Retention()
    telemetry: Telemetry = Telemetry()
    threads: Threads = Threads()
    einvoice: Einvoice = Einvoice()
    functions: Text | None = Field(
        default=None,
        description="a Python file in the workspace with converters for all maps; it is run",
    )


__all__ = [
    "MESSAGES",
    "Acknowledge",
    "Agreement",
    "Channel",
    "Checks",
    "Erp",
    "Identities",
    "Identity",
    "Limits",
    "Own",
    "Partner",
    "Settings",
    "Standard",
]
