"""A token (PKCS#11): one session in this process, opened when needed and again when it is lost.

Logins count for a whole process in PKCS#11, so all keys of a token share a session; one thread at a
time uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

import pkcs11

from gateway.channels.as2.certificates.pkcs11uri import KeyUri

T = TypeVar("T")
OTHER = "it is not the key that the certificate was issued for"
_LOST = (
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.DeviceError,
    pkcs11.DeviceRemoved,
    pkcs11.TokenNotPresent,
    pkcs11.UserNotLoggedIn,
    pkcs11.KeyHandleInvalid,
    pkcs11.ObjectHandleInvalid,
)
"""The session is no longer good: a new one may be."""
_WRONG = (
    pkcs11.EncryptedDataInvalid,
    pkcs11.EncryptedDataLenRange,
    pkcs11.DataInvalid,
    pkcs11.DataLenRange,
    pkcs11.FunctionFailed,
    pkcs11.GeneralError,
)
"""How devices say that something encrypted is wrong; SoftHSM says "general error"."""
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (pkcs11.NoSuchToken, "no such token is in the device"),
    (pkcs11.TokenNotPresent, "no such token is in the device"),
    (pkcs11.MultipleTokensReturned, "several tokens fit; name it by token= and serial="),
    (pkcs11.NoSuchKey, "no such private key is in the token (is the PIN given?)"),
    (pkcs11.MultipleObjectsReturned, "several keys fit; name it by object= and id="),
    (pkcs11.PinIncorrect, "the PIN is wrong; it is not tried again before a restart"),
    (pkcs11.PinLenRange, "the PIN has a wrong length"),
    (pkcs11.PinInvalid, "the PIN is wrong; it is not tried again before a restart"),
    (pkcs11.PinLocked, "the PIN is locked after too many wrong ones"),
    (pkcs11.PinExpired, "the PIN has to be changed"),
    (pkcs11.MechanismInvalid, "the device does not have this algorithm"),
    (pkcs11.MechanismParamInvalid, "the device does not have this algorithm"),
    (pkcs11.ArgumentsBad, "the device does not have this algorithm"),
)


class KeyDeviceError(OSError):
    """A device cannot be reached or does not do what it is asked to: try again later."""


class Device:
    """A token, with what is needed to log in."""

    def __init__(self, uri: KeyUri) -> None:
        self._uri = uri
        self._lock = Lock()
        self._session: pkcs11.Session | None = None
        self._keys: dict[tuple[str, bytes], Any] = {}
        self._pin: str | None = None
        self._refused_pin: str | None = None

    def use_pin(self, pin: str | None) -> None:
        """Another PIN than before is tried at once: a wrong one shall not wait for a restart."""
        with self._lock:
            if pin != self._pin:
                self._forget()
            self._pin = pin

    def check(self, uri: KeyUri, kind: pkcs11.KeyType, modulus: int | None = None) -> None:
        """That the key is there, of that kind, with that modulus. Errors: ``ValueError`` if not."""
        found = self._perform(uri, lambda key: key.key_type)
        if found != kind:
            name = getattr(found, "name", found)
            raise ValueError(f"the certificate has an {kind.name} key, the device {name}")
        if modulus is None:
            return
        octets = self._perform(uri, lambda key: key[pkcs11.Attribute.MODULUS])
        if int.from_bytes(octets, "big") != modulus:
            raise ValueError(OTHER)

    def sign(self, uri: KeyUri, work: Callable[[Any], bytes]) -> bytes:
        """What ``work`` makes with the key. Errors: :class:`KeyDeviceError`."""
        return self._perform(uri, work)

    def decrypt(self, uri: KeyUri, work: Callable[[Any], bytes]) -> bytes:
        """The same; ``ValueError`` for anything that may come from what was encrypted."""
        tried = False

        def guarded(key: Any) -> bytes | None:
            nonlocal tried
            again, tried = tried, True
            try:
                return work(key)
            except _WRONG:
                return None
            except pkcs11.DeviceError:
                if again:  # in a new session, too: then it is no accident, but the bytes
                    return None
                raise

        found = self._perform(uri, guarded)
        if found is None:
            raise ValueError("decryption failed")
        return found

    def _perform(self, uri: KeyUri, work: Callable[[Any], T]) -> T:
        with self._lock:
            try:
                try:
                    return work(self._key(uri))
                except _LOST:
                    self._forget()
                    return work(self._key(uri))
            except RuntimeError as error:  # PKCS11Error is one; the library cannot be loaded
                self._forget()
                raise KeyDeviceError(_reason(error)) from error

    def _key(self, uri: KeyUri) -> Any:
        if self._session is None:
            self._session = self._open()
        name = (uri.label, uri.id)
        if name not in self._keys:
            self._keys[name] = self._session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY,
                label=uri.label or None,
                id=uri.id or None,
            )
        return self._keys[name]

    def _open(self) -> pkcs11.Session:
        if self._pin is not None and self._pin == self._refused_pin:
            raise pkcs11.PinIncorrect()  # tokens lock themselves after some tries
        token = self._token()
        try:
            return token.open(user_pin=self._pin)
        except pkcs11.UserAlreadyLoggedIn:  # by another URI for the same token
            return token.open()
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid):
            self._refused_pin = self._pin
            raise

    def _token(self) -> pkcs11.Token:
        uri = self._uri
        fitting = [
            token
            for token in pkcs11.lib(uri.module).get_tokens(
                token_label=uri.token or None,
                token_serial=uri.serial.encode() or None,
                token_flags=pkcs11.TokenFlag.TOKEN_INITIALIZED,
            )
            if uri.manufacturer in ("", token.manufacturer_id) and uri.model in ("", token.model)
        ]
        if not fitting:
            raise pkcs11.NoSuchToken()
        if len(fitting) > 1:
            raise pkcs11.MultipleTokensReturned()
        return fitting[0]

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._keys.clear()
        if session is not None:
            with suppress(pkcs11.PKCS11Error):  # gone already, which is why it is closed
                session.close()


_devices: dict[tuple[str, ...], Device] = {}
_opening = Lock()


def device_of(uri: KeyUri, pin: str | None) -> Device:
    """The one for the token that the URI names."""
    with _opening:
        device = _devices.setdefault(uri.device, Device(uri))
    device.use_pin(pin)
    return device


def _reason(error: Exception) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return str(error) or f"the device says {type(error).__name__}"
