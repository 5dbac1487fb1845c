"""The files of the partners: read, merged with what their parents say, validated, one by one.

What is known of a partner is taken over when his bytes are the same: from an earlier workspace of
this process, or from what an earlier process remembered.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from gateway.config.like import merged
from gateway.config.marks import MARK, mark_problems
from gateway.config.models import Partner, Settings
from gateway.config.parents import Parents, read_parents
from gateway.config.remembered import Remembered
from gateway.config.settingsfile import settings_bytes, settings_text
from gateway.config.validate import validate
from gateway.config.workspace import Workspace
from gateway.problems import Problem, has_errors, problem
from gateway.syntax.yamltext import YamlText

OWN = "_own.yaml"
PARTNER = "partner.yaml"

Read = dict[str, tuple[Partner, YamlText]]


def read_partners(
    reader: PartnerFiles, own: YamlText | None
) -> tuple[Read, list[str], Parents, list[Problem]]:
    """(partners that can be used, names of the others, what they share, problems)."""
    house = own or YamlText((reader.folder / OWN).as_posix())
    parents, problems = read_parents(reader.root, reader.folder, house, reader.vaults)
    reader.share(parents)
    shown = {_spot(each) for each in problems}
    read: Read = {}
    broken: list[str] = []
    for name in _partner_folders(reader.root / reader.folder):
        found: list[Problem] = []
        each = reader.partner(name, found)
        if each is None or has_errors(found):
            broken.append(name)
        else:
            read[name] = each
        # what is wrong with a parent is told once, not for each child
        problems += [one for one in found if _spot(one) not in shown]
        shown |= {_spot(one) for one in found if one.code == MARK}
    return read, broken, parents, problems


def _spot(found: Problem) -> tuple[object, ...]:
    """What is wrong, and where: the same for whoever has it from there."""
    return found.code, found.place.file, found.place.line, found.place.column


class PartnerFiles:
    """Reads the partners of a workspace one by one."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        previous: Workspace | None,
        remembered: Remembered | None,
    ) -> None:
        self.root = root
        self.folder = Path(settings.partners)
        self.vaults = settings.vaults
        same = previous is not None and previous.settings.vaults == settings.vaults
        self.previous = previous if same else None
        self.remembered = remembered
        self.unchanged: set[str] = set()
        """Partners of whom everything is remembered."""
        self.share(Parents())

    def share(self, parents: Parents) -> None:
        """What partners may get from elsewhere."""
        self.parents = parents
        self.shared = parents.digest()

    def partner(self, name: str, found: list[Problem]) -> tuple[Partner, YamlText] | None:
        """A partner and his text; what is wrong is added to ``found``."""
        file = self.folder / name / PARTNER
        data = None if self.remembered is None else self.remembered.settings(name)
        data = settings_bytes(self.root, file, found) if data is None else data
        if data is None:
            return None
        digest = sha256(self.shared + data).digest()
        each = self._remembered(name, file, digest, found)
        if each is None:
            each = self._known(name, file, digest) or self._read(name, file, data, digest, found)
            if each is None:
                return None
            found += mark_problems(self.root, self.root / self.folder / name, *each)
            if self.remembered is not None and not has_errors(found):
                self.remembered.keep(name, each[1], found)
        return each

    def _remembered(
        self, name: str, file: Path, digest: bytes, found: list[Problem]
    ) -> tuple[Partner, YamlText] | None:
        """What an earlier process made of a partner."""
        known = None if self.remembered is None else self.remembered.entry(name)
        if known is None:
            return None
        text = known.text(file.as_posix(), digest)
        partner, wrong = validate(Partner, text, self.vaults)
        if partner is None or wrong or partner.partner != name:
            return None
        found += known.found
        self.unchanged.add(name)
        return partner, text

    def _known(self, name: str, file: Path, digest: bytes) -> tuple[Partner, YamlText] | None:
        """What an earlier workspace made of the same bytes."""
        text = None if self.previous is None else self.previous.texts.get(name)
        if self.previous is None or text is None:
            return None
        same = text.digest == digest and text.file == file.as_posix()
        return (self.previous.partners[name], text) if same else None

    def _read(
        self, name: str, file: Path, data: bytes, digest: bytes, found: list[Problem]
    ) -> tuple[Partner, YamlText] | None:
        text = settings_text(data, file, found)
        if text is None:
            return None
        text.digest = digest
        above, missing = self.parents.of(text, self.folder)
        found += missing
        if above is not None:
            text, unclear = merged(text, above)
            found += unclear
            if unclear:
                return None
        # without his parent only what the file itself says can be wrong
        partner, wrong = validate(Partner, text, self.vaults, partial=above is None)
        found += wrong
        if partner is None:
            return None
        if partner.partner != name:
            place = text.place(("partner",))
            found.append(problem("C110", place, value=partner.partner, folder=name))
        return None if above is None else (partner, text)


def _partner_folders(folder: Path) -> list[str]:
    """Names of the partner folders; those with a leading ``_`` or ``.`` are none."""
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []
    return [name for name in names if not name.startswith(("_", "."))]
