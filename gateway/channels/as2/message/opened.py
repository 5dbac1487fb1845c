"""What comes out of a message: its documents, its layers, who signed it, its digest."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

from gateway.channels.as2.credentials import Credential, OwnCredential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mime.headers import Headers
from gateway.problems import Problem, has_errors

LayerKind = Literal["signed", "enveloped", "auth-enveloped", "compressed"]
_NO_HEADERS = Headers()


@dataclass(frozen=True, slots=True)
class Payload:
    """One document. ``content`` is exactly its bytes, without any transfer encoding."""

    content: Extent
    content_type: str = ""
    """``application/edifact``: received without its parameters and in small letters, empty where
    the part says nothing; to be sent as it is to stand there."""
    filename: str = ""
    """Data, never a path; empty where the part says nothing."""
    headers: Headers = _NO_HEADERS
    """All fields of its part, as received."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer that was taken off, and with what."""

    kind: LayerKind
    algorithms: tuple[str, ...] = ()
    """``("sha-256", "pkcs1")``, ``("aes-256-cbc", "pkcs1")``, ``("zlib",)``."""
    who: str = ""
    """Name of the certificate: of the signer, or of the recipient whose key opened it."""


@dataclass(frozen=True, slots=True)
class Mic:
    """The digest that the receipt gives back (RFC 4130 §7.3.1)."""

    digest: str
    """``sha-256``"""
    value: str
    """Base64."""

    @classmethod
    def of(cls, digest: str, value: bytes) -> Mic:
        """From the bytes of the digest."""
        return cls(digest, b64encode(value).decode("ascii"))


@dataclass(frozen=True, slots=True)
class Opened:
    """A message as far as it could be opened."""

    layers: tuple[Layer, ...] = ()
    """Outermost first."""
    payloads: tuple[Payload, ...] = ()
    """Empty when something was refused: half a message is no message."""
    mic: Mic | None = None
    """Missing for a message without signature that asks for no receipt."""
    signer: Credential | None = None
    recipient: OwnCredential | None = None
    """Whose key opened it."""
    findings: tuple[Problem, ...] = ()
    key_used: bool = False
    """A private key of ours was used, or refused to a key that came before: what failed then is no
    business of the sender."""

    @property
    def authenticated(self) -> bool:
        """Whether a signature of the partner was verified over what is inside."""
        return self.signer is not None

    @property
    def tells_nothing(self) -> bool:
        """Whether our key was used for who has not signed: the sender must not learn what failed.

        A signature that holds came after the key, inside of what it opened (T237).
        """
        return self.key_used and self.signer is None

    @property
    def refused(self) -> bool:
        """Whether it goes no further."""
        return has_errors(self.findings)
