"""A snapshot: the files that decide how a message is handled, and the hash that names them.

In it are the settings, the folders of partners and shops, the maps, the workspace's own grammars
and all layouts. The grammars of the standards that came with the package are named by its version.
Where the workspace and the package have a file of the same name, the workspace's is the one in use.

The file of the workspace's own converters (``functions``) is in it, too.

Samples are no part of it, nor are tables of numbers (``tables/``): a table says what is known
today, and is looked up as it is today.

Nothing secret gets into a snapshot: settings hold references to secrets, and what is no reference
is masked; keys, files that a reference names, and whatever is neither text nor a certificate are
left out. The hash covers all files as they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath

import yaml

from gateway.config.data import data_roots, installed, is_beside
from gateway.config.shops.shop import PLATFORMS
from gateway.config.workspace import Workspace

SETTINGS = "gateway.yaml"
PARTNERS = "partners"
"""Folder of the partners in a snapshot, whatever the settings call it."""
SHOPS = "shops"
"""The same of the shops."""
LARGEST = 8_000_000
"""Bytes of a file; what is larger is no settings file."""
MASK = "${env:MASKED}"

_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML = (".yaml", ".yml")
_KEYS = (".key", ".p12", ".pfx", ".jks", ".ppk", ".kdbx", ".env")
_PRIVATE = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SECRET = re.compile(r"(?i)(^|[_-])(passwords?|passphrase|passwd|secrets?|tokens?|api[_-]?keys?)$")
_SUSPECT = re.compile(rb"(?i)passw|passphrase|secret|token|api[_-]?key|prompts|://")
"""Nothing is masked in a file without these; most need not be parsed."""
_REFERENCE = re.compile(r"\$\{[a-z0-9][a-z0-9-]{0,39}:[^}]*\}")
_REFERRED = re.compile(r"\$\{file:([^}]*)\}")
_USERINFO = re.compile(r"(://[^/@\s:]*:)(?!\$\{[a-z0-9][a-z0-9-]{0,39}:[^}]*\}@)[^/@\s]+@")
_ADDRESS = re.compile(r"(?i)^(https?://[^/\s?#]+)[/?#].*$", re.DOTALL)
_ADDRESSES = ("webhook",)
"""Settings whose `url` is a secret itself: who knows it may post there."""
_QUERY = re.compile(r"^(https?://[^?#]+)\?.*$", re.DOTALL)
_QUERIES = ("as2", "send", *PLATFORMS)
"""Settings whose addresses may hold a key behind their `?` (`send`: of a channel by HTTPS)."""
_WITH_QUERY = ("url", "login")
_PROMPTS = ("prompts",)
"""Settings whose `answer` is a secret: what a server asks when we log in."""
_SHOP_KEYS = ("key", "keys")
"""The same in a shop's settings; elsewhere a key may be the name of a file."""
_SHOP_SUSPECT = re.compile(rb"(?m)\bkeys?[\"']?\s*:")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What messages were processed with."""

    hash: str
    """:attr:`Workspace.hash`."""
    version: str
    """Of the package, which names the grammars that came with it."""
    files: Mapping[str, bytes]
    """By name: ``gateway.yaml``, ``partners/…``, ``mappings/…``, ``grammars/…``."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why a file is not in it, by name."""
    packaged: frozenset[str] = frozenset()
    """Those of its files that came with the package."""
    masked: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Lines from 1 on in which something was masked, by name. Not kept."""


def collect(workspace: Workspace) -> Snapshot:
    """The files of a workspace as they are now. Raises nothing; what cannot be read is no part.

    Its hash is another one than the workspace's when a file was changed since that was loaded.
    """
    paths = sources(workspace)
    files = dict(_contents(paths))
    ours = frozenset(name for name in files if is_packaged(paths[name], workspace.root))
    referred = set(_referred(workspace.root, paths, files))
    kept: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    lines: dict[str, tuple[int, ...]] = {}
    for name, data in files.items():
        if name in ours:  # nothing of ours is secret
            kept[name] = data
            continue
        reason = "a reference names it" if paths[name].resolve() in referred else _unfit(name, data)
        masked = None if reason else _masked(name, data)
        if masked is None:
            left_out[name] = reason or "not readable as YAML"
            continue
        kept[name] = masked
        if masked != data:
            lines[name] = _changed_lines(data, masked)
    return Snapshot(_digest(files), version(), kept, left_out, ours, lines)


def is_packaged(path: Path, root: Path) -> bool:
    """Whether a file came with the package, seen from a workspace."""
    return path.is_relative_to(installed()) and not root.is_relative_to(installed())


def _changed_lines(data: bytes, masked: bytes) -> tuple[int, ...]:
    before, after = data.split(b"\n"), masked.split(b"\n")
    pairs = enumerate(zip(before, after, strict=False), 1)
    changed = tuple(line for line, (old, new) in pairs if old != new)
    # a secret over several lines moves all that come after it
    return changed if len(before) == len(after) else changed[:1] or (1,)


def hash_of(
    root: Path, partners: Path, functions: str | None = None, shops: Path = Path(SHOPS)
) -> str:
    """SHA-256 over names and contents of all that decides how a message is handled."""
    return _digest(_contents(dict(_sources(root, partners, functions, shops))))


def contents_of(
    root: Path, partners: Path, functions: str | None = None, shops: Path = Path(SHOPS)
) -> dict[str, bytes]:
    """All that :func:`hash_of` covers, by its names in a snapshot."""
    return dict(_contents(dict(_sources(root, partners, functions, shops))))


def digest_of(files: Mapping[str, bytes]) -> str:
    """What :func:`hash_of` gives for these files."""
    return _digest(files)


def sources(workspace: Workspace) -> dict[str, Path]:
    """The files of a workspace by their names in a snapshot; reads nothing."""
    settings = workspace.settings
    folders = {PARTNERS: Path(settings.partners), SHOPS: Path(settings.shops)}
    found = dict(_sources(workspace.root, folders[PARTNERS], settings.functions, folders[SHOPS]))
    if workspace.home is not None:  # their folders may be links there, which are not followed
        for kind, folder in folders.items():
            for place in _places(workspace.root / folder):
                inside = _files(place.resolve(), "*") if place.is_symlink() else ()
                found |= {f"{kind}/{place.name}/{name}": path for name, path in inside}
    return found


def _places(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def as_kept(name: str, data: bytes | None) -> bytes | None:
    """A file as a snapshot holds it: masked; ``None`` where it is left out, or there is none."""
    return None if data is None or _unfit(name, data) else _masked(name, data)


def without_secret(path: Sequence[str], value: str) -> str:
    """The value of a setting as a snapshot holds it. ``path``: ``("channels", "main", …)``."""
    names = [each for each in path if not each.isdigit()]
    hidden = any(_SECRET.search(each) for each in names)
    if hidden and not _REFERENCE.sub("", value).strip("[], "):
        return value  # nothing but references
    parent, name = ("", *names)[-2:]
    return _without_secret(parent, name, value, hidden=hidden)


@cache
def version() -> str:
    """Of the package; empty when it is not installed."""
    try:
        return metadata.version("edi-gateway")
    except metadata.PackageNotFoundError:
        return ""


def _digest(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256(f"gateway {version()}".encode())
    for name, content in files.items() if isinstance(files, Mapping) else files:
        digest.update(f"\0{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _contents(paths: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    for name, path in paths.items():
        try:
            yield name, path.read_bytes()
        except OSError:
            continue


def _sources(
    root: Path, partners: Path, functions: str | None = None, shops: Path = Path(SHOPS)
) -> Iterator[tuple[str, Path]]:
    """Names and files, each name once."""
    folders = [(PARTNERS, root / partners, "*"), (SHOPS, root / shops, "*")]
    folders += [("mappings", folder, "*") for folder in data_roots(root, "mappings")]
    packaged = (installed() / "grammars").resolve()
    for folder in data_roots(root, "grammars"):
        folders.append(("grammars", folder, "*.yaml" if folder == packaged else "*"))
    seen: set[str] = set()
    yield SETTINGS, root / SETTINGS
    if functions is not None and _is_inside(functions):
        seen.add(functions)
        yield functions, root / functions
    for kind, folder, pattern in folders:
        ours = is_packaged(folder, root)
        for inside, path in (_packaged if ours else _files)(folder, pattern):
            name = f"{kind}/{inside}"
            if name not in seen:
                seen.add(name)
                yield name, path


def packaged_files() -> dict[str, Path]:
    """What came with the package, by its names in a snapshot."""
    patterns = {"mappings": "*", "grammars": "*.yaml"}
    return {
        f"{kind}/{inside}": path
        for kind, pattern in patterns.items()
        for inside, path in _packaged((installed() / kind).resolve(), pattern)
    }


def _is_inside(written: str) -> bool:
    path = PurePosixPath(written)
    return not path.is_absolute() and ".." not in path.parts


def _files(folder: Path, pattern: str) -> list[tuple[str, Path]]:
    """What decides something in a folder, by its name there."""
    end = pattern.removeprefix("*")
    found = [each for each in _walk(str(folder), ()) if each[-1].endswith(end)]
    return [("/".join(each), folder.joinpath(*each)) for each in sorted(found)]


_MOST_LINKS = 3
"""Links to folders on the way to a file; folders full of links to each other end somewhere."""


def _walk(
    folder: str, inside: tuple[str, ...], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Names of the files below a folder; a house with many partners has many of them.

    A link to a folder is a folder, as it is for whoever reads the settings, but none that leads
    back up. ``above``: what the links on the way here lead to.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if is_beside(entry.name):
            continue
        with suppress(OSError):  # a link that leads to itself
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, (*inside, entry.name), above)
            elif entry.is_file():
                yield (*inside, entry.name)
            elif entry.is_dir():
                place, here = os.path.realpath(entry.path), os.path.realpath(folder)
                up = f"{here}{os.sep}".startswith(f"{place}{os.sep}")
                if not up and place not in above and len(above) < _MOST_LINKS:
                    yield from _walk(entry.path, (*inside, entry.name), (*above, place))


@cache
def _packaged(folder: Path, pattern: str) -> list[tuple[str, Path]]:
    """The same of the package, which gets no new files while a process runs."""
    return _files(folder, pattern)


def _unfit(name: str, data: bytes) -> str:
    """Why a file may not be kept, or nothing."""
    path = PurePosixPath(name)
    if path.suffix.lower() in _KEYS or path.name.startswith("id_") or _PRIVATE.search(data):
        return "a private key"
    if len(data) > LARGEST:
        return f"larger than {LARGEST} bytes"
    return "no text" if _CONTROL.search(data) and not _certificate(data) else ""


def _certificate(data: bytes) -> bool:
    """Whether a file is nothing but certificates, or a list of revoked ones, in DER."""
    from cryptography import x509  # noqa: PLC0415 (slow to load, and few need it)
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: PLC0415

    for load in (
        x509.load_der_x509_certificate,
        pkcs7.load_der_pkcs7_certificates,
        x509.load_der_x509_crl,
    ):
        with suppress(ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            load(data)
            return True
    return False


def _referred(root: Path, paths: Mapping[str, Path], files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files that hold secrets, as settings name them."""
    for name, data in files.items():
        for found in _REFERRED.findall(data.decode("utf-8", "replace")):
            for folder in (root, paths[name].parent):
                yield (folder / found.strip()).resolve()


def _masked(name: str, data: bytes) -> bytes | None:
    """A file without values that are secret; ``None`` where that cannot be told."""
    of_shop = name.startswith(f"{SHOPS}/")
    suspect = _SUSPECT.search(data) or (of_shop and _SHOP_SUSPECT.search(data))
    if not name.endswith(_YAML) or not suspect:
        return data
    also = _SHOP_KEYS if of_shop else ()
    text = data.decode("utf-8", "surrogateescape")
    try:
        plain = text.removeprefix("\ufeff")
        node = yaml.compose(plain, Loader=_QUICK)
        found = set(_secrets(node, "", also=also))
        if not found:
            return data
        with suppress(yaml.YAMLError):  # it takes less, and its places are exact
            exact = yaml.compose(plain, Loader=yaml.SafeLoader)
            found = set(_secrets(exact, "", also=also))
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return None
    shift = 1 if text.startswith("\ufeff") else 0
    for start, end, value in sorted(found, reverse=True):
        old, rest = text[start + shift : end + shift], text[end + shift :]
        line = "\n" if old.endswith("\n") else ""  # of a block scalar
        text = f"{text[: start + shift]}{json.dumps(value)}{line}{rest}"
    return text.encode("utf-8", "surrogateescape")


def _secrets(
    node: yaml.Node | None,
    parent: str,
    name: str = "",
    *,
    also: tuple[str, ...] = (),
    hidden: bool = False,
    seen: set[tuple[int, str, str, bool]] | None = None,
) -> Iterator[tuple[int, int, str]]:
    """Start, end and replacement of every scalar that holds a secret.

    ``name``: the setting that the node is the value of, ``parent``: the one above; ``also``: names
    of settings that are secret here; ``hidden``: everything in it is secret. ``seen``: where this
    was before, because aliases repeat nodes.
    """
    seen = set() if seen is None else seen
    here = (id(node), parent, name, hidden)
    if here in seen:
        return
    seen.add(here)
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _secrets(each, parent, name, also=also, hidden=hidden, seen=seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = str(key.value)
            secret = hidden or inner in also or _SECRET.search(inner) is not None
            yield from _secrets(value, name, inner, also=also, hidden=secret, seen=seen)
    elif isinstance(node, yaml.ScalarNode):
        text = _without_secret(parent, name, node.value, hidden=hidden)
        if text != node.value:
            yield node.start_mark.index, node.end_mark.index, text


def _without_secret(parent: str, name: str, value: str, *, hidden: bool) -> str:
    if hidden or (parent in _PROMPTS and name == "answer"):
        return MASK if value and not _REFERENCE.fullmatch(value.strip()) else value
    if parent in _ADDRESSES and name == "url":
        return _ADDRESS.sub(r"\1/", value)
    if parent in _QUERIES and name in _WITH_QUERY:
        value = _QUERY.sub(r"\1", value)
    return _USERINFO.sub(rf"\1{MASK}@", value)
