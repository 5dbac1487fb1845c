"""Test mode in the settings: test channels (C520, C521), the sandbox (C522), usage (C523, C524)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from gateway.config.envelope import X12Syntax, syntax_of
from gateway.config.models import Erp, Partner, Settings
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import YamlText

_USAGE = {"P": ("test", "C523"), "T": ("live", "C524")}
"""ISA15 as it is set → the agreements that it is wrong for, and what is said."""


def test_problems(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Of one partner: C520, C521, C523, C524."""
    for name, channel in partner.channels.items():
        if channel.test is None:
            continue
        place = text.place(("channels", name, "test"))
        other = partner.channels.get(channel.test)
        facts: dict[str, Any] = {"channel": name, "value": channel.test}
        if other is None:
            known = ", ".join(each for each in partner.channels if each != name) or "no other one"
            yield problem("C520", place, partner=partner.partner, known=known, **facts)
        elif channel.test == name:
            yield problem("C521", place, reason="is the channel itself", **facts)
        elif other.test is not None:
            reason = f"has itself the test channel {other.test}"
            yield problem("C521", place, reason=reason, **facts)
    wrong: defaultdict[str, int] = defaultdict(int)
    for agreement in partner.agreements:
        syntax = syntax_of(partner, agreement)
        if isinstance(syntax, X12Syntax) and syntax.usage in _USAGE:
            mode, code = _USAGE[syntax.usage]
            wrong[code] += agreement.mode == mode
    for code, count in wrong.items():
        if count:
            place = text.place(("syntax", "x12", "usage"))
            yield problem(code, place, partner=partner.partner, count=count)


def sandbox_problems(settings: Settings, text: YamlText) -> Iterator[Problem]:
    """C522: the folders of the ERP's test system are its live ones, or the same twice."""
    folders = folders_of(settings.erp)
    for side in ("receive", "send"):
        setting = f"sandbox.{side}"
        mine = os.path.normpath(folders[setting])
        for other, folder in folders.items():
            if other != setting and os.path.normpath(folder) == mine:
                place = text.place(("erp", "sandbox", side))
                value = folders[setting]
                yield problem("C522", place, other=f"erp.{other}", side=side, value=value)
                break


def folders_of(erp: Erp) -> dict[str, str]:
    """The folders of the ERP by the setting that names them."""
    return {
        "receive.folder": erp.receive.folder,
        "send.folder": erp.send.folder,
        "sandbox.receive": erp.sandbox.receive,
        "sandbox.send": erp.sandbox.send,
    }
