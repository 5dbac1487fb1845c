"""A workspace with the real maps and a format of the ERP, for tests of its files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.documents import Document, build
from gateway.mapping import CompiledMap
from gateway.pipeline import Gateway, Summary
from gateway.store import Filter, Message
from tests.pipeline.world import Clock, drop, visible

ROOT = Path(__file__).parents[2]
SETTINGS = """\
schema: 1
erp:
  receive: {{folder: erp/in}}
  send: {{folder: erp/out}}
  formats: {{invoice: {form}, order: {form}}}
"""


def shipped() -> Translation:
    """The maps of the package."""
    workspace, _ = load_workspace(ROOT)
    assert workspace is not None
    return Translation(workspace)


def sample_invoices(translation: Translation) -> list[Document]:
    """Two invoices, for two partners."""
    compiled = erp_map(translation, "csv")
    data = (ROOT / "samples/erp/invoice/invoices.csv").read_bytes()
    found = []
    for each in compiled.layout.read(data).found:
        assert each.record is not None
        document, problems = build(compiled.document, compiled.read(each.record)[0])
        assert document is not None, problems
        found.append(document)
    return found


def erp_map(translation: Translation, form: str, document: str = "invoice") -> CompiledMap:
    compiled, problems = translation.erp_map(document, form)
    assert compiled is not None, problems
    return compiled


@dataclass
class ErpWorld:
    """The two partners of the package, and an ERP that exports files of a format."""

    root: Path
    form: str
    more: str = ""
    """Text that is put behind the settings of the gateway."""
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "partners", self.root / "partners")
        text = SETTINGS.format(form=self.form) + self.more
        (self.root / "gateway.yaml").write_text(text, encoding="utf-8")
        self.gateway = Gateway.open(self.load(), clock=self.clock)

    def load(self) -> Workspace:
        workspace, problems = load_workspace(self.root)
        assert workspace is not None, problems
        return workspace

    def change(self, partner: str, old: str, new: str) -> None:
        """Settings of a partner are changed, the gateway is started again."""
        path = self.root / f"partners/{partner}/partner.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.gateway.close()
        self.gateway = Gateway.open(self.load(), clock=self.clock)

    def export(self, name: str, data: bytes, document: str = "invoice") -> Summary:
        """The ERP puts a file into its folder, and the gateway runs."""
        drop(self.root / "erp/in" / document, name, data)
        return self.gateway.run_once()

    def errors(self, document: str = "invoice") -> dict[str, bytes]:
        """What lies in the folder of errors."""
        folder = self.root / "erp/in" / document / "error"
        return {name: (folder / name).read_bytes() for name in visible(folder)}

    def sent(self) -> str:
        """All that partners find."""
        folders = sorted((self.root / "var/partners").glob("*/out"))
        files = [folder / name for folder in folders for name in visible(folder)]
        return "\n".join(path.read_text(encoding="latin-1") for path in files)

    def documents(self) -> list[Message]:
        """What the files held, oldest first."""
        return list(reversed(self.gateway.messages(Filter(kind="document"))))
