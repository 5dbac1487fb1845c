"""The workspace: everything a person wrote, read, checked and looked up by identity.

Immutable; a change of the files is a new workspace with another :attr:`Workspace.hash`, which
every message stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config.data import data_roots, is_beside
from gateway.config.identity import routed
from gateway.config.matching import Subject, choose
from gateway.config.models import Agreement, Channel, Erp, Limits, Own, Partner, Settings
from gateway.config.shops import Shop
from gateway.config.values import with_password
from gateway.problems import Place
from gateway.syntax.inside import leads_out
from gateway.syntax.yamltext import Path_, YamlText

_SQLITE = "sqlite:///"
_PREFERRED: Mapping[bool | None, tuple[str, ...]] = {
    None: ("live", "test", "paused"),
    True: ("test", "live", "paused"),
    False: ("live", "paused", "test"),
}
"""Which mode of agreement comes first: for nobody knows what, a test document, a live one."""


@dataclass(frozen=True)
class Workspace:
    """What :func:`gateway.config.load_workspace` gives. All paths are absolute."""

    root: Path
    settings: Settings
    own: Own
    partners: Mapping[str, Partner]
    """The partners that can be used, by name."""
    hash: str
    """SHA-256 over the settings, the partners' files and the maps."""
    broken: tuple[str, ...] = ()
    """Partners that are left out because their files have problems."""
    by_identity: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """(syntax, qualifier, id) → partner; an identity that two claim is not in it."""
    texts: Mapping[str, YamlText] = field(default_factory=dict, repr=False)
    """The file of each partner with its positions, by name."""
    shops: Mapping[str, Shop] = field(default_factory=dict)
    """The web shops that can be used, by name; no partner has the name of one."""
    shop_texts: Mapping[str, YamlText] = field(default_factory=dict, repr=False)
    """The file of each shop with its positions, by name."""
    broken_shops: tuple[str, ...] = ()
    """Shops that are left out because their files have problems."""
    home: Path | None = None
    """Where the folders of data lie, when ``root`` only holds a snapshot of the settings."""
    shares: bool = False
    """Of a snapshot: it uses what came with the package as every workspace does."""
    partners_home: str = ""
    """Of a snapshot: the folder of the partners in ``home``, for what belongs to no snapshot."""
    shops_home: str = ""
    """The same of the shops."""

    # ---- places

    @property
    def base(self) -> Path:
        """Where data, keys and files with secrets are: of a snapshot, in the workspace itself."""
        return self.home or self.root

    def path(self, written: str | Path) -> Path:
        """A path as the settings write it: relative to the workspace, or absolute."""
        return (self.base / written).absolute()

    @property
    def database(self) -> str:
        """Address of the database: a relative SQLite file made absolute, a password resolved.

        Raises :class:`~gateway.config.secrets.SecretError`.
        """
        if not self.settings.database.startswith(_SQLITE):
            return with_password(self.settings.database, self.base, self.settings.vaults)
        return _SQLITE + str(self.path(self.settings.database.removeprefix(_SQLITE)))

    @property
    def archive(self) -> str:
        """Address of the payloads: an absolute folder, or ``s3://bucket/prefix``."""
        written = self.settings.archive
        return written if written.startswith("s3://") else str(self.path(written))

    @property
    def erp(self) -> Erp:
        """The ERP behind the gateway."""
        return self.settings.erp

    @property
    def limits(self) -> Limits:
        """What a file may not exceed."""
        return self.settings.limits

    def erp_in(self, document: str, *, test: bool = False) -> Path:
        """Where the ERP puts files of a document (or its ``status``) for us to read."""
        erp = self.erp
        return self.path(erp.sandbox.receive if test else erp.receive.folder) / document

    def erp_out(self, document: str, *, test: bool = False) -> Path:
        """Where we write files of a document for the ERP to read."""
        return self.path(self.erp.sandbox.send if test else self.erp.send.folder) / document

    def receive_folders(self) -> Iterator[tuple[Partner, str, Channel, Path]]:
        """Every folder partners' files arrive in: (partner, channel name, channel, folder)."""
        for partner in self.partners.values():
            for name, channel in partner.channels.items():
                if channel.receive is not None:
                    yield partner, name, channel, self.path(channel.receive.folder)

    def send_folder(self, partner: Partner, agreement: Agreement) -> Path | None:
        """Where files of an agreement go to the partner; ``None`` without such a channel."""
        channel = partner.channel(agreement)
        if channel is None or channel.send is None:
            return None
        return self.path(channel.send.folder)

    def partner_folder(self, partner: str) -> Path:
        """The partner's folder of settings."""
        folder = (self.root / self.settings.partners).absolute() / partner
        if self.home is None:
            return folder
        # of what was applied: where the files really are, which is the same in the next one
        known: dict[str, Path] = vars(self).setdefault("_folders", {})
        return known.get(partner) or known.setdefault(partner, folder.resolve())

    def shop_folder(self, shop: str) -> Path:
        """The shop's folder of settings."""
        return (self.root / self.settings.shops).absolute() / shop

    def tables_folder(self, partner: str) -> Path:
        """The partner's tables: as they are now, whatever the settings are."""
        return self.path(self.partners_home or self.settings.partners) / partner / "tables"

    def converters(self, written: str) -> Path:
        """The Python file of ``functions``; one outside of the workspace is in no snapshot."""
        inside = self.root / written
        return inside if inside.is_file() else self.base / written

    def partner_file(self, partner: Partner, written: str) -> Path | None:
        """A map, guide, code list or program that settings of a partner name.

        It lies in his folder, or in the folder of his parent (``_like/<name>/``), wherever the
        setting itself is written; ``None`` where it is in neither.
        """
        if _is_no_rule(written):
            return None
        folders = [self.partner_folder(partner.partner)]
        if partner.like is not None:
            folders.append(self.partner_folder("_like") / partner.like)
        return next((each / written for each in folders if (each / written).is_file()), None)

    def place(self, partner: Partner, agreement: Agreement, setting: str) -> Place:
        """Where a setting of an agreement is written (or the agreement, where it is not)."""
        text = self.texts.get(partner.partner)
        index = next((n for n, each in enumerate(partner.agreements) if each is agreement), None)
        if text is None or index is None:
            return Place(path=f"agreements.{setting}")
        path: Path_ = ("agreements", index, setting)
        return text.place(path)

    # ---- who

    def partner_by_identity(
        self, syntax: str, qualifier: str, id_: str, routing: str = ""
    ) -> Partner | None:
        """Whose envelope identity this is. ``syntax`` is ``edifact`` or ``x12``.

        An identity written without a qualifier in the settings matches every qualifier, one
        without routing (UNB 0008) every routing; blanks that pad ISA06 are not part of an id.
        """
        qualifier, id_ = qualifier.strip(), id_.strip()
        ids = [routed(id_, routing), id_] if routing else [id_]
        keys = ((syntax, each, id_) for id_ in ids for each in (qualifier, ""))
        name = next((self.by_identity[key] for key in keys if key in self.by_identity), None)
        return None if name is None else self.partners.get(name)

    def partner_by_gln(self, gln: str) -> Partner | None:
        """The partner with this Global Location Number."""
        name = self.by_identity.get(("gln", "", gln.strip()))
        return None if name is None else self.partners.get(name)

    def partner_by_erp(self, number: str) -> Partner | None:
        """The partner the ERP knows under this customer number."""
        name = self.by_identity.get(("erp", "", number.strip()))
        return None if name is None else self.partners.get(name)

    def is_ours(self, syntax: str, qualifier: str, id_: str, routing: str = "") -> bool:
        """Whether an envelope identity is one of ours."""
        own = self.own.identities.of(syntax)
        return own is not None and own.spelling(qualifier.strip(), id_.strip(), routing) is not None

    # ---- what

    def agreement(
        self,
        partner: Partner | str,
        document: str,
        direction: str,
        syntax: str | None = None,
        *,
        test: bool | None = None,
    ) -> Agreement | None:
        """The agreement for a document; ``syntax`` narrows to ``edifact`` or ``x12``.

        A live one is preferred to a test one, a test one to a paused one, then the first written.
        ``test``: for a test document one in test comes first, for a live one it comes last. The
        caller looks at ``mode``: that there is only one for the other kind is a finding.
        """
        who = self.partners.get(partner) if isinstance(partner, str) else partner
        if who is None:
            return None
        found = [
            each
            for each in who.agreements
            if (each.document, each.direction) == (document, direction)
            and syntax in (None, each.standard.syntax)
        ]
        return min(found, key=lambda each: _PREFERRED[test].index(each.mode), default=None)

    def agreed(self, partner: Partner | str, subject: Subject) -> Agreement | None:
        """The inbound agreement for a message: the one of its directory, else of its type.

        The caller compares ``agreement.standard.directory``: another directory than agreed is a
        finding, not a guess.
        """
        who = self.partners.get(partner) if isinstance(partner, str) else partner
        return None if who is None else choose(who.agreements, subject)

    # ---- maps

    def data_roots(self, kind: str) -> list[Path]:
        """Folders of ``grammars`` or ``mappings``: the workspace's, then the installed ones.

        A snapshot holds all maps: of those that are installed now, none belongs to it.
        """
        if self.home is not None and kind == "mappings" and not self.shares:
            return [self.root / kind]
        return data_roots(self.root, kind)

    def find(self, kind: str, name: str) -> Path | None:
        """The first file of that name in the folders of a kind; none outside of them."""
        if _is_no_rule(name):
            return None
        return next(
            (root / name for root in self.data_roots(kind) if (root / name).is_file()), None
        )

    def map_file(self, partner: Partner, agreement: Agreement) -> tuple[Path | None, Path | None]:
        """The map of an agreement and its overlay, as far as they exist.

        ``mapping:`` in the partner's folder (or his parent's) is an overlay when its first
        statement says so, a map of its own otherwise. Without it the map is
        ``mappings/<syntax>/<directory>/<message>.map`` or, where one map serves several
        directories, ``mappings/<syntax>/<message>.map``.
        """
        base = self.standard_map(agreement)
        if agreement.mapping is None:
            return base, None
        near = self.partner_file(partner, agreement.mapping)
        if near is None:
            return self.find("mappings", agreement.mapping), None
        return (base, near) if _is_overlay(near) else (near, None)

    def standard_map(self, agreement: Agreement) -> Path | None:
        """The map that serves an agreement which names none."""
        standard = agreement.standard
        name = f"{agreement.message.lower()}.map"
        narrow = self.find("mappings", f"{standard.syntax}/{standard.directory}/{name}")
        return narrow or self.find("mappings", f"{standard.syntax}/{name}")

    def erp_format(self, agreement: Agreement) -> str:
        """``csv`` or ``json``: the format of the ERP's files for an agreement."""
        return agreement.format or self.erp.formats.of(agreement.document)

    def erp_map_file(self, document: str, form: str) -> Path | None:
        """The map between a document and a file format of the ERP: ``csv``, ``ubl/creditnote``."""
        return self.find("mappings", f"{form}.map" if "/" in form else f"{form}/{document}.map")


def _is_no_rule(written: str) -> bool:
    """Whether a path leads elsewhere, or to what is in no snapshot: samples, hidden files."""
    return leads_out(written) or any(map(is_beside, Path(written).parts))


def _is_overlay(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    statements = (line.strip() for line in text.splitlines())
    first = next((line for line in statements if line and not line.startswith("#")), "")
    return first.split(maxsplit=1)[:1] == ["overlay"]
