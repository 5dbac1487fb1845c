"""What the settings of channels lack, what they weaken, and the files they name (C480-C499).

Of the kinds that reach out or are reached: SFTP, mailbox, FTPS, HTTPS, e-mail; AS2 has
:mod:`.as2check`. Only settings and the presence of files; what two channels claim is found in
:mod:`.collide`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.config.channel import Channel
from gateway.config.mail import MailServerLogin
from gateway.config.models import Partner, Settings
from gateway.config.operation import Http
from gateway.config.remote import RemoteSend
from gateway.config.rivals import same_folder
from gateway.config.sftp import SshServer
from gateway.config.sshlegacy import LEGACY, Purpose
from gateway.config.validate import suggestion
from gateway.config.values import duration_text, is_here
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_BECAUSE: dict[Purpose, str] = {
    "kex": "Its hash, SHA-1, can be forged, and keys of 1024 bits can be broken",
    "cipher": "It encrypts in the mode CBC, which lets parts of a session be read",
    "mac": "Its hash, SHA-1 or MD5, or its short tag is within reach of forgers",
    "host key": "It signs with SHA-1, which can be forged",
}


def channel_problems(workspace: Workspace, partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Of every channel of a partner that is neither a folder nor AS2."""
    for name, channel in partner.channels.items():
        path: Path_ = ("channels", name)
        yield from _watched(channel, text, path)
        if channel.group is None or channel.as2 is not None:
            continue
        yield from _named_files(workspace, partner, channel, text, path)
        yield from _directions(partner, name, channel, text, path)
        yield from _reachable(workspace, partner, name, channel, text, path)
        for server, inner in _ssh_servers(channel):
            yield from _outdated(server.legacy, text, (*path, *inner), partner.partner)
        yield from _open(channel, text, path)
        yield from _taken(channel, text, path)
        yield from _put(partner, channel, text, path)
        yield from _unproven(partner, channel, text, path)


def house_problems(settings: Settings, text: YamlText) -> Iterator[Problem]:
    """Of our own SFTP server, in ``gateway.yaml``."""
    if settings.mailboxes is not None:
        yield from _outdated(settings.mailboxes.legacy, text, ("mailboxes",), "the partners")


def _named_files(
    workspace: Workspace, partner: Partner, channel: Channel, text: YamlText, path: Path_
) -> Iterator[Problem]:
    folder = workspace.partner_folder(partner.partner)
    for inner, written in _files(channel):
        try:
            with (folder / written).open("rb"):
                continue
        except OSError as error:
            reason = error.strerror or "it cannot be read"
        near = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
        yield problem(
            "C480",
            text.place((*path, *inner)),
            setting=str(inner[-1]),
            value=written,
            reason=reason[:1].lower() + reason[1:],
            tried=f"{workspace.settings.partners}/{partner.partner}/",
            hint=suggestion(written, sorted(near)),
        )


def _files(channel: Channel) -> Iterator[tuple[Path_, str]]:
    """Files in the partner's folder, with the settings that name them."""
    for server, inner in _ssh_servers(channel):
        if server.known_hosts is not None:
            yield (*inner, "known_hosts"), server.known_hosts
        for index, key in enumerate(server.login.keys):
            if key.certificate is not None:
                yield (*inner, "login", "keys", index, "certificate"), key.certificate
    if channel.mailbox is not None:
        for index, each in enumerate(channel.mailbox.keys):
            yield ("mailbox", "keys", index, "file"), each.file
    if channel.ftps is not None and channel.ftps.ca is not None:
        yield ("ftps", "ca"), channel.ftps.ca
    sent = None if channel.https is None else channel.https.send
    if sent is not None and sent.http.ca is not None:
        yield ("https", "send", "http", "ca"), sent.http.ca
    for login, inner in _mail_servers(channel):
        if login.ca is not None:
            yield (*inner, "ca"), login.ca


def _ssh_servers(channel: Channel) -> Iterator[tuple[SshServer, Path_]]:
    if channel.sftp is not None:
        yield channel.sftp, ("sftp",)
        if channel.sftp.jump is not None:
            yield channel.sftp.jump, ("sftp", "jump")


def _mail_servers(channel: Channel) -> Iterator[tuple[MailServerLogin, Path_]]:
    if channel.mail is not None and channel.mail.receive is not None:
        yield channel.mail.receive.imap, ("mail", "receive", "imap")
    if channel.mail is not None and channel.mail.send is not None:
        yield channel.mail.send.smtp, ("mail", "send", "smtp")


def _directions(
    partner: Partner, name: str, channel: Channel, text: YamlText, path: Path_
) -> Iterator[Problem]:
    if not channel.receives and not channel.sends:
        place = text.place((*path, channel.kind), key=True)
        yield problem("C488", place, channel=name, partner=partner.partner, kind=channel.kind)


def _reachable(
    workspace: Workspace,
    partner: Partner,
    name: str,
    channel: Channel,
    text: YamlText,
    path: Path_,
) -> Iterator[Problem]:
    """Whoever is to call us needs somebody who answers."""
    place = text.place((*path, "kind"))
    http = workspace.settings.http
    if channel.mailbox is not None and workspace.settings.mailboxes is None:
        yield problem("C485", place, channel=name, partner=partner.partner)
    if channel.https is None or channel.https.receive is None:
        return
    if http.partners is None and http.listen == "off":
        setting = "http.listen"
        yield problem("C493", place, channel=name, partner=partner.partner, setting=setting)
    elif not _protected(http):
        listen = http.listen if http.partners is None else http.partners.listen
        yield problem("C496", place, channel=name, partner=partner.partner, listen=listen)


def _protected(http: Http) -> bool:
    """Whether what partners call has TLS, of ours or of a proxy, or is called from here only."""
    port = http.partners
    if port is None:
        return is_here(http.listen)
    return port.certificate is not None or bool(port.proxies) or is_here(port.listen)


def _outdated(names: tuple[str, ...], text: YamlText, path: Path_, who: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        place = text.place((*path, "legacy", index))
        purpose = LEGACY.get(name)
        if purpose is None:
            hint = suggestion(name, LEGACY)
            yield problem("C482", place, value=name, known=", ".join(LEGACY), hint=hint)
        else:
            yield problem("C481", place, value=name, because=_BECAUSE[purpose], who=who)


def _open(channel: Channel, text: YamlText, path: Path_) -> Iterator[Problem]:
    """Connections that anybody on the way can read."""
    for login, inner in _mail_servers(channel):
        if login.security == "none" and not login.local:
            yield problem("C486", text.place((*path, *inner, "security")), server=login.server)
    if channel.https is not None and channel.https.send is not None:
        url = channel.https.send.url
        if isinstance(url, str) and url.lower().startswith("http:"):
            place = text.place((*path, "https", "send", "url"))
            yield problem("C487", place, value=url.split("?")[0])


def _taken(channel: Channel, text: YamlText, path: Path_) -> Iterator[Problem]:
    """Folders between which files are moved are different ones."""
    away = channel.away
    if away is None:
        return
    seen = {same_folder(away.folder): "folder"}
    for setting in ("move_to", "claim"):
        value = getattr(away, setting)
        if value is None:
            continue
        rival = seen.setdefault(same_folder(value), setting)
        if rival != setting:
            place = text.place((*path, channel.kind, "receive", setting))
            value = value.rstrip("/")
            yield problem("C491", place, setting=setting, value=value, rival=rival)


def _put(partner: Partner, channel: Channel, text: YamlText, path: Path_) -> Iterator[Problem]:
    """What the other side can see too early, or never."""
    send = getattr(channel.group, "send", None)
    if not isinstance(send, RemoteSend):
        return
    inner: Path_ = (*path, channel.kind, "send")
    if send.temporary == "none" and send.done is None:
        yield problem("C489", text.place((*inner, "temporary")), partner=partner.partner)
    if send.replace:
        yield problem("C490", text.place((*inner, "replace")), partner=partner.partner)


def _unproven(partner: Partner, channel: Channel, text: YamlText, path: Path_) -> Iterator[Problem]:
    receive = None if channel.mail is None else channel.mail.receive
    if receive is not None and receive.authentication is None:
        place = text.place((*path, "mail", "receive", "senders"), key=True)
        yield problem("C492", place, partner=partner.partner)


def _watched(channel: Channel, text: YamlText, path: Path_) -> Iterator[Problem]:
    """Silence is longer than the pause between two looks."""
    away, silent = channel.away, channel.silent
    if away is None or silent is None or away.schedule.cron is not None:
        return
    every: timedelta = away.schedule.every
    if silent <= every:
        place = text.place((*path, channel.kind, "receive", "silent"))
        shown = duration_text(silent)
        yield problem("C494", place, value=shown, every=duration_text(every))
