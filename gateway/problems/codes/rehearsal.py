"""Problems of test mode, rehearsals and going live (codes C52…, C53…, P25…)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_CONFIG = partial(row, Layer.CONFIG)
_PIPELINE = partial(row, Layer.PIPELINE)
_WARN = Severity.WARNING

_SETTINGS = (
    _CONFIG(
        "C520",
        "Test channel unknown",
        "channel {channel}: test: {value} is no channel of {partner}; there are {known}",
        why="Agreements in test use this channel instead; without it nothing would go to the "
        "partner's test system.",
        remedy="name a channel of the same file, or write one with the address of the test system",
    ),
    _CONFIG(
        "C521",
        "Test channel that points on",
        "channel {channel}: test: {value} {reason}",
        why="The channel of the test system is used as it stands; it has no test channel itself.",
        remedy="name a channel that has no `test:` of its own",
    ),
    _CONFIG(
        "C522",
        "Sandbox in a live folder",
        "erp.sandbox.{side}: {value} is also {other}",
        why="Test documents would lie among the live ones, and the ERP would book them.",
        remedy="give the sandbox folders of its own, like var/erp/test/in and var/erp/test/out",
    ),
    _CONFIG(
        "C523",
        "Test messages that are marked as live",
        "syntax.x12.usage is P, but {count} agreements of {partner} are in test",
        why="ISA15 would say P (production) in every test message; the partner would book it.",
        remedy="remove `usage`: it follows the mode of the agreement",
        severity=_WARN,
    ),
    _CONFIG(
        "C524",
        "Live messages that are marked as a test",
        "syntax.x12.usage is T, but {count} agreements of {partner} are live",
        why="ISA15 would say T (test) in every live message; the partner would throw it away.",
        remedy="remove `usage`: it follows the mode of the agreement",
        severity=_WARN,
    ),
    _CONFIG(
        "C525",
        "A mode that the file cannot be given",
        "{file}: {reason}",
        why="The command changes one value in the text and leaves everything else as it is; here "
        "it would have to guess.",
        remedy="write `mode: {mode}` into the file by hand, then: gateway check",
    ),
    _CONFIG(
        "C526",
        "Not known here",
        "{partner} has no {what}; there is {known}",
        why="A mode is given to a partner or to his agreements about one document.",
        remedy="name one of these",
    ),
)

_DEMANDS = (
    _CONFIG(
        "C530",
        "Settings not ready to go live",
        "{count} problems are open in the settings of {partner}; the first: {first}",
        why="What the check refuses, or marks for a person to decide, decides about live goods.",
        remedy="gateway check, mend what it tells, and remove the marks that were decided",
    ),
    _CONFIG(
        "C531",
        "Samples missing or not as expected",
        "{what}",
        why="A sample shows that a message of this partner becomes the right file for the ERP.",
        remedy="{how}",
    ),
    _CONFIG(
        "C532",
        "Rehearsal failed",
        "{failed} of {count} scenarios do not come out as they should: {names}",
        why="Each scenario is a piece of business that the agreements allow, so it will happen.",
        remedy="gateway partner rehearse {partner}",
    ),
    _CONFIG(
        "C533",
        "No test message exchanged",
        "no {document} was {way} in test mode",
        why="Only the partner's own system shows what it really sends and takes.",
        remedy="{how}",
    ),
    _CONFIG(
        "C534",
        "No acknowledgement exchanged",
        "{what}",
        why="An acknowledgement shows that the other side could read what arrived.",
        remedy="{how}",
    ),
    _CONFIG(
        "C535",
        "Connection not tried",
        "nothing has come or gone by channel {channel} of {partner}",
        why="An address, a key or a firewall is wrong more often than a map.",
        remedy="{how}",
    ),
    _CONFIG(
        "C536",
        "Certificates missing or ending soon",
        "{what}",
        why="With an expired certificate the exchange stops from one minute to the next.",
        remedy="gateway partner certs {partner}; exchange new ones with the partner first",
    ),
    _CONFIG(
        "C537",
        "Nobody to call",
        "{partner} has no contact with an e-mail address or a telephone number",
        why="When his messages stop, somebody here has to know whom to call.",
        remedy="add to the partner's file: contacts: {{edi: {{name: …, email: …}}}}",
    ),
    _CONFIG(
        "C538",
        "Nothing is expected of the partner",
        "no agreement of {partner} says when a document or an answer is missed",
        why="A partner who falls silent makes no error anywhere.",
        remedy="set `expect:` of an inbound agreement, `acknowledge: {{within: 24h}}` of an "
        "outbound one, or `silent:` of a channel",
        severity=_WARN,
    ),
    _CONFIG(
        "C539",
        "Number in the ERP unknown",
        "{partner} has no {what}",
        why="By it the ERP's files are recognised as his, and his documents are booked.",
        remedy="set identities.erp.customer (or identities.gln) in the partner's file",
    ),
)

_WORK = (
    _PIPELINE(
        "P250",
        "Live document for a partner in test",
        "{document} of the live folders is for {partner}, whose agreement is in test",
        why="A live document is never sent as a test: the partner would not book it, and here it "
        "would count as sent.",
        remedy="to send it as a test, put the file into {folder}; after `gateway partner live "
        "{partner}`: gateway replay {id} --reason …",
    ),
    _PIPELINE(
        "P251",
        "Test document for a live partner",
        "{document} of the test folders is for {partner}, whose agreement is live",
        why="A test document under a live agreement would be booked by the partner.",
        remedy="put the file into {folder} if it is meant, or agree a test: a second agreement "
        "about {document} with `mode: test`",
    ),
    _PIPELINE(
        "P252",
        "Step of a rehearsal not as expected",
        "{step}: expected {expected}, came out {found}",
        why="A rehearsal plays what the agreements allow; what fails here fails with the partner.",
        remedy="{how}",
    ),
    _PIPELINE(
        "P253",
        "No example can be made that fits",
        "{partner}, {what}: {finding}",
        why="An example is written by the partner's map and judged by his guide; here they ask for "
        "what the other one cannot give.",
        remedy="see whether the map writes what the guide asks for (gateway map check); an "
        "overlay can add it",
    ),
    _PIPELINE(
        "P254",
        "Not ready to go live",
        "{count} demands on {partner} are open: {names}",
        why="What is not tried before is tried with real orders.",
        remedy="gateway partner gate {partner} tells what to do about each; to go live all the "
        "same: --anyway REASON",
    ),
    _PIPELINE(
        "P255",
        "Gone live with open demands",
        "{partner} goes live with {count} open demands: {names}; reason: {reason}",
        why="Somebody decided that; it stands in the history of this gateway.",
        remedy="close them: gateway partner gate {partner}",
        severity=_WARN,
    ),
    _PIPELINE(
        "P256",
        "No sample for the partner's page",
        "no sample of {document} {direction} of {partner} could be made; his page has none",
        why="A sample goes the real way through guide and maps, which contradict each other, or "
        "ask for what no example holds.",
        remedy="gateway sample {partner} {document} tells why",
        severity=_WARN,
    ),
)

CODES = (*_SETTINGS, *_DEMANDS, *_WORK)
