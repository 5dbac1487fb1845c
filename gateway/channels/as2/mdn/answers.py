"""What a partner is told became of his message: one table, and one rule that comes before it.

The rule: once a private key of ours was used, and until a signature holds, every failure has the
same answer. A partner's (or a stranger's) ciphertext must not be told apart by what went wrong in
it (RFC 8551 §6, padding oracles). What anybody can see without a key may be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gateway.channels.as2.mdn.disposition import PROCESSED, Disposition, error, failure
from gateway.problems import Problem, errors

if TYPE_CHECKING:
    from gateway.channels.as2.message import Opened

AUTHENTICATION = error("authentication-failed")
DECRYPTION = error("decryption-failed")
DECOMPRESSION = error("decompression-failed")
INTEGRITY = error("integrity-check-failed")
SECURITY = error("insufficient-message-security")
UNEXPECTED = error("unexpected-processing-error")
UNKNOWN_PARTNER = error("unknown-trading-partner")
FORMAT = failure("unsupported format")
MIC_ALGORITHMS = failure("unsupported MIC-algorithms")

UNIFORM = AUTHENTICATION
"""The answer to every failure between the use of our key and a signature that holds."""

_BY_ANSWER = {
    AUTHENTICATION: ("T204", "T205", "T206", "T208", "T209", "T233", "T234", "T235", "C464", "C471",
                     "C472", "T266", "T278"),  # T266, a bug of ours, may be met behind our key
    INTEGRITY: ("T207",),
    DECRYPTION: ("T210", "T212", "T213", "T214", "C467"),
    DECOMPRESSION: ("T216", "T217", "T218"),
    SECURITY: ("T215", "T237", "T238", "T239", "T242", "T243"),
    UNKNOWN_PARTNER: ("T262",),
}  # fmt: skip
ANSWERS = {code: answer for answer, codes in _BY_ANSWER.items() for code in codes}
"""By problem code; what is not listed is an unexpected-processing-error."""

MEANS = {
    PROCESSED.text: "The message was received and opened. It is stored.",
    AUTHENTICATION.text: (
        "The message was refused: who sent it could not be established. Compare the certificates "
        "that both sides use."
    ),
    DECRYPTION.text: (
        "The message was refused: it could not be decrypted. Encrypt it with the certificate that "
        "was agreed, by an algorithm that was agreed."
    ),
    DECOMPRESSION.text: "The message was refused: it could not be decompressed.",
    INTEGRITY.text: (
        "The message was refused: the signature is about other bytes than those that arrived. "
        "Something changed the message after it was signed."
    ),
    SECURITY.text: (
        "The message was refused: it was not signed or not encrypted as it was agreed."
    ),
    UNEXPECTED.text: (
        "The message was refused: it could not be processed. Please ask us why; the details are "
        "in our log."
    ),
    UNKNOWN_PARTNER.text: (
        "The message was refused: these AS2 identifiers were not agreed between sender and "
        "receiver."
    ),
    FORMAT.text: "The message was refused: it asks for something that is not supported here.",
    MIC_ALGORITHMS.text: (
        "The message was refused: it requires a digest for its receipt that is not supported here."
    ),
}
"""What the text part says, for the person on the other side."""
NAMED = {
    "T263": (
        "The message was refused: the address that it names for its receipt "
        "(Receipt-Delivery-Option) was not agreed. Tell us the address, or ask for the receipt in "
        "the reply."
    ),
}
"""The same, for a refusal that depends on nothing but what anybody can see: the headers."""

REMEDIES = {
    "authentication-failed": (
        "our signature did not convince him, or he tells every failure like this",
        "make sure that he has our newest certificate, and that we encrypt to his newest; "
        "then send it again",
    ),
    "decryption-failed": (
        "he could not decrypt it",
        "ask for his newest certificate, and which algorithms his product reads; "
        "then send it again",
    ),
    "decompression-failed": (
        "he could not decompress it",
        "set `send.compress` to none, or to the order that his product reads; then send it again",
    ),
    "integrity-check-failed": (
        "the signature does not fit the bytes that he received",
        "look for what changes bytes on the way, and try base64 as `send.encoding`; then send it "
        "again",
    ),
    "insufficient-message-security": (
        "it was not signed or not encrypted as he expects",
        "agree with him on `send.sign` and `send.encrypt`; then send it again",
    ),
    "unknown-trading-partner": (
        "he does not know these AS2 identifiers",
        "compare AS2-From and AS2-To with his settings, letter by letter",
    ),
    "sender-equals-receiver": (
        "AS2-From and AS2-To are the same for him",
        "compare the AS2 identifiers with his settings, letter by letter",
    ),
    "duplicate-document": (
        "he had it before",
        "ask him whether he has the document; if he has, settle the message and send nothing",
    ),
    "unsupported format": (
        "he does not do what our message asks for",
        "agree with him on the layers and on the kind of receipt; then send it again",
    ),
    "unsupported mic-algorithms": (
        "he knows none of the digests we offer for the receipt",
        "offer what his product knows in `receipt.micalg`; then send it again",
    ),
    "": ("his text should say why", "ask the partner what his log says"),
}
"""What a partner's refusal means and what one can do, by its text in small letters."""


def disposition_for(opened: Opened | None, problems: Sequence[Problem] = ()) -> Disposition:
    """The disposition of a message: the first error decides.

    ``opened`` is ``None`` where the message was never opened; ``problems`` are those that its
    layers do not know of (T26x).
    """
    found = errors((*(opened.findings if opened else ()), *problems))
    if not found:
        return PROCESSED
    if opened is not None and opened.tells_nothing:
        return UNIFORM
    return _listed(found)


def _listed(found: Iterable[Problem]) -> Disposition:
    first = next(iter(found))
    if first.code == "T258":
        only_digest = first.facts.get("what", "").startswith("signed-receipt-micalg=")
        return MIC_ALGORITHMS if only_digest else FORMAT
    return ANSWERS.get(first.code, UNEXPECTED)


def human_text(disposition: Disposition, problems: Sequence[Problem] = ()) -> str:
    """The sentence of the text part, by the disposition: it tells no more than that.

    Of ``problems``, which are those that the layers do not know of, a few may be told by name.
    """
    told = [NAMED[each.code] for each in problems if each.code in NAMED]
    if told and disposition == UNEXPECTED:
        return told[0]
    return MEANS.get(disposition.text, MEANS[UNEXPECTED.text])
