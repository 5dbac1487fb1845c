"""Our own side of AS2: ``as2`` in ``partners/_own.yaml``. Of keys it holds references only."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.as2values import Address, As2Id, HostName, Since, Until
from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText


class KeySource(Closed):
    """Where a certificate of ours and its key are: in files, in PKCS#12, or in a device."""

    certificate: Text | None = Field(
        default=None, description="file of the certificate, relative to gateway.yaml or absolute"
    )
    key: SecretText | None = Field(
        default=None,
        description="its private key (PEM), a reference: ${file:PATH} or ${env:NAME}",
    )
    pkcs12: Text | None = Field(
        default=None, description="file (.p12, .pfx) that holds certificate and key"
    )
    pkcs11: Text | None = Field(
        default=None,
        description="key in a device: pkcs11:token=…;object=…?module-path=… (RFC 7512)",
        pattern=r"^pkcs11:[!-~]+$",
    )
    password: SecretText | None = Field(
        default=None,
        description="of the key or the PKCS#12 file, PIN of the device: a reference",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        ways = [each for each in (self.key, self.pkcs12, self.pkcs11) if each is not None]
        if len(ways) != 1:
            raise ValueError("the key stands in exactly one of key, pkcs12 and pkcs11")
        if self.pkcs12 is None and self.certificate is None:
            raise ValueError("certificate is needed beside the key")
        if self.pkcs12 is not None and self.certificate is not None:
            raise ValueError("a PKCS#12 file holds the certificate already")
        return self

    @property
    def shown(self) -> str:
        """Where the certificate is, as it was written."""
        return self.certificate or self.pkcs12 or ""


class OwnKey(KeySource):
    """A key of ours with its certificate, and when it is used."""

    use: tuple[Literal["sign", "encrypt"], ...] = Field(
        default=("sign", "encrypt"),
        description="what it is for: our signatures, what partners encrypt to us, or both",
        min_length=1,
    )
    accept_from: Since | None = Field(
        default=None, description="what is encrypted for it is accepted from then on"
    )
    accept_until: Until | None = Field(
        default=None, description="and up to then; a day counts to its end (UTC)"
    )
    send_from: Since | None = Field(
        default=None,
        description="we sign with it from then on; without it, from accept_from on. Of several "
        "the one that came into force last is taken",
    )
    partners: tuple[Text, ...] = Field(
        default=(), description="only towards these partners; without it, towards all"
    )


class OwnAs2(Closed):
    """Ourselves in AS2."""

    id: As2Id = Field(description="our AS2 id")
    host: HostName | None = Field(
        default=None, description="the {host} of our Message-IDs; without it, the host of url"
    )
    url: Address | None = Field(
        default=None,
        description="the address under which partners reach this gateway; asynchronous receipts "
        "are asked to it",
    )
    keys: tuple[OwnKey, ...] = Field(
        default=(), description="our keys, old and new ones beside each other"
    )
