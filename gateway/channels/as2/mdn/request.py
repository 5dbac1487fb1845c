"""What receipt a message asks for (RFC 4130 §7.3, RFC 3798 §2).

``Disposition-Notification-To`` asks for one, ``Disposition-Notification-Options`` for what kind,
``Receipt-Delivery-Option`` for one that comes later, to an address. Options come in any order,
with blanks, tabs and folds anywhere; a name that nobody knows is passed over unless it is
``required``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from gateway.channels.as2.link import Digest
from gateway.channels.as2.mdn import micalg
from gateway.channels.as2.mdn.disposition import Disposition, failure
from gateway.channels.as2.mdn.report import shown
from gateway.problems import Problem, problem

if TYPE_CHECKING:
    from gateway.channels.as2.mime import Headers

UNNAMED: Digest = "sha-1"
"""For the MIC where neither a signature nor the message names a digest (RFC 4130 §7.3.1)."""
KNOWN = ", ".join(get_args(Digest))
_LONGEST = 4_000
"""Of an option field; more is nobody's honest wish."""
_MOST = 32


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """The receipt a message asks for."""

    to: str = ""
    """``Disposition-Notification-To``, as it stands; nothing is ever sent there."""
    signed: bool = False
    digests: tuple[Digest, ...] = ()
    """What is offered for the MIC and known here, in the order of the wish."""
    offered: tuple[str, ...] = ()
    """All that were offered, as they were spelled."""
    url: str = ""
    """Where it is to be posted to; empty: it is the reply."""
    unmet: tuple[str, ...] = ()
    """What is required and not done here, as it was spelled."""
    refusal: Disposition | None = None
    """The answer to a message that requires what is not done here."""

    @classmethod
    def of(cls, headers: Headers) -> ReceiptRequest | None:
        """Read it from the headers of a message; ``None`` where no receipt is asked for."""
        to = headers.get("Disposition-Notification-To")
        if to is None:
            return None
        field = headers.get("Disposition-Notification-Options") or ""
        options = dict(_options(field[:_LONGEST]))
        signed, unmet, refusal = False, [], None
        offered = options.pop("signed-receipt-micalg", _Option())
        for name, option in options.items():
            if name == "signed-receipt-protocol" and option.has("pkcs7-signature"):
                signed = True
            elif option.required:
                unmet.append(f"{name}={', '.join(option.values)}")
                refusal = failure("unsupported format")
        known = [each for each in map(micalg.read, offered.values) if each is not None]
        digests = tuple(dict.fromkeys(known))
        if offered.required and not digests:
            unmet.append(f"signed-receipt-micalg={', '.join(offered.values)}")
            refusal = refusal or failure("unsupported MIC-algorithms")
        url = "".join((headers.get("Receipt-Delivery-Option") or "").split())
        return cls(
            " ".join(to.split()), signed, digests, offered.values, url, tuple(unmet), refusal
        )

    @property
    def digest(self) -> Digest | None:
        """The one for the MIC of a message without a signature; ``None``: none was offered."""
        return self.digests[0] if self.digests else None

    @property
    def problem(self) -> Problem | None:
        """T258 where the message requires what is not done here."""
        if self.refusal is None:
            return None
        return problem("T258", what=shown("; ".join(self.unmet)), known=KNOWN)


@dataclass(frozen=True, slots=True)
class _Option:
    required: bool = False
    values: tuple[str, ...] = ()

    def has(self, value: str) -> bool:
        return any(each.lower() == value for each in self.values)


def _options(field: str) -> Iterator[tuple[str, _Option]]:
    """``name = importance, value, value; …``; importance may be missing, values be quoted."""
    for text in field.split(";")[:_MOST]:
        name, mark, value = text.partition("=")
        if not mark or not name.strip():
            continue
        values = [part.strip(" \t\r\n\"'") for part in value.split(",")[:_MOST]]
        values = [part for part in values if part]
        importance = values[0].lower() if values else ""
        if importance in {"required", "optional"}:
            values = values[1:]
        yield name.strip().lower(), _Option(importance == "required", tuple(values))
