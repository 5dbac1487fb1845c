"""Problems of the channel layer with files that are put on partners' servers (T350-T364)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_row = partial(row, Layer.CHANNEL)
_WARNING = Severity.WARNING
_ONCE = (
    " A file is never put there twice by guessing: where nobody can tell whether it arrived, a "
    "person decides."
)

CODES = (
    _row(
        "T350",
        "File on the server has another size",
        "{name} has {found} bytes on the server after {size} bytes were written",
        why="The size is compared before a file gets its name, so that the partner never finds a "
        "part of one. It is written anew.",
        remedy="ask the partner whether his server is short of room, or changes files as they "
        "arrive (line ends, encryption); a server that changes them has to do that elsewhere",
        severity=_WARNING,
    ),
    _row(
        "T351",
        "The server does not rename",
        "{name} lies complete on the server as {temporary}, but the server does not rename it: "
        "{reason}",
        why="A file is written under a temporary name and renamed when it is whole, so that the "
        "partner never takes a part of it.",
        remedy="ask the partner to let us rename files in this folder; where his server cannot, "
        "set `temporary: none` in send of the channel",
        severity=_WARNING,
    ),
    _row(
        "T352",
        "File taken under its temporary name",
        "{temporary} was gone from the server before it was renamed to {name}",
        why="A server that takes every file at once took it under the wrong name." + _ONCE,
        remedy="ask the partner what became of {temporary}; set `temporary` in send of the channel "
        "to a name that his server leaves alone, or to none; then: gateway replay {id} --reason …",
    ),
    _row(
        "T353",
        "Taken for delivered after an answer was lost",
        "the answer to the rename of {name} was lost; {seen}: it is taken for delivered",
        why="The whole file lay on the server under its temporary name, and only our rename takes "
        "that away. What lies there now does not prove it, because the partner takes files.",
        remedy="when it matters, ask the partner whether he has {name}",
        severity=_WARNING,
    ),
    _row(
        "T354",
        "Settings changed while a file was on its way",
        "{name} was being put into another place when the settings of {partner}, channel "
        "{channel}, were changed; whether it arrived there cannot be seen any more",
        why="The server or folder of the channel is another one now, so that nobody can look "
        "whether {temporary} was renamed there." + _ONCE,
        remedy="ask the partner whether he has {name}; if he has not: gateway replay {id} "
        "--reason …",
    ),
    _row(
        "T355",
        "Unknown whether a file arrived",
        "{name} was being written on the server when the connection was lost, and is not there now",
        why="With `temporary: none` a file has its name from the start. It may have been whole, "
        "and taken by the partner; or it never came to be." + _ONCE,
        remedy="ask the partner whether he has {name}; if he has not: gateway replay {id} "
        "--reason …",
    ),
    _row(
        "T356",
        "Marker cannot be put beside a file",
        "{name} is on the server, but {marker} cannot be put beside it: {reason}",
        why="The partner takes a file when its marker is there. Only the marker is tried again.",
        remedy="ask the partner to let us write {marker}; where he needs none, remove `done` from "
        "send of the channel",
        severity=_WARNING,
    ),
    _row(
        "T357",
        "Channel is gone",
        "{name} waits for {partner}, channel {channel}, which does not send files to a server any "
        "more",
        why="The settings have changed since the file was planned.",
        remedy="give the partner a channel {channel} with send again; or, when another channel "
        "takes its place: gateway replay {id} --reason …",
        severity=_WARNING,
    ),
    _row(
        "T358",
        "Bytes of a file cannot be read",
        "the bytes of {name} cannot be read: {reason}",
        why="What is sent lies in the archive or the database; without it nothing can be sent.",
        remedy="gateway doctor looks for what is missing in the archive",
        severity=_WARNING,
    ),
    _row(
        "T359",
        "File has another size under its name",
        "{name} has {found} bytes on the server after {size} bytes were written under its name",
        why="With `temporary: none` the partner may have taken it already." + _ONCE,
        remedy="ask the partner what he has, and whether his server changes files as they arrive; "
        "if he has not got it: gateway replay {id} --reason …",
    ),
    _row(
        "T360",
        "What was written is read otherwise",
        "the test file {name} holds other bytes when it is read back: {found} bytes are read, "
        "{size} were written",
        why="A server that changes files as they arrive damages documents.",
        remedy="ask the partner to switch off what changes files there (line ends, encryption, "
        "compression)",
    ),
    _row(
        "T361",
        "Folder cannot be used",
        "{folder} cannot be used: {reason}",
        why="The account that runs the gateway has to read, write and rename in it.",
        remedy="make the folder, connect the share, or give the gateway's account permission on "
        "{folder}",
    ),
    _row(
        "T362",
        "Nobody answers at the address",
        "{address} cannot be reached: {reason}",
        why="A connection was tried, and nothing was sent.",
        remedy="check the address in the channel, the name service and the firewall",
    ),
    _row(
        "T363",
        "Setting of the channel cannot be used",
        "{setting} cannot be used: {reason}",
        why="A test tries what the channel needs before anything is sent.",
        remedy="mend it as told; gateway check shows its place in the settings",
    ),
    _row(
        "T364",
        "Test file taken at once",
        "{name} was gone from the server right after it was written",
        why="A server that takes every file at once would take documents under a temporary name.",
        remedy="ask the partner which names his server leaves alone, and set `temporary` in send "
        "of the channel to one of them, or to none",
    ),
)
