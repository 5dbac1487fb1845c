"""What is known of AS2 products: settings of a channel that suit each, as plain data.

A preset only fills in what the partner's file does not say. None weakens what is demanded of the
partner without saying so at ``gateway check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.config.as2 import As2


@dataclass(frozen=True, slots=True)
class Preset:
    """A product."""

    product: str
    about: str
    """What is special about it."""
    settings: Mapping[str, Mapping[str, Any]]
    """Group → setting → value, as they would be written below ``as2``."""
    why: Mapping[str, str]
    """``send.compress`` → why it is set."""
    unable: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """``send.encrypt`` → value → what the product does with it. `gateway check` warns (C478)."""


_UNOPENED = "stores the message unopened, and its receipt is positive"
_NO_KEY = "answers decryption-failed"
PRESETS: Mapping[str, Preset] = {
    "openas2": Preset(
        product="OpenAS2",
        about="sends in chunks and calls itself AS2 1.1. Unless its administrator set "
        "resend_requires_new_message_id to false, what it sends again has another Message-ID.",
        settings={"receive": {"repeat": "drop"}},
        why={"receive.repeat": "its repeats come with a new Message-ID; the content tells"},
        unable={
            "send.encrypt": {f"aes-{bits}-gcm": _UNOPENED for bits in (128, 192, 256)},
            "send.key_transport": {f"oaep-sha-{bits}": _NO_KEY for bits in (1, 256, 384, 512)},
        },
    ),
    "mendelson": Preset(
        product="mendelson AS2",
        about="nothing is known that the defaults do not suit. A message that failed may have to "
        "be sent with another Message-ID; set quirks.resend_id to new only if that proves true.",
        settings={},
        why={},
    ),
    "sterling": Preset(
        product="IBM Sterling B2B Integrator",
        about="sends parts with bare line feeds and without Content-Transfer-Encoding; they are "
        "read as they are.",
        settings={"send": {"compress": "none", "encoding": "base64"}},
        why={
            "send.compress": "compression has to be agreed on",
            "send.encoding": "line ends stay what they are, whatever is done to text",
        },
    ),
    "azure": Preset(
        product="Azure Logic Apps",
        about="has a switch for the spelling of micalg, and refuses a Message-ID that it has seen "
        "within the days of its duplicate check.",
        settings={"quirks": {"dashes": False}},
        why={"quirks.dashes": "sha256 is what it writes itself unless its agreement is changed"},
    ),
    "amazon": Preset(
        product="Amazon",
        about="its receipts have no Original-Recipient, which is never needed here.",
        settings={"send": {"compress": "none"}},
        why={"send.compress": "compression has to be agreed on"},
    ),
    "axway-rssbus": Preset(
        product="Axway and RSSBus",
        about="some versions want base64 where others take binary.",
        settings={"quirks": {"whole_base64": True}, "send": {"encoding": "base64"}},
        why={
            "quirks.whole_base64": "the body is expected as base64",
            "send.encoding": "the document is expected as base64",
        },
    ),
    "pyas2": Preset(
        product="django-pyas2 and pyas2-lib",
        about="may turn LF into CRLF in text that it builds; its retries have another Message-ID, "
        "and its asynchronous receipts leave only when a scheduled command runs.",
        settings={
            "send": {"encoding": "base64"},
            "receive": {"repeat": "drop"},
            "receipt": {"within": "4h"},
        },
        why={
            "send.encoding": "line ends of the document cannot be changed on the way",
            "receive.repeat": "its repeats come with a new Message-ID; the content tells",
            "receipt.within": "an asynchronous receipt waits for its next scheduled run",
        },
    ),
    "strict": Preset(
        product="Products that can do what is safest",
        about="AES-GCM, OAEP, PSS and TLS 1.3. This gateway and OpenSSL can; many cannot yet.",
        settings={
            "send": {"encrypt": "aes-256-gcm", "key_transport": "oaep-sha-256", "scheme": "pss"},
            "receipt": {"micalg": ["sha-256", "sha-384", "sha-512"]},
            "http": {"tls_min": "1.3"},
        },
        why={
            "send.encrypt": "a changed ciphertext is noticed before anything is opened",
            "send.key_transport": "there is no padding to be guessed at",
            "send.scheme": "signatures with a proof of security",
            "receipt.micalg": "SHA-1 is not offered",
            "http.tls_min": "no older TLS",
        },
    ),
}


def resolved(settings: As2) -> As2:
    """The settings with what the preset fills in; what is written wins over it."""
    if settings.preset is None:
        return settings
    changes: dict[str, Any] = {}
    for group, filled in PRESETS[settings.preset].settings.items():
        written = getattr(settings, group)
        data = {name: value for name, value in filled.items()
                if name not in written.model_fields_set}  # fmt: skip
        known = type(written).model_validate(data)
        update = {name: getattr(known, name) for name in data}
        changes[group] = written.model_copy(update=update)
    return settings.model_copy(update=changes)
