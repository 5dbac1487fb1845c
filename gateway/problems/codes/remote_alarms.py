"""Alarms about partners' servers: A140-A144."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.ALARM, code, title, sentence, why=why, remedy=remedy, severity=severity)


_TEST = "gateway channel test {partner} {channel} shows step by step what works"

CODES: tuple[Code, ...] = (
    _row(
        "A140",
        "Server of a partner cannot be used",
        "the server of {partner} (channel {channel}) cannot be used since {since}: {why}",
        "Nothing is fetched there meanwhile. It is tried again by itself, less and less often; "
        "the alarm ends when it works again.",
        _TEST + "; when it is not on our side, call the partner",
    ),
    _row(
        "A141",
        "Server of a partner is not the one it should be",
        "the server of {partner} (channel {channel}) shows another key or certificate than the "
        "agreed one: {why}",
        "Either the partner changed it, or somebody is in between. No login is tried, so that "
        "nobody gets a password of ours.",
        "ask the partner by telephone whether his key is new, compare the fingerprint (gateway "
        "channel hostkey {partner} {channel}), and add it beside the old one",
    ),
    _row(
        "A142",
        "Login at the server of a partner fails",
        "the server of {partner} (channel {channel}) does not let us in: {why}",
        "A password ended, a key was removed, or the account is locked. It is tried seldom, so "
        "that the account is not locked by us.",
        _TEST + "; ask the partner whether the account is open and which key he has of us",
    ),
    _row(
        "A143",
        "Files on the server of a partner cannot be removed",
        "files of {partner} (channel {channel}) are ours and cannot be removed from his server "
        "({count} in all); the first: {why}",
        "They are not fetched again, but the folder grows and every look takes longer.",
        "ask the partner for the right to delete or move files, or set after: leave",
        Severity.WARNING,
    ),
    _row(
        "A144",
        "Files on the server of a partner are not taken",
        "looking into the folder of {partner} (channel {channel}) works, but not all files are "
        "taken ({count} are not); the first: {why}",
        "They lie there until somebody does something about it.",
        "gateway channel look {partner} {channel} says for each file why it is not taken",
        Severity.WARNING,
    ),
)
