"""A signature: whose it is, whether it counts, and which change of the content it would fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.channels.as2.certificates.trust import trusted_signers
from gateway.channels.as2.certificates.windows import standing
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.signed import Signatures, verify
from gateway.channels.as2.cms.signed.reading import Signature
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.explain.envelopes import Taken
from gateway.channels.as2.explain.explanation import Cause
from gateway.channels.as2.explain.known import (
    Known,
    KnownCertificates,
    embedded,
    fingerprint_of,
    name_of,
    readable,
    relaxed,
    serial,
    told,
)
from gateway.channels.as2.explain.variants import variants
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem

_REMEDIES = {
    "other-use": "Add `sign` to its `use` in the settings, or ask which certificate he signs with.",
    "not-yet": "If he signs with it already, let it count earlier: `accept_from`.",
    "over": "Ask him to sign with his new certificate, or let this one count longer: "
    "`accept_until`.",
    "expired": "Ask the partner for his new certificate and add it to his settings; until then "
    "`accept_expired_until` lets the old one pass with a warning.",
}
WHOSE = frozenset({"T205", "T206"})
"""Not signed by a certificate that counts."""
_CHANGED = frozenset({"T207", "T208"})


def check_signature(
    content: Extent,
    signatures: Signatures,
    link: Link | None,
    known: KnownCertificates,
    at: datetime,
) -> Taken:
    """Verified as the gateway does; if that fails, with everything there is to say why."""
    testing = _Testing(content, signatures, link, known, at)
    facts = list(testing.facts())
    try:
        verified = verify(signatures, testing.digests, testing.trusted(), at)
    except RefusedError as refused:
        return Taken(tuple(facts), (refused.problem,), testing.why(refused.problem), content)
    facts.append(("verified by", verified.signer.name))
    return Taken(tuple(facts), verified.findings, None, content)


class _Testing:
    """One signature under test."""

    def __init__(
        self,
        content: Extent,
        signatures: Signatures,
        link: Link | None,
        known: KnownCertificates,
        at: datetime,
    ) -> None:
        self.content, self.signatures = content, signatures
        self.link, self.known, self.at = link, known, at
        self.certificates = readable(signatures.certificates)
        self.digests = digests_of(content, signatures.digests)
        self.not_vouched: list[Problem] = []
        """Why no authority speaks for certificates in the message, if authorities count."""
        self.named = [
            each for one in signatures.signers for each in known.find(one.identifier.means)
        ]

    def trusted(self) -> list[Credential]:
        """Those that may sign for this partner; of any partner where nobody knows whose it is."""
        if self.link is None:
            return self.known.theirs
        trusted, self.not_vouched = trusted_signers(self.link, lambda: self.certificates, self.at)
        return trusted

    def facts(self) -> Iterator[tuple[str, str]]:
        for number, signer in enumerate(self.signatures.signers, 1):
            yield f"signer {number}", str(signer.identifier)
            for each in self.known.find(signer.identifier.means):
                yield "", f"is {each.told('sign', self.at)}"
            yield from self._digests(signer)
            if signer.attributes is not None and signer.attributes.signed_at is not None:
                yield "signed at", f"{signer.attributes.signed_at:%Y-%m-%d %H:%M:%S} UTC, he says"
        for certificate in self.certificates:
            yield "certificate in it", told(certificate)

    def _digests(self, signer: Signature) -> Iterator[tuple[str, str]]:
        name = signer.digest.name
        yield "algorithms", f"{name}, {signer.algorithm.name}"
        if name in self.digests:
            yield "digest found", self.digests[name].hex()
        if signer.attributes is not None:
            try:
                yield "digest signed", signer.attributes.digest(signer.identifier).hex()
            except RefusedError as refused:
                yield "digest signed", refused.problem.sentence

    def why(self, found: Problem) -> Cause:
        """The sentence of the first thing that is wrong."""
        if found.code in WHOSE:
            return self._not_counting(found) or self._unknown(found)
        if found.code in _CHANGED:
            return self._changed(found)
        return Cause.of(found)

    def _unknown(self, found: Problem) -> Cause:
        partner = self.link.partner if self.link else "any partner"
        right = self._itself(self.digests)
        if self.not_vouched:
            return replace(Cause.of(self.not_vouched[0]), code=found.code)
        if self.named:
            return self._of_somebody(self.named[0], partner, right)
        for signer in self.signatures.signers:
            for certificate in self.certificates:
                if signer.identifier.means(certificate):
                    return Cause(
                        f"Signed by {name_of(certificate)} (serial {serial(certificate)}), which "
                        f"is not configured for {partner}{right}.",
                        "Ask the partner, by another way than this message, whether he signs with "
                        f"the certificate of SHA-256 {fingerprint_of(certificate)}; if so, save it "
                        "and add it to his settings.",
                        "T206",
                    )
        return Cause.of(found)

    def _of_somebody(self, who: Known, partner: str, right: str) -> Cause:
        name = who.credential.name
        if not who.owner:
            return Cause(
                f"Signed with our own certificate {name}, not with one of {partner}{right}.",
                "This is a message of ours that came back, or AS2-From and AS2-To are exchanged.",
                "T206",
            )
        return Cause(
            f"Signed with {name} of {who.owner}, not with a certificate of {partner}{right}.",
            "Compare AS2-From with the partner who sent it; one company with two AS2 identifiers "
            "needs the certificate in both channels.",
            "T206",
        )

    def _not_counting(self, found: Problem) -> Cause | None:
        """It is one of the partner's, but not now or not for this."""
        named = next((each for each in self._his() if each.standing("sign", self.at)), None)
        if named is None:
            return None
        words = named.standing("sign", self.at)
        sentence = f"Signed with {named.credential.name}, which does not count: {words}"
        changed = "" if self._holds(self.digests) else "; besides, the content was changed"
        how = standing(named.credential, "sign", self.at)
        remedy = _REMEDIES.get(how, Cause.of(found).remedy)
        return Cause(f"{sentence}{self._itself(self.digests)}{changed}.", remedy, found.code)

    def _his(self) -> list[Known]:
        theirs = self.link.theirs if self.link is not None else self.known.theirs
        return [each for each in self.named if each.credential in theirs]

    def _changed(self, found: Problem) -> Cause:
        for variant in variants(self.content):
            if self._holds(digests_of(Extent.of(variant.data), self.signatures.digests)):
                return Cause(
                    "The content was changed after it was signed: the signature fits it "
                    f"{variant.change}.",
                    "Something between the partner's signature and us rewrites line ends or ends "
                    "of files: a proxy, a mail gateway, a transfer in text mode. Let the partner "
                    "send it as binary, or as base64 as long as it is there.",
                    found.code,
                )
        if found.code != "T207":
            return Cause.of(found)
        return Cause(
            "The content was changed after it was signed, and not only its line ends: its "
            f"{found.facts['digest']} is {found.facts['found'][:16]}…, signed was "
            f"{found.facts['expected'][:16]}….",
            "Write the exact bytes with --dump-part and compare them with those of the partner; "
            "look for what changes content on the way (character sets, templates, virus scanners).",
            found.code,
        )

    def _itself(self, digests: dict[str, bytes]) -> str:
        return " (the signature itself is right)" if self._holds(digests) else ""

    def _holds(self, digests: dict[str, bytes]) -> bool:
        """By any certificate there is, expired ones and the one in the message among them."""
        candidates = [*self.known.relaxed(), *map(relaxed, embedded(self.certificates))]
        try:
            verify(self.signatures, digests, candidates, _valid_at(candidates, self.at))
        except RefusedError:
            return False
        return True


def _valid_at(candidates: Sequence[Credential], at: datetime) -> datetime:
    """An instant at which none of them is still to come."""
    begins = (each.certificate.not_valid_before_utc for each in candidates)
    return max((at, *begins))
