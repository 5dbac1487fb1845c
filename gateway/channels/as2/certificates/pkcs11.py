"""Private keys in a device, named by a URI. Needs the extra ``pkcs11``, which few have."""

from __future__ import annotations

from cryptography import x509

from gateway.channels.as2.certificates.pkcs11uri import read_uri
from gateway.channels.as2.credentials import PrivateKey
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem


def open_key(uri: str, pin: str | None, certificate: x509.Certificate) -> PrivateKey:
    """The key of the certificate in its device; it signs and decrypts there.

    ``uri`` is a PKCS#11 URI with ``module-path``; the PIN never stands in it. Errors:
    :class:`RefusedError` with C461: the URI is wrong, the extra is missing, there is no such device
    or key, the PIN is wrong. A device that is lost later raises ``OSError`` where the key is used.
    """
    try:
        found = read_uri(uri)
        from gateway.channels.as2.certificates.devicekeys import (  # noqa: PLC0415
            key_in_device,
        )

        return key_in_device(found, pin, certificate)
    except ImportError:
        reason = "the extra is not installed: pip install 'edi-gateway[pkcs11]'"
    except (ValueError, OSError) as error:
        reason = str(error)
    raise RefusedError(problem("C461", name=uri.partition("?")[0], reason=reason))
