"""The terms of a link, value by value from the settings of the channel (preset filled in)."""

from __future__ import annotations

from gateway.channels.as2 import link as values
from gateway.config.as2 import As2
from gateway.config.as2own import OwnAs2


def link(partner: str, channel: str, settings: As2, own: OwnAs2) -> values.Link:
    """All of it that stands in settings; certificates and keys are added by who reads files."""
    http, quirks, trust = settings.http, settings.quirks, settings.trust
    return values.Link(
        partner=partner,
        channel=channel,
        our_id=settings.our_id or own.id,
        their_id=settings.id,
        layers=layers(settings),
        policy=policy(settings),
        receipt=receipt(settings, own.url or ""),
        limits=limits(settings),
        trust="pin" if trust is None else "ca",
        receipt_urls=settings.receipt_urls,
        chunked=http.chunked,
        resend_new_id=quirks.resend_id == "new",
        length_and_chunked=quirks.length_and_chunked,
        message_id=quirks.message_id,
        more_headers=tuple(http.headers.items()),
        content_types=dict(settings.send.content_types),
        subjects=() if trust is None else trust.subjects,
    )


def layers(settings: As2) -> values.Layers:
    """How we build messages to him."""
    send, quirks = settings.send, settings.quirks
    return values.Layers(
        sign=None if send.sign == "none" else send.sign,
        scheme=send.scheme,
        encrypt=None if send.encrypt == "none" else send.encrypt,
        transport=send.key_transport,
        compress=send.compress,
        level=send.level,
        encoding=send.encoding,
        whole_base64=quirks.whole_base64,
        attributes=quirks.attributes,
        capabilities=quirks.capabilities,
        certificate_inside=quirks.certificate_inside,
        dashes=quirks.dashes,
        keep_filename=quirks.keep_filename,
    )


def policy(settings: As2) -> values.Policy:
    """What his messages have to be."""
    receive = settings.receive
    return values.Policy(
        signed=receive.signed,
        encrypted=receive.encrypted,
        compressed=receive.compressed,
        sha1=receive.sha1,
        triple_des=receive.triple_des,
    )


def receipt(settings: As2, url: str) -> values.Receipt:
    """What receipt is asked for. ``url``: ours, for those that come later."""
    wanted = settings.receipt
    return values.Receipt(
        mode=wanted.mode,
        signed=wanted.signed,
        digests=wanted.micalg,
        url=url if wanted.mode == "async" else "",
        within=wanted.within,
        lenient=frozenset(wanted.lenient),
    )


def limits(settings: As2) -> values.Limits:
    """What his messages may not exceed."""
    receive = settings.receive
    return values.Limits(
        body=receive.max_size, inflated=receive.max_inflated, ratio=receive.max_ratio
    )
