"""SignedData (RFC 5652 §5): written detached, read detached or around its content, verified."""

from gateway.channels.as2.cms.signed.reading import Signature, Signatures, read_signature
from gateway.channels.as2.cms.signed.verifying import Verified, verify
from gateway.channels.as2.cms.signed.writing import sign

__all__ = [
    "Signature",
    "Signatures",
    "Verified",
    "read_signature",
    "sign",
    "verify",
]
