"""Whether the terms of a partner make sense together: C162 to C166.

Terms are what was agreed around the data: checks, errors, duplicates, deadlines, alerts, retention.
A setting that does nothing is a problem: whoever wrote it believes that it does something.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from gateway.config.alert import MAIL, Alert
from gateway.config.checks import Checks
from gateway.config.models import Agreement, Identities, Partner, Settings
from gateway.config.validate import suggestion
from gateway.config.values import duration_text
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_BOTH_WAYS = frozenset({"totals_within", "profile"})
"""Checks of documents, whoever wrote them."""
_ONLY: dict[str, tuple[str, ...]] = {"edifact": ("groups",), "x12": ("implied_decimals",)}
"""Checks that only one standard knows."""
_INBOUND = ("match", "errors", "duplicates", "expect")
"""Groups of settings for what comes from the partner."""
_MATCH_EDIFACT = ("application_reference", "agreement")
ORDERS = ("order", "orderchange")


def terms_problems(settings: Settings, partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Everything that is agreed and cannot be, or does nothing."""
    for index, agreement in enumerate(partner.agreements):
        path: Path_ = ("agreements", index)
        if agreement.direction == "outbound":
            yield from _outbound(agreement, text, path)
        else:
            yield from _inbound(partner, agreement, text, path)
    yield from _alerts(settings, partner, text)
    yield from _retention(settings, partner, text)


def own_identity_problems(identities: Identities, text: YamlText) -> Iterator[Problem]:
    """What an identity of ours cannot have."""
    for syntax in ("edifact", "x12"):
        identity = identities.of(syntax)
        if identity is not None and identity.password is not None:
            why = "it is compared with what a partner sends, and set in the partner's file"
            path = ("identities", syntax, "password")
            yield _idle(text, path, "password", "an identity of ours", why)


def _outbound(agreement: Agreement, text: YamlText, path: Path_) -> Iterator[Problem]:
    why = "it is for messages from the partner"
    written = agreement.model_fields_set
    for name in _INBOUND:
        if name in written:
            yield _idle(text, (*path, name), name, str(agreement), why)
    for name in sorted(agreement.checks.model_fields_set - _BOTH_WAYS):
        yield _idle(text, (*path, "checks", name), f"checks.{name}", str(agreement), why)


def _inbound(
    partner: Partner, agreement: Agreement, text: YamlText, path: Path_
) -> Iterator[Problem]:
    yield from _of_other_standard(agreement, text, path)
    if "changed" in agreement.model_fields_set:
        why = "it is for documents of our ERP; see duplicates"
        yield _idle(text, (*path, "changed"), "changed", str(agreement), why)
    duplicates, options = agreement.duplicates, agreement.acknowledge
    if duplicates.within is not None and {duplicates.number, duplicates.message} == {"accept"}:
        why = "duplicates are accepted; set number or message"
        place = (*path, "duplicates", "within")
        yield _idle(text, place, "duplicates.within", str(agreement), why)
    if agreement.checks.guide != "fail" and agreement.guide is None:
        yield _idle(
            text, (*path, "checks", "guide"), "checks.guide", str(agreement), "it has no guide"
        )
    if options.answered_within is None:
        return
    here = (*path, "acknowledge", "answered_within")
    if agreement.document not in ORDERS:
        why = "only orders and order changes are answered with an order response"
        yield _idle(text, here, "acknowledge.answered_within", str(agreement), why)
    elif not any(
        (each.document, each.direction) == ("orderresponse", "outbound")
        for each in partner.agreements
    ):
        facts: dict[str, Any] = {"document": agreement.document, "partner": partner.partner}
        yield problem("C166", text.place(here), **facts)


def _of_other_standard(agreement: Agreement, text: YamlText, path: Path_) -> Iterator[Problem]:
    standard = agreement.standard.syntax
    for syntax, names in _ONLY.items():
        for name in names if syntax != standard else ():
            if _differs(agreement.checks, name):
                why = f"it is for {'EDIFACT' if syntax == 'edifact' else 'X12'}"
                yield _idle(text, (*path, "checks", name), f"checks.{name}", str(agreement), why)
    for name in _MATCH_EDIFACT if standard == "x12" else ():
        if name in agreement.match.asked:
            why = "X12 has no such element, so no message would fit"
            yield _idle(text, (*path, "match", name), f"match.{name}", str(agreement), why)


def _differs(checks: Checks, name: str) -> bool:
    return bool(getattr(checks, name) != Checks.model_fields[name].default)


def _idle(text: YamlText, path: Path_, setting: str, what: str, why: str) -> Problem:
    return problem("C162", text.place(path), setting=setting, what=what, why=why)


# ---- alerts


def _alerts(settings: Settings, partner: Partner, text: YamlText) -> Iterator[Problem]:
    for index, alert in enumerate(partner.alerts):
        path: Path_ = ("alerts", index)
        if settings.alarms.email is None:
            place = text.place((*path, "to"))
            yield problem("C163", place, partner=partner.partner, value=alert.to)
        yield from _receiver(partner, alert, text, (*path, "to"))
        if alert.before is not None and not alert.concerns("certificate_expires"):
            why = "it is about certificates; on: does not name certificate_expires"
            yield _idle(text, (*path, "before"), "before", f"this alert of {partner.partner}", why)


def _receiver(partner: Partner, alert: Alert, text: YamlText, path: Path_) -> Iterator[Problem]:
    if alert.to.startswith(MAIL):
        return
    contact = partner.contacts.get(alert.to)
    if contact is None:
        known = ", ".join(partner.contacts) or "none"
        why = f"which is no contact of {partner.partner}"
        hint = suggestion(alert.to, partner.contacts)
        remedy = f"name one of the contacts ({known}), or write email:NAME@HOST{hint}"
    elif contact.email is None:
        why = "a contact without an e-mail address"
        remedy = f"set contacts.{alert.to}.email"
    else:
        return
    facts: dict[str, Any] = {"partner": partner.partner, "value": alert.to}
    yield problem("C164", text.place(path), why=why, remedy=remedy, **facts)


# ---- retention


def _retention(settings: Settings, partner: Partner, text: YamlText) -> Iterator[Problem]:
    """What is kept for a shorter time than its repeats count."""
    window = partner.references.window or settings.window
    named = "references.window" if partner.references.window else "window of gateway.yaml"
    for document, kept in partner.retention.set.items():
        needed, other = _needed(partner, document, window, named)
        if needed is not None and kept < needed:
            yield problem(
                "C165",
                text.place(("retention", document)),
                setting=f"retention.{document}",
                value=duration_text(kept),
                other=other,
                other_value=duration_text(needed),
            )


def _needed(
    partner: Partner, document: str, window: timedelta, named: str
) -> tuple[timedelta | None, str]:
    """How long documents have to be known at least, and what says so."""
    inbound = [
        each
        for each in partner.agreements
        if (each.document, each.direction) == (document, "inbound")
    ]
    if not inbound:
        return None, ""
    times = [each.duplicates.within for each in inbound if each.duplicates.within is not None]
    longest = max(times, default=timedelta())
    return (longest, "duplicates.within") if longest > window else (window, named)
