"""The process that runs the rules: ``python -m gateway.validation.worker MEGABYTES``.

It reads one request after another from standard input and answers on standard output. What it
compiles it keeps. It lives in a process of its own because Saxon is a native library with a heap
that Python does not see, and because an invoice is written by a stranger: too much time or memory
ends this process and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gateway.validation.frames import FrameError, receive, send


class Rules:
    """Compiled rules and schemas by file."""

    def __init__(self) -> None:
        from saxonche import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            PySaxonProcessor,  # here, because the parent must not load it
        )

        self._processor = PySaxonProcessor(license=False)
        self._compiled: dict[tuple[str, int], Any] = {}
        self._schemas: dict[tuple[str, int], Any] = {}

    def report(self, file: str, text: str) -> bytes:
        """The SVRL of one file of rules."""
        key = (file, Path(file).stat().st_mtime_ns)
        rules = self._compiled.get(key)
        if rules is None:
            xslt = self._processor.new_xslt30_processor()
            rules = self._compiled[key] = xslt.compile_stylesheet(stylesheet_file=file)
        node = self._processor.parse_xml(xml_text=text)
        return str(rules.transform_to_string(xdm_node=node)).encode("utf-8")

    def schema(self, file: str, text: str) -> list[dict[str, Any]]:
        """What a schema finds, as ``line`` and ``text``."""
        from lxml import etree  # noqa: PLC0415

        key = (file, Path(file).stat().st_mtime_ns)
        schema = self._schemas.get(key)
        if schema is None:
            parser = etree.XMLParser(no_network=True, resolve_entities=False)
            schema = self._schemas[key] = etree.XMLSchema(etree.parse(file, parser))
        document = etree.fromstring(text, etree.XMLParser(huge_tree=True, no_network=True))
        schema.validate(document)
        return [{"path": one.path, "text": one.message} for one in schema.error_log]


def main(megabytes: int) -> None:
    """Answer requests until standard input ends."""
    _limit(megabytes)
    taken, given = sys.stdin.buffer, sys.stdout.buffer
    try:
        rules = Rules()
    except ImportError as missing:
        send(given, {"missing": str(missing)})
        return
    send(given, {"ready": True})
    while True:
        try:
            head, body = receive(taken)
        except FrameError:
            return
        try:
            send(given, *_answer(rules, head, body.decode("utf-8")))
        except Exception as broken:
            reason = f"{type(broken).__name__}: {broken}"
            send(given, {"failed": " ".join(reason.split())[:500]})


def _answer(rules: Rules, head: dict[str, Any], text: str) -> tuple[dict[str, Any], bytes]:
    if head["do"] == "schema":
        return {"found": rules.schema(head["file"], text)[:200]}, b""
    return {}, rules.report(head["file"], text)


def _limit(megabytes: int) -> None:
    """Limit the memory that the process may fill.

    Its address space cannot be limited: Saxon reserves far more than it uses.
    """
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return
    most = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
