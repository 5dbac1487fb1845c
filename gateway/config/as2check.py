"""What the AS2 settings of a partner lack, what they weaken, and the files they name.

Only settings and the presence of files; what is in the files is looked at where certificates are
read (:mod:`gateway.pipeline.as2.check`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.config.as2 import As2
from gateway.config.as2presets import PRESETS, resolved
from gateway.config.models import Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText


@dataclass(frozen=True, slots=True)
class _Weak:
    """A value of a setting that demands less than the default."""

    path: tuple[str, str]
    values: tuple[Any, ...]
    effect: str
    because: str


MAKE_KEYS = "gateway partner certs new makes a key and prints the settings for _own.yaml"
_UNSIGNED = "Who sent a message is known by its signature only; headers can be made by anybody"
_PLAIN = "Anybody on the way can read what is not encrypted"
_OLD = "Forgeries and collisions are within reach of today's machines"
_PROOF = "Only a signed receipt with its MIC proves that the partner has exactly what was sent"
_WEAK = (
    _Weak(("receive", "signed"), ("allowed", "refused"), "accepts unsigned messages", _UNSIGNED),
    _Weak(("receive", "encrypted"), ("allowed", "refused"), "accepts plain messages", _PLAIN),
    _Weak(("receive", "sha1"), (True,), "accepts signatures over SHA-1", _OLD),
    _Weak(("receive", "triple_des"), (True,), "accepts encryption with 3DES", _OLD),
    _Weak(("send", "sign"), ("sha-1",), "signs with SHA-1", _OLD),
    _Weak(("send", "encrypt"), ("3des",), "encrypts with 3DES", _OLD),
    _Weak(("receipt", "signed"), (False,), "asks for receipts that prove nothing", _PROOF),
    _Weak(("receipt", "mode"), ("none",), "asks for no receipt: nothing proves arrival", _PROOF),
    _Weak(
        ("quirks", "length_and_chunked"),
        (True,),
        "accepts requests whose length is told twice",
        "A proxy in front may read another message than the gateway does",
    ),
)
_LENIENT = {
    "missing-mic": "accepts receipts that do not say what was received",
    "bare-message-id": "accepts receipts that do not name the message exactly",
    "unsigned": "accepts unsigned receipts as proof",
}


def as2_problems(
    workspace: Workspace, partner: Partner, text: YamlText, own_file: str
) -> Iterator[Problem]:
    """Of every channel of the partner that is by AS2."""
    for name, channel in partner.channels.items():
        if channel.as2 is None:
            continue
        path: Path_ = ("channels", name, "as2")
        settings = resolved(channel.as2)
        yield from _ours(workspace, partner, name, settings, text, own_file)
        yield from _named_files(workspace, partner, settings, text, path)
        yield from _addresses(settings, text, path)
        yield from _weak(partner, settings, text, path)
        yield from _unable(partner, settings, text, path)


def own_problems(workspace: Workspace, text: YamlText) -> Iterator[Problem]:
    """Of our own keys: partners that they name and nobody has."""
    known = sorted((*workspace.partners, *workspace.broken))
    for index, key in enumerate(workspace.own.as2.keys if workspace.own.as2 else ()):
        for place, name in enumerate(key.partners):
            if name not in known:
                yield problem(
                    "C476",
                    text.place(("as2", "keys", index, "partners", place)),
                    value=name,
                    known=", ".join(known),
                    hint=suggestion(name, known),
                )


def _ours(
    workspace: Workspace, partner: Partner, name: str, settings: As2, text: YamlText, own_file: str
) -> Iterator[Problem]:
    own = workspace.own.as2
    path: Path_ = ("channels", name)
    able = own is not None and any(
        not key.partners or partner.partner in key.partners for key in own.keys
    )
    if not able and partner.rests(name):
        needed = "as2" if own is None else "as2.keys"
        yield problem(
            "C474",
            text.place((*path, "kind")),
            partner=partner.partner,
            what="our key for AS2",
            missing=f"{own_file} has no {needed}",
            command=f"before he is in test: {MAKE_KEYS}",
        )
    elif not able:
        yield problem(
            "C452",
            text.place((*path, "kind")),
            needed="as2" if own is None else "as2.keys for it",
            partner=partner.partner,
            channel=name,
            file=own_file,
        )
    if own is None:
        return
    if settings.receipt.mode == "async" and own.url is None:
        place = text.place((*path, "as2", "receipt", "mode"))
        yield problem("C454", place, partner=partner.partner, file=own_file)


def _named_files(
    workspace: Workspace, partner: Partner, settings: As2, text: YamlText, path: Path_
) -> Iterator[Problem]:
    folder = workspace.partner_folder(partner.partner)
    for inner, written in _files(settings):
        file = folder / written
        try:
            with file.open("rb"):
                continue
        except OSError as error:
            reason = error.strerror or "it cannot be read"
        near = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
        yield problem(
            "C451",
            text.place((*path, *inner)),
            setting=next(step for step in reversed(inner) if isinstance(step, str)),
            value=written,
            reason=reason[:1].lower() + reason[1:],
            tried=f"{workspace.settings.partners}/{partner.partner}/",
            hint=suggestion(written, sorted(near)),
        )


def _files(settings: As2) -> Iterator[tuple[Path_, str]]:
    """Files in the partner's folder, with the settings that name them."""
    for index, each in enumerate(settings.certificates):
        yield ("certificates", index, "file"), each.file
    if settings.trust is not None:
        for index, name in enumerate(settings.trust.authorities):
            yield ("trust", "authorities", index), name
        for index, name in enumerate(settings.trust.revocations):
            yield ("trust", "revocations", index), name
    if settings.http.ca is not None:
        yield ("http", "ca"), settings.http.ca


def _addresses(settings: As2, text: YamlText, path: Path_) -> Iterator[Problem]:
    addresses: list[tuple[Path_, str]] = [
        (("receipt_urls", index), url) for index, url in enumerate(settings.receipt_urls)
    ]
    if isinstance(settings.url, str):
        addresses.insert(0, (("url",), settings.url))
    for inner, url in addresses:
        if url.lower().startswith("http:"):
            place = text.place((*path, *inner))
            yield problem("C455", place, setting=str(inner[0]), value=url.split("?")[0])


def _weak(partner: Partner, settings: As2, text: YamlText, path: Path_) -> Iterator[Problem]:
    name = partner.partner
    for each in _WEAK:
        group, setting = each.path
        value = getattr(getattr(settings, group), setting)
        if value in each.values:
            shown = str(value).lower() if isinstance(value, bool) else value
            yield problem(
                "C456",
                text.place((*path, group, setting)),
                setting=f"{group}.{setting}",
                value=shown,
                effect=each.effect,
                because=each.because,
                partner=name,
            )
    for index, word in enumerate(settings.receipt.lenient):
        yield problem(
            "C456",
            text.place((*path, "receipt", "lenient", index)),
            setting="receipt.lenient",
            value=word,
            effect=_LENIENT[word],
            because=_PROOF,
            partner=name,
        )
    if settings.quirks.resend_id == "new":
        place = text.place((*path, "quirks", "resend_id"))
        yield problem("C457", place, setting="quirks.resend_id", partner=name)
    if settings.url is not None and {settings.send.sign, settings.send.encrypt} == {"none"}:
        yield problem("C458", text.place((*path, "send")), partner=name)
    if settings.trust is not None and not settings.trust.subjects:
        yield problem("C459", text.place((*path, "trust")), partner=name)


def _unable(partner: Partner, settings: As2, text: YamlText, path: Path_) -> Iterator[Problem]:
    """What is known that the partner's product does not do, and is set all the same."""
    if settings.preset is None:
        return
    preset = PRESETS[settings.preset]
    for setting, values in preset.unable.items():
        group, name = setting.split(".")
        value = str(getattr(getattr(settings, group), name))
        if value in values:
            place = text.place((*path, group, name))
            facts: dict[str, Any] = {"product": preset.product, "does": values[value]}
            yield problem(
                "C478", place, setting=setting, value=value, partner=partner.partner, **facts
            )
