"""The bytes that a MIC may be over (RFC 4130 §7.3.1), and over which of them one really is."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.channels.as2.explain.explanation import Cause, Explanation
from gateway.channels.as2.explain.raw import Raw
from gateway.channels.as2.explain.variants import Covered, covered, found_in
from gateway.channels.as2.explain.walk import Walk
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.report import ReceivedMic, shown
from gateway.channels.as2.mdn.request import UNNAMED, ReceiptRequest
from gateway.channels.as2.mime.joined import join

_HEADS = {
    "Content-Type": ("content-type",),
    "MIME headers": ("content-type", "content-transfer-encoding", "content-disposition"),
}


@dataclass(frozen=True, slots=True)
class Bytes:
    """Ranges that somebody may have hashed."""

    covered: list[Covered] = field(default_factory=list)
    right: str = ""
    """Which of them is the right one."""
    digest: str = ""
    """And by which digest."""

    @property
    def signed(self) -> Extent | None:
        """The right one."""
        return next((each.content for each in self.covered if each.over == self.right), None)


def bytes_of(walk: Walk, raw: Raw) -> Bytes:
    """Those of a message that was taken apart as far as it could be opened."""
    request = ReceiptRequest.of(raw.headers)
    digest = walk.digest or (request.digest if request else None) or UNNAMED
    inner = walk.innermost
    found: list[Covered] = []
    if walk.signed:
        found += covered("the signed part", walk.signed[0])
    if inner is not None and _ends_in_document(walk):
        if inner.whole is None:
            found.append(Covered("the body", inner.body))
            for what, names in _HEADS.items():
                over = f"the body with its {what} in front"
                found.append(Covered(over, join([_head(raw, names), inner.body])))
        elif not walk.signed or inner.whole.size != walk.signed[0].size:
            found += covered("the innermost part", inner.whole)
        document = walk.layers[-1].content
        if document is not None and document.size != inner.body.size:
            found.append(Covered("the document without its transfer encoding", document))
    return Bytes(found, found[0].over if found else "", digest)


def _head(raw: Raw, names: tuple[str, ...]) -> bytes:
    lines = (f"{name}: {text}" for name, text in raw.headers.items if name.lower() in names)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _ends_in_document(walk: Walk) -> bool:
    return bool(walk.layers) and walk.layers[-1].kind in ("document", "attachments")


def sought(told: Explanation, mic: ReceivedMic, over: Bytes) -> None:
    """Say over which bytes a digest is: the answer to "your MIC is wrong"."""
    wanted = mic.octets
    if wanted is None:
        told.cause = Cause(f"“{shown(mic.value, 80)}” is no base64.", "Copy the MIC with its `=`.")
        return
    told.matches = list(dict.fromkeys(found_in(over.covered, wanted)))
    right = f"{over.digest} over {over.right}"
    if not over.covered:
        told.cause = Cause(
            "The message cannot be opened here, so there is nothing to compare the MIC with.",
            "Explain the stored message (--message ID), or give the one that was sent (--sent).",
        )
    elif right in told.matches:
        told.cause = Cause(f"The MIC is right: it is {right}.")
    elif told.matches:
        told.cause = Cause(
            f"The MIC is {told.matches[0]}; right is {right} (RFC 4130 §7.3.1).",
            "Nothing is lost: he has the same document. Show the partner this sentence; his "
            "product computes the MIC over other bytes than it should.",
            "T254",
        )
    else:
        told.cause = Cause(
            f"The MIC is over none of the bytes that are known here; right is {right}.",
            "The partner has other bytes. Let him explain his message as well, and compare the "
            "sizes and the first bytes of both.",
            "T254",
        )
