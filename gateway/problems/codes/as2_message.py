"""Problems of AS2 messages: their MIME parts and layers, what was agreed (T220-T244, T278-T279)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer

CODES: tuple[Code, ...] = (
    Code(
        code="T220",
        layer=Layer.CHANNEL,
        title="Header block too long",
        sentence="the header fields of a part do not end within {limit} bytes",
        why=(
            "Fields of a message are some hundred bytes. Megabytes of them are meant to exhaust "
            "the reader, or the blank line that ends them is missing."
        ),
        remedy="have the sender's software checked; after decryption: for which certificate",
    ),
    Code(
        code="T221",
        layer=Layer.CHANNEL,
        title="Too many header fields",
        sentence="a part has more than {limit} header fields",
        why="No product writes so many; they would only cost time.",
        remedy="have the sender's software checked, or raise the limit of the channel",
    ),
    Code(
        code="T222",
        layer=Layer.CHANNEL,
        title="Unreadable header field",
        sentence="line {found} of the header fields is not `Name: value`",
        why=(
            "What a part is and how it is encoded stands in its fields. A line that is none means "
            "that the part begins elsewhere, that its blank line is missing, or that it was "
            "decrypted to other bytes than were sent."
        ),
        remedy="have the sender's software checked; a part without fields begins with a blank line",
    ),
    Code(
        code="T223",
        layer=Layer.CHANNEL,
        title="Unreadable Content-Type",
        sentence="Content-Type {found} cannot be used: {why}",
        why="Without boundary and type the parts of a message cannot be told apart.",
        remedy='have the sender write it as RFC 2045 says: multipart/signed; boundary="…"',
    ),
    Code(
        code="T224",
        layer=Layer.CHANNEL,
        title="Multipart without parts",
        sentence="no part stands between lines `--{boundary}`, as Content-Type says",
        why=(
            "A line of the body was changed or lost on the way, or Content-Type does not belong to "
            "this body."
        ),
        remedy="have the message sent again; look at proxies that change bodies",
    ),
    Code(
        code="T225",
        layer=Layer.CHANNEL,
        title="Multipart is not closed",
        sentence="the line `--{boundary}--` is missing: the body breaks off",
        why="The end of the body is missing; what is there may be only half a document.",
        remedy="have the message sent again; compare its Content-Length with what arrived",
    ),
    Code(
        code="T226",
        layer=Layer.CHANNEL,
        title="Too many parts",
        sentence="the message has more than {limit} parts",
        why="Thousands of parts are meant to exhaust the reader.",
        remedy="have fewer attachments sent in one message, or raise the limit of the channel",
    ),
    Code(
        code="T227",
        layer=Layer.CHANNEL,
        title="Bad base64",
        sentence="the body is said to be base64, but is not: {why}",
        why=(
            "Characters that do not belong into base64 are no noise to be skipped: bytes of the "
            "document would be missing without notice."
        ),
        remedy="have the message sent again, binary if the partner's software can",
    ),
    Code(
        code="T228",
        layer=Layer.CHANNEL,
        title="Bad quoted-printable",
        sentence="the body is said to be quoted-printable, but holds {found}",
        why="An equals sign is followed by two hexadecimal digits or by the end of the line.",
        remedy="have the message sent again, binary if the partner's software can",
    ),
    Code(
        code="T229",
        layer=Layer.CHANNEL,
        title="Unknown transfer encoding",
        sentence=(
            "Content-Transfer-Encoding is {found}; expected: binary, base64, quoted-printable, "
            "8bit or 7bit"
        ),
        why="The document is somewhere in it, but cannot be taken out.",
        remedy="have the sender use one of these; binary is usual with AS2",
    ),
    Code(
        code="T230",
        layer=Layer.CHANNEL,
        title="Too many layers",
        sentence="the message is wrapped more than {limit} times",
        why="Signature, encryption, compression are three; more are meant to exhaust the reader.",
        remedy="have the sender use each of them once",
    ),
    Code(
        code="T231",
        layer=Layer.CHANNEL,
        title="Declared as S/MIME, but it is not",
        sentence="the part is {declared}, but holds {found}",
        why=(
            "What is declared to be encrypted, signed or compressed and cannot be opened is never "
            "handed on as a document."
        ),
        remedy="have the sender's software checked; the body may have been changed on the way",
    ),
    Code(
        code="T232",
        layer=Layer.CHANNEL,
        title="Compressed twice",
        sentence="the message is compressed inside of a compressed layer",
        why="RFC 5402 allows one, before or after the signature; two are the form of a zip bomb.",
        remedy="have the sender compress once",
    ),
    Code(
        code="T233",
        layer=Layer.CHANNEL,
        title="Signed twice",
        sentence="the signed part is itself signed",
        why=(
            "Which of the signatures names the sender, and over which part the receipt gives its "
            "digest, would be a guess; wrapped signatures are a known attack."
        ),
        remedy="have the sender sign once; several signers fit into one signature",
    ),
    Code(
        code="T234",
        layer=Layer.CHANNEL,
        title="multipart/signed has other than two parts",
        sentence="multipart/signed has {count} parts; expected: the content and its signature",
        why="Bytes that no signature covers must not pass as signed (RFC 1847 §2.1).",
        remedy="have the sender's software checked; several documents go into multipart/related",
    ),
    Code(
        code="T235",
        layer=Layer.CHANNEL,
        title="Not an S/MIME signature",
        sentence="the second part of multipart/signed is {found}; expected: {expected}",
        why="AS2 signs with S/MIME (RFC 8551); a signature of another kind cannot be verified.",
        remedy="have the sender sign with S/MIME",
    ),
    Code(
        code="T236",
        layer=Layer.CHANNEL,
        title="A receipt where a document should be",
        sentence="the message holds a receipt (multipart/report), not a document",
        why="A receipt is signed at most (RFC 4130 §7); in other layers it is none.",
        remedy="have the partner send receipts neither encrypted nor compressed",
    ),
    Code(
        code="T237",
        layer=Layer.CHANNEL,
        title="Encrypted inside of its signature",
        sentence="the signature is around what is encrypted; expected: inside of it",
        why=(
            "Such a signature proves only who passed the bytes on, not who wrote what is in them. "
            "Anybody whose signature counts could sign what another partner encrypted for us, and "
            "learn from our answers what is in it."
        ),
        remedy="have the partner sign first and encrypt then, as all AS2 products do",
    ),
    Code(
        code="T238",
        layer=Layer.CHANNEL,
        title="Message is not signed",
        sentence="the message carries no signature; agreed with {partner}: signed",
        why="Without a signature anybody could have sent it, or have changed it.",
        remedy=("have the partner sign; where that was agreed otherwise: receive.signed: allowed"),
    ),
    Code(
        code="T239",
        layer=Layer.CHANNEL,
        title="Message is not encrypted",
        sentence="the message came in the clear; agreed with {partner}: encrypted",
        why="Whoever stands in between can read it.",
        remedy=("have the partner encrypt; if TLS is enough for you: receive.encrypted: allowed"),
    ),
    Code(
        code="T240",
        layer=Layer.CHANNEL,
        title="Message is not compressed",
        sentence="the message is not compressed; agreed with {partner}: compressed",
        why="The agreement requires it.",
        remedy="have the partner compress, or set receive.compressed: allowed",
    ),
    Code(
        code="T241",
        layer=Layer.CHANNEL,
        title="Layer that was not agreed",
        sentence="the message is {layer}; agreed with {partner}: not {layer}",
        why="The agreement refuses it.",
        remedy="have the partner send it as agreed, or set receive.{layer}: allowed",
    ),
    Code(
        code="T242",
        layer=Layer.CHANNEL,
        title="Signature over SHA-1",
        sentence="the signature of {signer} is made over SHA-1",
        why=(
            "Two documents with the same SHA-1 can be made. It is accepted only where the "
            "agreement says so, and then with this warning."
        ),
        remedy="have the partner sign with SHA-256; until then: receive.sha1: true",
    ),
    Code(
        code="T243",
        layer=Layer.CHANNEL,
        title="Encrypted with 3DES",
        sentence="the message is encrypted with 3DES",
        why=(
            "Its blocks of 64 bits leak after some gigabytes. It is accepted only where the "
            "agreement says so, and then with this warning."
        ),
        remedy="have the partner encrypt with AES; until then: receive.triple_des: true",
    ),
    Code(
        code="T244",
        layer=Layer.CHANNEL,
        title="An attachment that is no document",
        sentence="one of several parts is {found}; expected: documents",
        why=(
            "A part that consists of parts, or is signed, encrypted or compressed by itself, would "
            "be handed on unopened. Layers are around all parts together (RFC 6362)."
        ),
        remedy=(
            "have the partner put all documents side by side into one multipart/related; a file "
            "that is meant to stay in its S/MIME form goes as application/octet-stream"
        ),
    ),
    Code(
        code="T278",
        layer=Layer.CHANNEL,
        title="The key of another message",
        sentence=(
            "the encrypted key of the message (SHA-256 {key}…) came before with other content; "
            "expected: a new key for each message"
        ),
        why=(
            "Every product makes a new key for each message, and sends a message again as it was. "
            "Who sends a known key with changed content wants to learn from the answers what is "
            "in the message that he read on the wire. Our key is not used for it."
        ),
        remedy=(
            "ask the partner whether he sent it. If he did, have it built and sent anew, not the "
            "same bytes again; if that is refused, too, his product uses one key for several "
            "messages, which has to be mended there. If he did not, somebody reads the line: "
            "nothing was taken in"
        ),
    ),
    Code(
        code="T279",
        layer=Layer.CHANNEL,
        title="Around a signature stands what no sender writes",
        sentence="between the encryption (CBC) and what is signed stands {found}",
        why=(
            "No signature covers these bytes, and CBC lets anybody move blocks into them. If they "
            "were passed over, the answer to a forged message would tell what a block holds."
        ),
        remedy=(
            "have the message sent again; if it happens again, show this sentence to the partner, "
            "or agree with him on aes-256-gcm, which has no such limit"
        ),
    ),
)
