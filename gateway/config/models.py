"""What the settings files may say; here ``gateway.yaml``, and all models by their names.

Every model is closed (an unknown setting is C101) and frozen. The texts of ``description`` are
what a person reads in a problem, so they say what the setting is, not what its type is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from gateway.config.agreement import MESSAGES, Agreement
from gateway.config.channel import Channel
from gateway.config.closed import Closed, Text
from gateway.config.envelope import EdifactSyntax, Syntax, X12Syntax
from gateway.config.erp import Erp, ErpFormats
from gateway.config.identity import Identities, Identity
from gateway.config.mailbox import Mailboxes
from gateway.config.operation import Alarms, Http, Retention, Retry, Telemetry, Threads
from gateway.config.own import Own
from gateway.config.partner import Partner
from gateway.config.policies import Acknowledge, Checks
from gateway.config.values import Archive, Database, Duration, Folder, Size, Standard
from gateway.config.vault import Vault, VaultName


class Einvoice(Closed):
    """What electronic invoices are validated with."""

    artefacts: Folder | None = Field(
        default=None,
        description="folder of the validation artefacts (EN16931-UBL-validation.xslt …), which "
        "are not shipped",
    )


class Limits(Closed):
    """What a hostile or broken file may not exceed."""

    file: Size = Field(default=1_000_000_000, description="bytes of a file")
    segment: Size = Field(default=64_000, description="bytes of a segment")
    message: Size = Field(default=20_000_000, description="bytes of a message")
    segments_per_message: int = Field(default=100_000, gt=0, description="segments of a message")


class Settings(Closed):
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
    shops: Folder = Field(default="shops", description="one folder per web shop or marketplace")
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
    vaults: dict[VaultName, Vault] = Field(
        default={}, description="where secrets are kept that are neither env, file nor keyring"
    )
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
    "Closed",
    "EdifactSyntax",
    "Erp",
    "ErpFormats",
    "Identities",
    "Identity",
    "Limits",
    "Own",
    "Partner",
    "Settings",
    "Standard",
    "Syntax",
    "X12Syntax",
]
