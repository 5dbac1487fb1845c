"""The ERP behind the gateway (``erp`` in ``gateway.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.config.agreement import DocumentName, ErpFormat
from gateway.config.closed import Closed
from gateway.config.folder import FolderReceive, MarkerName
from gateway.config.operation import Expect
from gateway.config.values import Folder, NameTemplate


class ErpReceive(FolderReceive):
    """The folder the ERP puts files into, one folder per document below it."""

    folder: Folder = Field(
        default="var/erp/in", description="<folder>/<document>/ and <folder>/status/ are read"
    )
    expect: dict[DocumentName, Expect] = Field(
        default={}, description="by document: when the ERP should have exported something"
    )


class ErpSend(Closed):
    """The folder the ERP reads, one folder per document below it."""

    folder: Folder = Field(default="var/erp/out", description="<folder>/<document>/ is written")
    name: NameTemplate = Field(
        default="{document}_{partner}_{number}_{seq}.{ext}",
        description="the template of file names",
    )
    done: MarkerName | None = Field(
        default=None, description="an empty file put beside it afterwards, like {name}.done"
    )


class ErpSandbox(Closed):
    """Folders of the ERP's test system: test documents never lie in those above.

    Names, patterns, markers and formats are those of ``receive`` and ``send``.
    """

    receive: Folder = Field(
        default="var/erp/test/in",
        description="<folder>/<document>/ is read; what lies there goes out as a test",
    )
    send: Folder = Field(
        default="var/erp/test/out",
        description="<folder>/<document>/ is written: what partners sent as a test",
    )


class ErpFormats(Closed):
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
    refund: ErpFormat = Field(default="csv", description="format of its files (web shops)")

    def of(self, document: str) -> str:
        """The format of a document's files."""
        return str(getattr(self, document))


class Erp(Closed):
    """The ERP behind the gateway."""

    kind: Literal["folder"] = Field(default="folder", description="folder; APIs will come")
    receive: ErpReceive = ErpReceive()
    send: ErpSend = ErpSend()
    sandbox: ErpSandbox = ErpSandbox()
    formats: ErpFormats = ErpFormats()
