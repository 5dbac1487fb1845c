"""What a receipt says became of a message (RFC 3798 §3.2.6, RFC 4130 §7.4.3).

``automatic-action/MDN-sent-automatically; processed/error: decryption-failed``. Partners write it
with and without blanks, in any case, folded over lines; what they mean is read, what is no
disposition is refused: a receipt must not turn into a success by a misreading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

AUTOMATIC = "automatic-action/MDN-sent-automatically"
Level = Literal["", "error", "failure", "warning"]
_WRITTEN = {"error": "error", "failure": "Failure", "warning": "warning"}
"""As RFC 4130 §7.5 spells them; some peers compare the letters."""
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Disposition:
    """One disposition: ``kind/level: text``, and who says so."""

    kind: str = "processed"
    """``processed`` or ``failed`` in AS2; mail knows ``displayed``, ``deleted``, ``denied`` …"""
    level: str = ""
    """A :data:`Level`; any other word is a modifier nobody knows, and no success."""
    text: str = ""
    """``decryption-failed``, ``unsupported MIC-algorithms`` …"""
    mode: str = AUTOMATIC

    @property
    def positive(self) -> bool:
        """The message was processed; a warning does not change that (RFC 4130 §7.5.4)."""
        return self.kind == "processed" and self.level in {"", "warning"}

    @property
    def outcome(self) -> str:
        """Without the mode: ``processed/error: decryption-failed``."""
        if not self.level:
            return self.kind
        level = _WRITTEN.get(self.level, self.level)
        return f"{self.kind}/{level}: {self.text}" if self.text else f"{self.kind}/{level}"

    def __str__(self) -> str:
        """The value of the field, as it is written."""
        return f"{self.mode}; {self.outcome}"

    @classmethod
    def parse(cls, value: str) -> Disposition:
        """Read a value, unfolded or not. Raises :class:`RefusedError` where it has no type."""
        text = " ".join(value.split())
        mode, mark, rest = text[:_LONGEST].partition(";")
        if not mark:
            mode, rest = "", mode  # Some say only "processed".
        kind, _, modifier = rest.partition("/")
        level, _, why = modifier.partition(":")
        if not _word(kind.strip()) or len(text) > _LONGEST:
            raise RefusedError(problem("T246", field="Disposition", found=ascii(text[:80])[1:-1]))
        return cls(
            kind.strip().lower(),
            level.strip().lower(),
            why.strip(),
            "/".join(part.strip() for part in mode.split("/")) or AUTOMATIC,
        )


def _word(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()


PROCESSED = Disposition()


def error(text: str) -> Disposition:
    """``processed/error``: the message is what it should be, but could not be opened or kept."""
    return Disposition("processed", "error", text)


def failure(text: str) -> Disposition:
    """``failed/Failure``: something was asked for that is not done here (RFC 4130 §7.5.3)."""
    return Disposition("failed", "failure", text)
