"""Who else is told of the alarms of a partner or a shop: their ``alerts``, beside the house.

Each receiver gets one mail about all that is new for him, in the transaction in which the house is
told, so that it is told once as well. The mail carries its receiver; the server and the sender are
those of the house when it leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from gateway.config import Workspace
from gateway.config.alert import MAIL, Alert
from gateway.config.contact import contact_line
from gateway.config.models import Partner
from gateway.config.shops import Shop
from gateway.pipeline.watch import letter
from gateway.pipeline.watch.letter import News
from gateway.store.alarms import Alarm

ABOUT: Mapping[str, str] = {
    "dead/": "failed",
    "as2-received/": "failed",
    "held/": "held",
    "collected/": "held",
    "refusal/": "refused",
    "silence/": "silent",
    "silent/": "silent",
    "overdue/": "ack_overdue",
    "unanswered/": "unanswered",
    "gap/": "gap",
    "thread:": "mismatch",
    "server/": "unreachable",
    "mailbox/": "unreachable",
    "shop/": "unreachable",
    "shop-webhook/": "silent",
    "shop-compared/": "mismatch",
    "certificate/": "certificate_expires",
}
"""What an alarm is about, by the start of its key."""
_DIGITS = 12


def about(alarm: Alarm) -> str:
    """``silent``, ``ack_overdue`` …; empty for what only ``all`` covers."""
    return next((word for area, word in ABOUT.items() if alarm.key.startswith(area)), "")


def mails(workspace: Workspace, news: Sequence[News], at: datetime) -> Iterator[tuple[str, bytes]]:
    """Key and text of the mails to those whom alerts of partners and shops name."""
    told: dict[str, list[News]] = defaultdict(list)
    for each in news:
        name = each.alarm.partner
        owner = workspace.partners.get(name) or workspace.shops.get(name)
        if owner is not None:
            for address in _receivers(owner, each.alarm):
                told[address].append(each)
    for address, some in told.items():
        mark = sha256(address.encode()).hexdigest()[:_DIGITS]
        body = letter.mail(
            workspace.own.name, some, at, to=address, contacts=contacts(workspace, some)
        )
        yield f"{some[0].key}:{mark}", body


def contacts(workspace: Workspace, news: Sequence[News]) -> dict[str, Sequence[str]]:
    """Whom a person can call about the partners of some news."""
    found: dict[str, Sequence[str]] = {}
    for name in {each.alarm.partner for each in news}:
        partner = workspace.partners.get(name)
        if partner is not None and partner.contacts:
            found[name] = [contact_line(key, one) for key, one in partner.contacts.items()]
    return found


def _receivers(owner: Partner | Shop, alarm: Alarm) -> set[str]:
    word = about(alarm)
    found = {_address(owner, each) for each in owner.alerts if _wants(each, word, alarm)}
    return {address for address in found if address}


def _wants(alert: Alert, word: str, alarm: Alarm) -> bool:
    if not alert.concerns(word):
        return False
    days = alarm.found.facts.get("days")
    if alert.before is None or word != "certificate_expires" or days is None:
        return True
    return timedelta(days=int(days)) <= alert.before


def _address(owner: Partner | Shop, alert: Alert) -> str:
    if alert.to.startswith(MAIL):
        return alert.to.removeprefix(MAIL)
    contact = owner.contacts.get(alert.to) if isinstance(owner, Partner) else None
    return "" if contact is None else contact.email or ""
