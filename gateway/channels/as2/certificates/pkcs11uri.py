"""Which key in which device: a PKCS#11 URI (RFC 7512), read strictly.

``pkcs11:token=gateway;object=as2-2026?module-path=/usr/lib/softhsm/libsofthsm2.so``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_PATH = frozenset({"token", "serial", "manufacturer", "model", "object", "id", "type"})
_SECRETS = frozenset({"pin-value", "pin-source"})


@dataclass(frozen=True, slots=True)
class KeyUri:
    """What the URI names; empty: whichever there is, if there is only one."""

    module: str
    """Path of the shared library of the device."""
    token: str = ""
    serial: str = ""
    manufacturer: str = ""
    model: str = ""
    label: str = ""
    """Of the key: ``object`` in the URI."""
    id: bytes = b""

    @property
    def device(self) -> tuple[str, ...]:
        """Equal for keys in one token, as far as the URIs tell."""
        return (self.module, self.token, self.serial, self.manufacturer, self.model)


def read_uri(text: str) -> KeyUri:
    """Errors: ``ValueError`` with a reason that a person can act on."""
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "pkcs11":
        raise ValueError("a PKCS#11 URI begins with pkcs11:")
    path, _, query = rest.partition("?")
    named = dict(_attributes(path, ";"))
    asked = dict(_attributes(query, "&"))
    if unknown := named.keys() - _PATH:
        raise ValueError(f"{min(unknown)} is not known; known are {', '.join(sorted(_PATH))}")
    if asked.keys() & _SECRETS:
        raise ValueError("the PIN is a secret: put it into password, not into the URI")
    if unknown := asked.keys() - {"module-path"}:
        raise ValueError(f"{min(unknown)} is not known after ?; known is module-path")
    if not asked.get("module-path"):
        raise ValueError("?module-path=… is missing: the shared library of the device")
    if named.get("type", b"private") != b"private":
        raise ValueError("type has to be private: it is the private key that is used")
    if not (named.get("object") or named.get("id")):
        raise ValueError("object=… or id=… is missing: which key")
    texts = {name: value.decode() for name, value in named.items() if name != "id"}
    return KeyUri(
        module=asked["module-path"].decode(),
        token=texts.get("token", ""),
        serial=texts.get("serial", ""),
        manufacturer=texts.get("manufacturer", ""),
        model=texts.get("model", ""),
        label=texts.get("object", ""),
        id=named.get("id", b""),
    )


def _attributes(text: str, mark: str) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for each in filter(None, text.split(mark)):
        name, equals, value = each.partition("=")
        if not equals or name in seen:
            raise ValueError(f"{name} stands there " + ("twice" if equals else "without a value"))
        seen.add(name)
        yield name, unquote_to_bytes(value)
