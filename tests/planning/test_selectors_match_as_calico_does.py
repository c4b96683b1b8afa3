from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.selectors import parse

LABELS = ('rack', 'x/y-z.a_b', 'in', 'all', 'not')
VALUES = ('', 'r1', 'r10', "it's", 'a b', '&&')


@dataclass(frozen=True)
class Term:
    """A selector as text, and the plain-Python answer of what it means."""

    text: str
    meaning: str

    def holds(self, labels: Mapping[str, str]) -> bool:
        return bool(eval(self.meaning, {'labels': labels}))


def quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def spaced(*parts: str) -> st.SearchStrategy[str]:
    blanks = st.lists(st.sampled_from(['', ' ', '\t', '  ']), min_size=len(parts) + 1, max_size=len(parts) + 1)
    return blanks.map(
        lambda found: found[0] + ''.join(part + blank for part, blank in zip(parts, found[1:], strict=True))
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Term:
    label, value = draw(st.sampled_from(LABELS)), draw(st.sampled_from(VALUES))
    values = draw(st.lists(st.sampled_from(VALUES), max_size=3))
    chosen = (
        '{'
        + draw(spaced(*', '.join(map(quoted, values)).partition(', ')))
        + draw(st.sampled_from(['', ','] if values else ['']))
        + '}'
    )
    known = f'{label!r} in labels'
    text, meaning = draw(
        st.sampled_from(
            [
                (f'{label}=={quoted(value)}', f'labels.get({label!r}) == {value!r}'),
                (f'{label} != {quoted(value)}', f'labels.get({label!r}) != {value!r}'),
                (f'{label} in {chosen}', f'labels.get({label!r}) in {values!r}'),
                (f'{label} not  in{chosen}', f'labels.get({label!r}) not in {values!r}'),
                (f'{label} notin {chosen}', f'labels.get({label!r}) not in {values!r}'),
                (f'{label} contains {quoted(value)}', f'{known} and {value!r} in labels[{label!r}]'),
                (f'{label} starts with {quoted(value)}', f'{known} and labels[{label!r}].startswith({value!r})'),
                (f'{label} startswith{quoted(value)}', f'{known} and labels[{label!r}].startswith({value!r})'),
                (f'{label} ends\twith {quoted(value)}', f'{known} and labels[{label!r}].endswith({value!r})'),
                (f'has( {label})', known),
                ('all()', 'True'),
                ('global( )', 'True'),
            ]
        )
    )
    return Term(draw(spaced(text)), f'({meaning})')


def combined(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def joined(found: list[Term], sign: str, word: str) -> Term:
        return Term(
            '(' + sign.join(term.text for term in found) + ')',
            '(' + f' {word} '.join(term.meaning for term in found) + ')',
        )

    several = st.lists(terms, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda found: joined(found, '&&', 'and')),
        several.map(lambda found: joined(found, '||', 'or')),
        terms.map(lambda term: Term('! ' + term.text, f'(not {term.meaning})')),
        terms.map(lambda term: Term('!!' + term.text, term.meaning)),
    )


terms = st.recursive(comparisons(), combined, max_leaves=8)
labels = st.dictionaries(st.sampled_from(LABELS), st.sampled_from(VALUES))


@given(terms, labels)
def test_a_selector_means_what_its_words_say(term: Term, found: dict[str, str]) -> None:
    assert parse(term.text).matches(found) == term.holds(found)


@given(terms, labels)
def test_nothing_outside_the_narrowed_values_matches(term: Term, found: dict[str, str]) -> None:
    selector = parse(term.text)
    if selector.narrowed and selector.matches(found):
        label, values = selector.narrowed
        assert found[label] in values


def test_and_binds_tighter_than_or() -> None:
    selector = parse("a == '1' || b == '1' && c == '1'")
    assert selector.matches({'a': '1'})
    assert not selector.matches({'b': '1'})
    assert not parse("(a == '1' || b == '1') && c == '1'").matches({'a': '1'})


@pytest.mark.parametrize('text', ['', '   ', 'all()', 'global()', '!!all()'])
def test_everything_is_selected_by(text: str) -> None:
    assert parse(text).matches({})


@pytest.mark.parametrize('text', ["rack != 'r1'", "rack not in {'r1'}", '!has(rack)', "!rack == 'r1'"])
def test_a_missing_label_is_different_from_every_value(text: str) -> None:
    assert parse(text).matches({})
    assert not parse(text).matches({'rack': 'r1'})


@pytest.mark.parametrize('text', ['rack in {}', "rack == ''", "rack contains ''", "rack starts with ''", 'has(rack)'])
def test_a_missing_label_is_not_an_empty_one(text: str) -> None:
    assert not parse(text).matches({})


@pytest.mark.parametrize(
    ('text', 'narrowed'),
    [
        ("rack == 'r1'", ('rack', {'r1'})),
        ("has(a) && (rack in {'r1', 'r2'})", ('rack', {'r1', 'r2'})),
        ("zone in {'a', 'b'} && rack == 'r1'", ('rack', {'r1'})),
        ("rack == 'r1' || rack == 'r2'", ('rack', {'r1', 'r2'})),
    ],
)
def test_equality_narrows_the_search(text: str, narrowed: tuple[str, set[str]]) -> None:
    found = parse(text).narrowed
    assert found is not None
    assert (found[0], set(found[1])) == narrowed


@pytest.mark.parametrize(
    'text', ["rack == 'r1' || zone == 'a'", "rack == 'r1' || has(a)", "!rack == 'r1'", "rack != 'r1'"]
)
def test_what_leaves_other_values_open_does_not_narrow(text: str) -> None:
    assert parse(text).narrowed is None


def test_a_value_may_hold_the_other_quote_and_operators() -> None:
    assert parse("""a == "it's" && b == '"x" || !has(c)' """).matches({'a': "it's", 'b': '"x" || !has(c)'})
