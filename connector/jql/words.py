"""The words of JQL: which are reserved, and how text is quoted and escaped.

Facts from Atlassian's "JQL reserved words" and from trying their parser: `all` and `unlock` are free in it.
"""

import re

_RESERVED = """
abort access add after alias alter and any as asc audit avg before begin between boolean break by byte catch cf
changed char character check checkpoint collate collation column commit connect continue count create current date
decimal declare decrement default defaults define delete delimiter desc difference distinct divide do double drop during
else empty encoding end equals escape exclusive exec execute exists explain false fetch file field first float for
from function go goto grant greater group having identified if immediate in increment index initial inner inout
input insert int integer intersect intersection into is isempty isnull join last left less like limit lock long max
min minus mode modify modulo more multiply next noaudit not notin nowait null number object of on option or order
outer output power previous prior privileges public raise raw remainder rename resource return returns revoke right
row rowid rownum rows select session set share size sqrt start strict string subtract sum synonym table then to
trans transaction trigger true uid union unique update user validate values view was when whenever where while with
"""
RESERVED = frozenset(_RESERVED.split())
"""Words, in lower case, that mean themselves only between quotes."""

CONTROL = r"\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
ESCAPE = r"\\(?:[tnr\\'\" ]|u[0-9a-fA-F]{4})"
PLAIN = rf"(?:[^ \r\n{CONTROL}\"'\\(),\[\]=!<>~|&{{}}*/%+^$#@?;]|{ESCAPE})+"
"""A word without quotes: anything but white space, control characters, operators and the reserved characters."""

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
_ESCAPED = re.compile(ESCAPE)
_BARE = re.compile(PLAIN)
_NEEDS_ESCAPE = re.compile(rf"[\"\\{CONTROL}]")


def unescape(text: str) -> str:
    """The text that `text` stands for, its backslash escapes replaced."""
    return _ESCAPED.sub(lambda found: _unescaped(found.group()[1:]), text) if "\\" in text else text


def _unescaped(code: str) -> str:
    if code[0] == "u":
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)


def quoted(text: str) -> str:
    """The text as a query may hold it: bare where it can be, else between double quotes."""
    if "\\" not in text and text.casefold() not in RESERVED and _BARE.fullmatch(text):
        return text
    return '"' + _NEEDS_ESCAPE.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    if character in '"\\':
        return "\\" + character
    return "\\t" if character == "\t" else f"\\u{ord(character):04x}"
