"""Secrets in the keyring of the machine: ``${keyring:NAME}``.

The library ``keyring`` is an extra (``edi-gateway[keyring]``). It talks to the Secret Service of
a Linux desktop, to the Keychain of macOS, to the Credential Manager of Windows, or to any other
backend that is installed for it. All our secrets lie under one service; NAME is the user name.
"""

from __future__ import annotations

import importlib

from gateway.config.timelimit import TooLateError, within

SERVICE = "edi-gateway"
"""``keyring set edi-gateway NAME`` puts a secret there."""
PATIENCE = 10.0
"""Seconds. A locked keyring asks its owner, and a service has nobody who would answer."""


class NoAnswerError(Exception):
    """The keyring did not give it; the sentence says what was tried and holds no secret."""


def read(name: str) -> str:
    """The secret under a name. Raises :class:`NoAnswerError`."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise NoAnswerError(
            'the package keyring is not installed (pip install "edi-gateway[keyring]")'
        ) from None
    try:
        found, backend = within(
            PATIENCE,
            "keyring",
            lambda: (keyring.get_password(SERVICE, name), type(keyring.get_keyring()).__module__),
        )
    except TooLateError as late:
        raise NoAnswerError(f"the keyring: {late}; it may be locked") from None
    except Exception as failure:  # a backend raises whatever it likes, and says what it likes
        kind = type(failure).__name__
        raise NoAnswerError(f"the keyring cannot be asked ({kind})") from None
    if found is None:
        raise NoAnswerError(
            f"the keyring ({backend}) has nothing for the user {name} of the service {SERVICE}"
        )
    return str(found)
