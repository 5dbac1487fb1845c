"""The settings files of an OpenAS2 for one test: ours, so that nothing of theirs is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    PKCS12Certificate,
    serialize_key_and_certificates,
)

from tests.as2.credentials import certificate, own

PASSWORD = "peer"
PROCESSOR = "org.openas2.processor"
ALWAYS = {"protocol": "as2", "subject": "from the peer", "resend_max_retries": "0"}
TRACKED = {
    "VARCHAR": (
        "MSG_ID PRIOR_MSG_ID MDN_ID DIRECTION IS_RESEND SENDER_ID RECEIVER_ID STATUS STATE "
        "SIGNATURE_ALGORITHM ENCRYPTION_ALGORITHM COMPRESSION FILE_NAME CONTENT_TYPE "
        "CONTENT_TRANSFER_ENCODING MDN_MODE MDN_RESPONSE STATE_MSG"
    ),
    "INTEGER": "RESEND_COUNT",
    "TIMESTAMP": "CREATE_DT UPDATE_DT",
}
"""The columns of its table of messages, which it does not make itself."""
MAILCAP = "multipart/*;; x-java-content-handler=com.sun.mail.handlers.multipart_mixed\n"
LOGBACK = """<configuration><appender name="O" class="ch.qos.logback.core.ConsoleAppender">
<encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder></appender>
<root level="info"><appender-ref ref="O"/></root></configuration>
"""
"""Later versions log with logback, and everything unless told otherwise."""
CONTENT_TYPES = {
    "edifact": "application/EDIFACT",
    "x12": "application/EDI-X12",
    "xml": "application/xml",
    "octets": "application/octet-stream",
    "text": "text/plain",
}
"""By folder of the outbox: what the files in it are sent as."""


@dataclass(frozen=True, slots=True)
class Partnership:
    """One direction between two AS2 ids, with the names OpenAS2 has for its settings."""

    sender: str
    receiver: str
    sender_key: str
    receiver_key: str
    """Names of ``tests/as2/keys``."""
    attributes: Mapping[str, str] = field(default_factory=dict)


def write(
    folder: Path,
    port: int,
    mdn_port: int,
    partnerships: Sequence[Partnership],
    *,
    key: str,
    tracking: bool = False,
) -> Path:
    """Everything below ``folder``; ``key`` is the one the peer has the private key of.

    ``tracking`` is its table of messages (H2), which is on as it comes and costs half of its time.
    """
    config = folder / "config"
    config.mkdir(parents=True)
    keys = {key for each in partnerships for key in (each.sender_key, each.receiver_key)}
    _keystore(config / "keys.p12", key, sorted(keys - {key}))
    _save(_partnerships(partnerships), config / "partnerships.xml")
    _save(Element("commands"), config / "commands.xml")
    _save(_config(folder, port, mdn_port, tracking), config / "config.xml")
    (config / "logback.xml").write_text(LOGBACK)
    for name in CONTENT_TYPES:
        (folder / "outbox" / name).mkdir(parents=True)
    return config / "config.xml"


def _save(root: Element, path: Path) -> None:
    ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)


def _keystore(path: Path, key: str, others: Sequence[str]) -> None:
    mine = own(key)
    more = [PKCS12Certificate(certificate(name).certificate, name.encode()) for name in others]
    # the BouncyCastle of OpenAS2 2.10 reads no newer protection of the file
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048).hmac_hash(SHA1())
    builder = builder.key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
    lock = builder.build(PASSWORD.encode())
    assert mine.key is not None
    path.write_bytes(
        serialize_key_and_certificates(key.encode(), mine.key, mine.certificate, more, lock)
    )


def _partnerships(partnerships: Sequence[Partnership]) -> Element:
    root = Element("partnerships")
    names: dict[tuple[str, str], str] = {}
    for each in partnerships:
        for as2_id, key in (
            (each.sender, each.sender_key),
            (each.receiver, each.receiver_key),
        ):
            if (as2_id, key) not in names:
                names[as2_id, key] = name = f"p{len(names)}"
                SubElement(
                    root, "partner", name=name, as2_id=as2_id, x509_alias=key, email="as2@localhost"
                )
    for each in partnerships:
        sender = names[each.sender, each.sender_key]
        receiver = names[each.receiver, each.receiver_key]
        node = SubElement(root, "partnership", name=f"{sender}-{receiver}")
        SubElement(node, "sender", name=sender)
        SubElement(node, "receiver", name=receiver)
        for name, value in {**ALWAYS, **each.attributes}.items():
            SubElement(node, "attribute", name=name, value=value)
    return root


def _config(folder: Path, port: int, mdn_port: int, tracking: bool) -> Element:
    root = Element("openas2")
    SubElement(
        root,
        "properties",
        {
            "storageBaseDir": str(folder / "data"),
            "sql_timestamp_format": "yyyy-MM-dd HH:mm:ss.SSS",
            "log_date_format": "yyyy-MM-dd HH:mm:ss.SSS",
            "as2_message_id_format": "OPENAS2-$date.ddMMyyyyHHmmssZ$-$rand.UUID$@peer",
            "as2_receive_message_filename_fallback": "$rand.shortUUID$",
        },
    )
    SubElement(
        root,
        "certificates",
        classname="org.openas2.cert.PKCS12CertificateFactory",
        filename="%home%/keys.p12",
        password=PASSWORD,
        interval="300",
    )
    SubElement(
        root,
        "partnerships",
        classname="org.openas2.partner.XMLPartnershipFactory",
        filename="%home%/partnerships.xml",
    )
    SubElement(
        root,
        "commands",
        classname="org.openas2.cmd.XMLCommandRegistry",
        filename="%home%/commands.xml",
    )
    processor = SubElement(
        root,
        "processor",
        classname=f"{PROCESSOR}.DefaultProcessor",
        pendingMDN=str(folder / "data/pending"),
        pendingMDNinfo=str(folder / "data/pendinginfo"),
    )
    _modules(processor, folder, port, mdn_port)
    if tracking:
        _tracking(processor, folder)
    return root


def _modules(processor: Element, folder: Path, port: int, mdn_port: int) -> None:
    def module(name: str, **parameters: str) -> None:
        SubElement(processor, "module", classname=f"{PROCESSOR}.{name}", **parameters)

    data = folder / "data"
    module("sender.AS2SenderModule", retries="0")
    module("sender.MDNSenderModule", retries="0")
    for name, mimetype in CONTENT_TYPES.items():
        module(
            "receiver.AS2DirectoryPollingModule",
            outboxdir=str(folder / "outbox" / name),
            errordir=str(data / "error"),
            sentdir=str(data / "sent"),
            stored_sent_filename="$msg.attributes.filename$",
            interval="1",
            delimiters="-",
            mergeextratokens="true",
            sendfilename="true",
            format="sender.as2_id, receiver.as2_id, attributes.filename",
            mimetype=mimetype,
        )
    common = {"protocol": "as2", "tempdir": str(data / "temp")}
    module("storage.MDNFileModule", filename=f"{data}/mdn/$mdn.msg.headers.message-id$", **common)
    module(
        "storage.MessageFileModule",
        filename=f"{data}/inbox/$msg.headers.message-id$",
        header=f"{data}/headers/$msg.headers.message-id$",
        **common,
    )
    module(
        "receiver.AS2ReceiverModule",
        port=str(port),
        errordir=str(data / "inbox-error"),
        errorformat="sender.as2_id, receiver.as2_id, headers.message-id",
    )
    module("receiver.AS2MDNReceiverModule", port=str(mdn_port))


def _tracking(processor: Element, folder: Path) -> None:
    columns = [f"{name} {kind}" for kind, names in TRACKED.items() for name in names.split()]
    table = f"CREATE TABLE IF NOT EXISTS msg_metadata({', '.join(columns)})"
    SubElement(
        processor,
        "module",
        classname=f"{PROCESSOR}.msgtracking.DbTrackingModule",
        use_embedded_db="true",
        db_user="sa",
        db_pwd=PASSWORD,
        db_name="openas2",
        table_name="msg_metadata",
        db_directory=str(folder / "db"),
        jdbc_driver="org.h2.Driver",
        jdbc_connect_string=f"jdbc:h2:{folder}/db/openas2;INIT={table}",
        sql_escape_character="'",
        tcp_server_start="false",
    )
