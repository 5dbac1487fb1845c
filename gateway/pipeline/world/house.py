"""Of the house itself: secrets, database, archive, folders, ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.channels.remote.step import Step
from gateway.config import Workspace
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.documents import DOCUMENTS
from gateway.pipeline.world import folders, ports
from gateway.pipeline.world.looked import failed
from gateway.problems import Place, problem
from gateway.store.archive import open_archive
from gateway.syntax.yamltext import Path_, dotted

Trial = Callable[[], Iterator[Step]]
_SQLITE = "sqlite:///"
_OFF = "off"


def trials(workspace: Workspace) -> Iterator[tuple[str, Trial]]:
    """What is tried of the house, each by its name."""
    settings = workspace.settings
    yield "secrets", partial(secrets_of, workspace, settings, "gateway.yaml")
    yield "database", partial(_database, workspace)
    yield "archive", partial(_archive, workspace)
    for folder in _erp_folders(workspace):
        yield f"folder {folder}", partial(folders.look_at, folder, ours=False)
    listens = {settings.http.listen: "http"}
    callers = settings.http.partners
    if callers is not None:
        listens[callers.listen] = "http" if callers.certificate is None else "https"
    for listen, protocol in listens.items():
        if listen != _OFF:
            yield f"port {listen}", partial(ports.look_at, listen, protocol)
    if settings.mailboxes is not None:
        listen = settings.mailboxes.listen
        yield f"port {listen}", partial(ports.look_at, listen, "ssh")


def secrets_of(workspace: Workspace, settings: BaseModel, file: str) -> Iterator[Step]:
    """Every reference is followed, those into vaults and keyrings, too; none is told."""
    count = 0
    for path, secret in references(settings, ()):
        try:
            resolve(secret, workspace.base)
            count += 1
        except SecretError as failure:
            reason = str(failure).removeprefix(f"{secret}: ")
            place = Place(file=file, path=dotted(path))
            setting = next(str(each) for each in reversed(path) if isinstance(each, str))
            found = problem("C497", place, setting=setting, reference=str(secret), reason=reason)
            yield failed("secret", found)
    yield Step("secret", f"{count} {'is' if count == 1 else 'are'} where the settings say")


def references(value: object, path: Path_) -> Iterator[tuple[Path_, Secret]]:
    """All references in settings, with where they stand."""
    if isinstance(value, Secret):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from references(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from references(each, (*path, str(name)))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from references(each, (*path, index))


def _database(workspace: Workspace) -> Iterator[Step]:
    """It answers; nothing is made in it. A SQLite file that is not there yet can be made."""
    shown = workspace.settings.database
    try:
        address = workspace.database
        if address.startswith(_SQLITE):
            file = Path(address.removeprefix(_SQLITE))
            yield from folders.look_at(file.parent, ours=True)
            if not file.exists():
                yield Step("database", f"{file} is not there yet; it is made with the first start")
                return
        engine = create_engine(address, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SecretError as failure:
        yield failed("secret", problem("P242", database=shown, reason=failure))
    except (SQLAlchemyError, OSError) as failure:
        reason = str(getattr(failure, "orig", None) or failure).strip()
        yield failed("database", problem("P242", database=shown, reason=reason))
    else:
        yield Step("database", "it answers")


def _archive(workspace: Workspace) -> Iterator[Step]:
    """A folder keeps what is forced onto its disk; a bucket can be listed."""
    address = workspace.archive
    if not address.startswith("s3://"):
        yield from folders.look_at(Path(address), ours=True)
        return
    try:
        next(iter(open_archive(address).held()), None)
    except Exception as failure:  # whatever the library of the store raises
        yield failed("archive", problem("P243", archive=address, reason=failure))
    else:
        yield Step("archive", f"{address} can be listed")


def _erp_folders(workspace: Workspace) -> Iterator[Path]:
    """The folders that we and the ERP share, as far as agreements use them."""
    used = {
        (each.document, each.direction)
        for partner in workspace.partners.values()
        for each in partner.agreements
    }
    found: dict[Path, None] = {}
    for document in DOCUMENTS:
        if (document, "inbound") in used:
            found[workspace.erp_out(document)] = None
        if (document, "outbound") in used:
            found[workspace.erp_in(document)] = None
    yield from found
