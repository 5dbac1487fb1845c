"""Receipts of a partner, read strictly: what is not under his signature does not count.

The signature is verified over the bytes as they came, by a certificate that is configured for this
partner; status and Original-Message-ID are read from those very bytes, and there is one report in
them. Reading never raises: what is wrong stands in ``findings``, and what the receipt claims can be
shown beside it. Only :func:`~gateway.channels.as2.mdn.verdict.settle_verdict` decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.channels.as2.certificates.trust import trusted_signers
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.signed import read_signature, verify
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Limits, Link
from gateway.channels.as2.mdn.disposition import Disposition
from gateway.channels.as2.mdn.report import LIMIT as REPORT_LIMIT
from gateway.channels.as2.mdn.report import ReceivedMic, Report, shown
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.entity import split_head
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.identity import read_name
from gateway.channels.as2.mime.multipart import boundary_of, split_parts
from gateway.channels.as2.mime.transfer import decoded
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, Severity, problem

LIMIT = 1_000_000
"""Bytes of a receipt with everything in it."""
NOTIFICATION = "message/disposition-notification"
_LIMITS = Limits(body=LIMIT, headers=50, header_bytes=16_000, depth=3, parts=10)
_ONCE = ("Content-Type", "AS2-From", "AS2-To")
"""Fields of which one would be taken and the other believed."""
_SHOWN = 1_000
"""Characters of the partner's text that are kept."""
_PEEK = 64_000


@dataclass(frozen=True, slots=True)
class ReadMdn:
    """A receipt. With an error among ``findings`` everything in it is only a claim."""

    report: Report | None = None
    """What it says; out of the signed bytes where there is a signature."""
    text: str = ""
    """What it tells a person, shortened."""
    signer: Credential | None = None
    """Whose signature over the report holds."""
    signed: bool = False
    """There is a signature, whatever it is worth."""
    findings: tuple[Problem, ...] = ()
    message_id: str = ""
    """The receipt's own; empty where it has none."""
    as2_from: str = ""
    as2_to: str = ""

    @property
    def original_message_id(self) -> str:
        """Whose receipt it claims to be."""
        return self.report.original_message_id if self.report else ""

    @property
    def disposition(self) -> Disposition | None:
        """What it says became of the message."""
        return self.report.disposition if self.report else None

    @property
    def mic(self) -> ReceivedMic | None:
        """The digest of what the partner received."""
        return self.report.mic if self.report else None

    @property
    def reporting_ua(self) -> str:
        """The product that wrote it, by its own word."""
        return self.report.reporting_ua if self.report else ""


def is_mdn(headers: Headers, body: Extent) -> bool:
    """Whether a request or reply is a receipt, by its type and that of what it signs.

    Reads the first 64 kB at most.
    """
    try:
        kind = ContentType.parse(headers.get("Content-Type") or "")
        if kind.kind == "multipart/signed":
            kind = _first_part(body.read(_PEEK), kind.parameters.get("boundary", ""))
        return _is_report(kind)
    except RefusedError:
        return False


def read_mdn(headers: Headers, body: Extent, link: Link, scratch: Scratch, at: datetime) -> ReadMdn:
    """Read a receipt of this partner, as far as it goes."""
    reading = _Reading(link, scratch, at)
    try:
        reading.entity(headers, body)
    except RefusedError as refused:
        reading.findings.append(refused.problem)
    return ReadMdn(
        reading.report,
        reading.text,
        reading.signer,
        reading.signed,
        tuple(reading.findings),
        (headers.get("Message-ID") or "").strip(),
        read_name(headers.get("AS2-From") or ""),
        read_name(headers.get("AS2-To") or ""),
    )


class _Reading:
    """One receipt being read: what was found so far stays when something is refused."""

    def __init__(self, link: Link, scratch: Scratch, at: datetime) -> None:
        self.link, self.scratch, self.at = link, scratch, at
        self.report: Report | None = None
        self.text = ""
        self.signer: Credential | None = None
        self.signed = False
        self.findings: list[Problem] = []

    def entity(self, headers: Headers, body: Extent) -> None:
        if body.size > LIMIT:
            raise RefusedError(problem("T259", size=body.size, limit=LIMIT))
        for name in _ONCE:
            if len(headers.all(name)) > 1:
                raise RefusedError(problem("T247", count=len(headers.all(name)), what=name))
        kind = ContentType.parse(headers.get("Content-Type") or "")
        body = self._bare(headers, body)
        if kind.kind == "multipart/signed":
            self._signed(kind, body)
        elif _is_report(kind):
            self._report(kind, body)
        else:
            raise RefusedError(problem("T245", found=_kind(kind)))

    def _signed(self, kind: ContentType, body: Extent) -> None:
        """The signed part is read first, so that a bad signature still shows what was claimed."""
        self.signed = True
        parts = split_parts(body, boundary_of(kind), _LIMITS)
        if len(parts) != 2:
            raise RefusedError(problem("T247", count=len(parts), what="part of multipart/signed"))
        headers, inner = split_head(parts[0], _LIMITS)
        within = ContentType.parse(headers.get("Content-Type") or "")
        if not _is_report(within):
            raise RefusedError(problem("T248", found=_kind(within)))
        self._report(within, self._bare(headers, inner))
        self._verify(parts[0], parts[1])

    def _verify(self, signed: Extent, signature: Extent) -> None:
        headers, encoded = split_head(signature, _LIMITS)
        signatures = read_signature(self._bare(headers, encoded), self.scratch)
        trusted, why_not = trusted_signers(self.link, lambda: signatures.certificates, self.at)
        digests = digests_of(signed, signatures.digests)
        try:
            verified = verify(signatures, digests, trusted, self.at)
        except RefusedError:
            self.findings += why_not
            raise
        self.findings += verified.findings
        if verified.digest == "sha-1":
            severity = Severity.WARNING if self.link.policy.sha1 else Severity.ERROR
            self.findings.append(problem("T242", severity=severity, signer=verified.signer.name))
        self.signer = verified.signer

    def _report(self, kind: ContentType, body: Extent) -> None:
        found = list(self._parts(kind, body, 1))
        reports = [part for part in found if part[0].kind == NOTIFICATION]
        if len(reports) != 1:
            raise RefusedError(problem("T247", count=len(reports), what=NOTIFICATION))
        text = next((part for part in found if part[0].kind in {"text/plain", ""}), None)
        if text is not None:
            words = self._bare(*text[1:]).read(_SHOWN).decode("latin-1")
            self.text = " ".join(words.split())
        _, headers, content = reports[0]
        content = self._bare(headers, content)
        if content.size > REPORT_LIMIT:
            raise RefusedError(problem("T259", size=content.size, limit=REPORT_LIMIT))
        self.report = Report.parse(content.read(REPORT_LIMIT))

    def _parts(
        self, kind: ContentType, body: Extent, depth: int
    ) -> Iterator[tuple[ContentType, Headers, Extent]]:
        """The parts, those of parts among them: a second report is not hidden by a wrapper."""
        for part in split_parts(body, boundary_of(kind), _LIMITS):
            headers, content = split_head(part, _LIMITS)
            within = ContentType.parse(headers.get("Content-Type") or "")
            yield within, headers, content
            if within.is_multipart and depth < _LIMITS.depth:
                yield from self._parts(within, content, depth + 1)

    def _bare(self, headers: Headers, body: Extent) -> Extent:
        return decoded(body, headers.get("Content-Transfer-Encoding"), self.scratch)


def _is_report(kind: ContentType) -> bool:
    what = kind.parameters.get("report-type", "disposition-notification")
    return kind.kind == "multipart/report" and what.lower() == "disposition-notification"


def _kind(kind: ContentType) -> str:
    return shown(kind.kind, 60) if kind.kind else "something without a Content-Type"


def _first_part(data: bytes, boundary: str) -> ContentType:
    """The type of the first part, found without cutting the body: it may be a message of 2 GB."""
    mark = b"--" + boundary.encode("latin-1", "replace")
    at = 0 if data.startswith(mark) else data.find(b"\n" + mark) + 1
    if not boundary or not data.startswith(mark, at):
        return ContentType("")
    _, _, rest = data[at:].partition(b"\n")
    head = rest.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return ContentType.parse(Headers.parse(head + b"\n").get("Content-Type") or "")
