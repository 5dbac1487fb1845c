"""What the codes of acknowledgements mean, in our words, for people.

The wording is ours; the lists are data elements 0085 (ISO 9735), 720, 723, 718, 716 and their
likes in 999 (620, 621, 618), and I18 (X12.5).
"""

from __future__ import annotations

from collections.abc import Mapping

MEANING_0085: Mapping[str, str] = {
    "2": "syntax version or level not supported",
    "7": "the recipient is somebody else",
    "12": "a value is invalid",
    "13": "something mandatory is missing",
    "14": "a value is not supported here",
    "15": "a segment or element is not supported here",
    "16": "too many elements or components",
    "17": "no agreement",
    "18": "another error",
    "19": "decimal notation",
    "20": "a service character is not allowed",
    "21": "characters outside the level",
    "22": "service characters are wrong",
    "23": "the sender is unknown",
    "24": "too old",
    "25": "test messages are not taken",
    "26": "came before (duplicate)",
    "27": "a security function is not supported",
    "28": "references differ",
    "29": "a count is wrong",
    "30": "groups and messages mixed",
    "31": "several types in a group",
    "32": "empty",
    "33": "data between messages",
    "34": "nesting is not allowed",
    "35": "repeated too often",
    "36": "group repeated too often",
    "37": "wrong kind of characters",
    "38": "no digit before the decimal mark",
    "39": "a value is too long",
    "40": "a value is too short",
    "41": "a permanent error of the network",
    "42": "a passing error of the network",
    "43": "the recipient of the interchange is unknown",
    "45": "a trailing separator",
    "46": "the charset is not supported",
    "47": "the envelope is not supported",
    "48": "a dependency between elements is broken",
}
"""0085."""

MEANING_SEGMENT: Mapping[str, str] = {
    "1": "unknown segment",
    "2": "segment not expected",
    "3": "mandatory segment missing",
    "4": "loop repeated too often",
    "5": "segment repeated too often",
    "6": "segment not in the set",
    "7": "segment out of sequence",
    "8": "segment has element errors",
    "I4": "segment not used by the guide",
    "I6": "segment missing that another one asks for",
    "I7": "loop fewer times than the guide asks for",
    "I8": "segment fewer times than the guide asks for",
    "I9": "segment that another one forbids",
}
"""AK304, IK304."""

MEANING_ELEMENT: Mapping[str, str] = {
    "1": "mandatory element missing",
    "2": "conditionally required element missing",
    "3": "too many elements",
    "4": "too short",
    "5": "too long",
    "6": "invalid character",
    "7": "invalid code",
    "8": "invalid date",
    "9": "invalid time",
    "10": "elements exclude each other",
    "12": "too many repetitions",
    "13": "too many components",
    "I6": "code not used by the guide",
    "I9": "element missing that another one asks for",
    "I10": "element not used by the guide",
    "I11": "fewer repetitions than the guide asks for",
    "I12": "value does not fit the pattern of the guide",
    "I13": "element that another one forbids",
}
"""AK403, IK403."""

MEANING_SET: Mapping[str, str] = {
    "1": "transaction set not supported",
    "2": "trailer missing",
    "3": "control numbers differ",
    "4": "segment count is wrong",
    "5": "segments in error",
    "6": "set identifier missing or invalid",
    "7": "control number missing or invalid",
    "18": "set not in the group that it belongs to",
    "23": "control number used twice",
    "I5": "segments in error against the guide",
    "I6": "the guide is not supported",
}
"""AK502, IK502."""

MEANING_GROUP: Mapping[str, str] = {
    "1": "group not supported",
    "2": "version not supported",
    "3": "trailer missing",
    "4": "control numbers differ",
    "5": "count of sets is wrong",
    "6": "control number invalid",
    "19": "control number used twice",
}
"""AK905."""

MEANING_TA1: Mapping[str, str] = {
    "000": "no error",
    "001": "control numbers of header and trailer differ",
    "002": "standard not supported",
    "003": "version not supported",
    "004": "segment terminator is invalid",
    "005": "qualifier of the sender is invalid",
    "006": "sender is unknown",
    "007": "qualifier of the receiver is invalid",
    "008": "receiver is invalid",
    "009": "receiver is unknown",
    "010": "qualifier of the authorization is invalid",
    "011": "authorization is invalid",
    "012": "qualifier of the security information is invalid",
    "013": "security information is invalid",
    "014": "date is invalid",
    "015": "time is invalid",
    "016": "standards identifier is invalid",
    "017": "version is invalid",
    "018": "control number is invalid",
    "019": "request for an acknowledgement is invalid",
    "020": "test indicator is invalid",
    "021": "count of groups is wrong",
    "022": "control structure is invalid",
    "023": "the file ended early",
    "024": "contents are invalid",
    "025": "control number used twice",
    "026": "element separator is invalid",
    "027": "component separator is invalid",
    "028": "delivery date is invalid",
    "029": "delivery time is invalid",
    "030": "code of the delivery time is invalid",
    "031": "grade of service is invalid",
}
"""TA105."""
