from __future__ import annotations

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.selectors import LABEL_MAX, NESTING_MAX, parse


@pytest.mark.parametrize(
    ('text', 'position', 'expected'),
    [
        ("rack = 'r1'", 6, 'a term or an operator'),
        ('rack == r1', 9, 'a value in quotes'),
        ("rack == 'r1", 9, 'a string that ends in its quote'),
        ("(rack == 'r1'", 14, r"'\)'"),
        ("rack == 'r1')", 13, r'an operator \(&&, \|\|\) or the end'),
        ("rack == 'r1' has(a)", 14, r'an operator \(&&, \|\|\) or the end'),
        ('rack', 5, "after the label 'rack'"),
        ('rack zone', 6, "after the label 'rack'"),
        ('has (rack)', 5, "after the label 'has'"),
        ("rack in 'r1'", 9, 'a set of values'),
        ("rack in {'r1' 'r2'}", 15, "'}' or ','"),
        ('rack in {r1}', 10, "'}' or ','"),
        ('has(rack) &&', 13, 'a label, has'),
        ('!', 2, 'a label, has'),
        ("rack\n== 'r1'", 5, 'a term or an operator'),
        ("räck == 'r1'", 2, 'a term or an operator'),
        ('has(rack', 1, 'a term or an operator'),
        ("all() & rack == 'a'", 7, 'a term or an operator'),
        ('x' * (LABEL_MAX + 1) + " == 'a'", 1, '512 characters'),
        ('(' * (NESTING_MAX + 1), NESTING_MAX + 1, 'nested parentheses'),
    ],
)
def test_the_error_gives_place_and_expectation(text: str, position: int, expected: str) -> None:
    with pytest.raises(InvalidInput, match=rf'at character {position}: expected .*{expected}') as caught:
        parse(text)
    assert repr(text) in str(caught.value)


def test_as_deep_and_as_long_as_allowed_is_read() -> None:
    assert parse('(' * NESTING_MAX + 'all()' + ')' * NESTING_MAX).matches({})
    assert not parse('x' * LABEL_MAX + " == 'a'").matches({})
