"""The grammar of JQL for lark. Words are one terminal, told apart afterwards, as keywords have any case.

A contextual lexer would be the wrong tool here: it would take a reserved word for a plain one wherever the keyword
cannot stand, and Jira refuses those (`assignee = order`).
"""

import re

from lark import Token

from connector.jql.words import CONTROL, ESCAPE, PLAIN, RESERVED

_QUOTED = rf"\"(?:[^\"\\{CONTROL}]|{ESCAPE})*\""
_SINGLE = rf"'(?:[^'\\{CONTROL}]|{ESCAPE})*'"

GRAMMAR = rf"""
start: [or_clause] [order_by]

?or_clause: and_clause (OR and_clause)*
?and_clause: not_clause (AND not_clause)*
?not_clause: (NOT | BANG) not_clause -> negation
           | "(" or_clause ")"
           | clause

?clause: field COMPARE (value | function) -> equality
       | field EQUAL (value | function | empty) -> equality
       | field LIKE (value | function | empty) -> equality
       | field IS empty -> is_
       | field IS NOT empty -> is_not
       | field IN (list | function) -> in_
       | field NOT IN (list | function) -> not_in
       | field WAS (value | function | empty) past* -> was
       | field WAS NOT (value | function | empty) past* -> was_not
       | field WAS IN (list | function) past* -> was_in
       | field WAS NOT IN (list | function) past* -> was_not_in
       | field CHANGED (past | change)* -> changed

past: (AFTER | BEFORE | ON | DURING | BY) any
change: (FROM | TO) any -> past
?any: value | function | empty | list

field: (WORD | QUOTED) property*
     | (NUMBER | NEGATIVE)
     | CF "[" NUMBER "]" property* -> custom_field
property: "[" word "]" word*
value: word
function: word "(" [word ("," word)*] ")"
empty: EMPTY
list: "(" any ("," any)* ")"
?word: WORD | NUMBER | NEGATIVE | QUOTED

order_by: ORDER BY sort ("," sort)*
sort: field [ASC | DESC]

BANG: "!"
COMPARE: "<=" | ">=" | "<" | ">"
EQUAL: "!=" | "="
LIKE: "!~" | "~"
AND: "&&" | "&"
OR: "||" | "|"
WORD: /{PLAIN.replace("/", chr(92) + "/")}/
QUOTED: /{_QUOTED}|{_SINGLE}/
%declare NOT IS IN WAS CHANGED AFTER BEFORE ON DURING BY FROM TO CF NUMBER NEGATIVE EMPTY ORDER ASC DESC RESERVED
%ignore /[ \t\r\n]+/
"""

KEYWORDS = {
    word.casefold(): word
    for word in (
        *("AND", "OR", "NOT", "IS", "IN", "WAS", "CHANGED", "EMPTY", "CF", "ORDER", "BY", "ASC", "DESC"),
        *("AFTER", "BEFORE", "ON", "DURING", "FROM", "TO"),
    )
} | {"null": "EMPTY"}

NAMES = {
    "$END": ("the end",),
    "COMPARE": ("<", "<=", ">", ">="),
    "EQUAL": ("=", "!="),
    "LIKE": ("~", "!~"),
    "BANG": ("!",),
    "WORD": ("a name or value",),
    "QUOTED": ("a name or value",),
    "NUMBER": ("a number",),
    "NEGATIVE": ("a number",),
    "CF": ("cf[…]",),
    "LPAR": ("(",),
    "RPAR": (")",),
    "LSQB": ("[",),
    "RSQB": ("]",),
    "COMMA": (",",),
}
"""What people call a terminal; a keyword is called by its own name."""

_DIGITS = re.compile("-?[0-9]+")


def classify(token: Token) -> Token:
    """Give a bare word its real type: keyword, reserved word, number, or word.

    Numbers are told apart because a field that is called by a bare number takes no properties, in Jira's own parser.
    """
    # No other letter stands for one of these, though some fold to it: Jira reads aſ as a name.
    folded = token.lower() if token.isascii() else token.value
    if folded in KEYWORDS:
        return Token.new_borrow_pos(KEYWORDS[folded], token.value, token)
    if folded in RESERVED:
        return Token.new_borrow_pos("RESERVED", token.value, token)
    if _DIGITS.fullmatch(token.value):
        kind = "NEGATIVE" if token.startswith("-") else "NUMBER"
        return Token.new_borrow_pos(kind, token.value, token)
    return token
