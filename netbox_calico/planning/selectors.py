"""Calico's selector language, read and evaluated exactly as Calico does.

Loosest first: ``||``, ``&&``, any number of ``!``, parentheses, and the terms ``key == 'v'``, ``key != 'v'``,
``key in {'v', …}``, ``key not in {…}``, ``key contains 'v'``, ``key starts with 'v'``, ``key ends with 'v'``,
``has(key)``, ``all()`` and ``global()``; an empty selector is ``all()``. Strings stand in single or double quotes and
know no escapes. A missing label is different from every value.
Source: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors, and how Calico 3.32 behaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from netbox_calico.planning.errors import InvalidInput

type Labels = Mapping[str, str]

LABEL_MAX = 512
"""Longest label name, in characters, that a selector may hold."""

NESTING_MAX = 100
"""Deepest nesting of parentheses that is read; Calico has no such limit, nor any user a reason to come near it."""

_TOKEN = re.compile(
    r"""
    (?P<string>"[^"]*"|'[^']*')
    |has\([ \t]*(?P<has>[A-Za-z0-9_./-]+)[ \t]*\)
    |(?P<any>(?:all|global)\([ \t]*\))
    |(?P<label>(?!(?:has|all|global)\()[A-Za-z0-9_./-]+)
    |(?P<symbol>==|!=|&&|\|\||[!(){},])
    |(?P<end>\Z)
    """,
    re.VERBOSE,
)
_WORD_OPERATOR = re.compile(r'(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![A-Za-z0-9_./-])')


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector ready to be evaluated.

    ``matches`` takes labels. ``narrowed`` is a label and the values of which it must have one for a match, where the
    selector says so: whoever looks for matches among many can look these up instead of trying all.
    """

    text: str
    matches: Callable[[Labels], bool]
    narrowed: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    position: int


@dataclass(frozen=True, slots=True)
class _Term:
    matches: Callable[[Labels], bool]
    narrowed: tuple[str, frozenset[str]] | None = None


@lru_cache(maxsize=8192)
def parse(text: str) -> Selector:
    """Read a selector. Raises InvalidInput, which says what was expected and where."""
    term = _Parser(text).parse()
    return Selector(text, term.matches, term.narrowed)


def _refuse(text: str, position: int, expected: str) -> NoReturn:
    raise InvalidInput(f'Selector {text!r} cannot be read at character {position + 1}: expected {expected}.')


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while not tokens or tokens[-1].kind != 'end':
        while text[position : position + 1] in (' ', '\t'):
            position += 1
        after_label = bool(tokens) and tokens[-1].kind == 'label'
        if after_label and (word := _WORD_OPERATOR.match(text, position)):
            operator = re.sub(r'(starts|ends|not)[ \t]*', r'\1 ', word[0])
            tokens.append(_Token(operator, word[0], position))
            position = word.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            unclosed = text[position] in ('"', "'")
            _refuse(text, position, 'a string that ends in its quote' if unclosed else 'a term or an operator')
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind in ('label', 'has') and len(value) > LABEL_MAX:
            _refuse(text, position, f'a label of at most {LABEL_MAX} characters')
        if kind == 'string':
            value = value[1:-1]
        tokens.append(_Token(value if kind == 'symbol' else kind, value, position))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens of one selector."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0

    def parse(self) -> _Term:
        if self.tokens[0].kind == 'end':
            return _Term(lambda labels: True)
        term = self.alternatives()
        self.take('end', 'an operator (&&, ||) or the end')
        return term

    def take(self, kind: str, expected: str) -> _Token:
        token = self.tokens[self.next]
        if token.kind != kind:
            _refuse(self.text, token.position, expected)
        self.next += 1
        return token

    def skip(self, kind: str) -> bool:
        found = self.tokens[self.next].kind == kind
        self.next += found
        return found

    def alternatives(self) -> _Term:
        terms = [self.conjunction()]
        while self.skip('||'):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else _any_of(terms)

    def conjunction(self) -> _Term:
        terms = [self.operation()]
        while self.skip('&&'):
            terms.append(self.operation())
        return terms[0] if len(terms) == 1 else _all_of(terms)

    def operation(self) -> _Term:
        negated = False
        while self.skip('!'):
            negated = not negated
        term = self.term()
        if not negated:
            return term
        matches = term.matches
        return _Term(lambda labels: not matches(labels))

    def term(self) -> _Term:
        token = self.tokens[self.next]
        self.next += 1
        match token.kind:
            case 'has':
                return _Term(lambda labels: token.value in labels)
            case 'any':
                return _Term(lambda labels: True)
            case 'label':
                return self.comparison(token.value)
            case '(':
                self.depth += 1
                if self.depth > NESTING_MAX:
                    _refuse(self.text, token.position, f'at most {NESTING_MAX} nested parentheses')
                inner = self.alternatives()
                self.take(')', "')'")
                self.depth -= 1
                return inner
            case _:
                _refuse(self.text, token.position, "a label, has(key), all(), global(), '!' or '('")

    def comparison(self, key: str) -> _Term:
        operator = self.tokens[self.next]
        self.next += 1
        match operator.kind:
            case 'in':
                values = self.values()
                return _Term(lambda labels: labels.get(key) in values, (key, values))
            case 'not in':
                values = self.values()
                return _Term(lambda labels: labels.get(key) not in values)
            case '==' | '!=' | 'contains' | 'starts with' | 'ends with':
                return _compare(key, operator.kind, self.take('string', 'a value in quotes').value)
            case _:
                expected = f'==, !=, in, not in, contains, starts with or ends with after the label {key!r}'
                _refuse(self.text, operator.position, expected)

    def values(self) -> frozenset[str]:
        self.take('{', "a set of values, as {'a', 'b'}")
        values = set()
        while self.tokens[self.next].kind == 'string':
            values.add(self.take('string', '').value)
            if not self.skip(','):
                break
        self.take('}', "'}' or ',' and another value in quotes")
        return frozenset(values)


def _compare(key: str, operator: str, value: str) -> _Term:
    match operator:
        case '==':
            return _Term(lambda labels: labels.get(key) == value, (key, frozenset((value,))))
        case '!=':
            return _Term(lambda labels: labels.get(key) != value)
        case 'contains':
            return _Term(lambda labels: (found := labels.get(key)) is not None and value in found)
        case 'starts with':
            return _Term(lambda labels: (found := labels.get(key)) is not None and found.startswith(value))
        case _:
            return _Term(lambda labels: (found := labels.get(key)) is not None and found.endswith(value))


def _all_of(terms: list[_Term]) -> _Term:
    tests = tuple(term.matches for term in terms)
    narrowed = min((term.narrowed for term in terms if term.narrowed), key=lambda found: len(found[1]), default=None)
    return _Term(lambda labels: all(test(labels) for test in tests), narrowed)


def _any_of(terms: list[_Term]) -> _Term:
    tests = tuple(term.matches for term in terms)
    found = [term.narrowed for term in terms if term.narrowed]
    one_label = len(found) == len(terms) and len({label for label, _ in found}) == 1
    narrowed = (found[0][0], frozenset().union(*(values for _, values in found))) if one_label else None
    return _Term(lambda labels: any(test(labels) for test in tests), narrowed)
