from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.asn import AS_MAX, CRD_AS_MAX, Kind, fits_crd, kind_of_asn, parse_asn
from netbox_calico.planning.errors import InvalidInput


@given(st.integers(0, AS_MAX))
def test_every_number_reads_the_same_plain_dotted_and_as_a_number(number: int) -> None:
    assert parse_asn(str(number)) == number
    assert parse_asn(f'{number >> 16}.{number & 0xFFFF}') == number
    assert parse_asn(number) == number


@pytest.mark.parametrize(
    'text', ['', 'AS65001', '-1', '+1', ' 65001', '65001 ', '1.2.3', '1.', '.1', '6_5', '٣', True, 1.5, None]
)
def test_what_is_no_number_is_refused_with_both_notations(text: object) -> None:
    with pytest.raises(InvalidInput, match=r'plain \(65001\) or as two 16-bit numbers \(0\.65001\)'):
        parse_asn(text)  # type: ignore[arg-type]


@pytest.mark.parametrize('text', ['4294967296', 4294967296, -1, '65536.0', '0.65536', '9' * 30])
def test_what_is_too_large_is_refused_with_the_range(text: str | int) -> None:
    with pytest.raises(InvalidInput, match='out of range: 0 to 4294967295'):
        parse_asn(text)


@pytest.mark.parametrize(
    ('asn', 'kind'),
    [
        (0, Kind.RESERVED),
        (1, Kind.PUBLIC),
        (23455, Kind.PUBLIC),
        (23456, Kind.RESERVED),
        (64495, Kind.PUBLIC),
        (64496, Kind.DOCUMENTATION),
        (64511, Kind.DOCUMENTATION),
        (64512, Kind.PRIVATE),
        (65534, Kind.PRIVATE),
        (65535, Kind.RESERVED),
        (65536, Kind.DOCUMENTATION),
        (65551, Kind.DOCUMENTATION),
        (65552, Kind.RESERVED),
        (131071, Kind.RESERVED),
        (131072, Kind.PUBLIC),
        (4199999999, Kind.PUBLIC),
        (4200000000, Kind.PRIVATE),
        (4294967294, Kind.PRIVATE),
        (4294967295, Kind.RESERVED),
    ],
)
def test_ranges_begin_and_end_where_the_rfcs_say(asn: int, kind: Kind) -> None:
    assert kind_of_asn(asn) is kind


def test_the_crds_hold_no_more_than_31_bits() -> None:
    assert fits_crd(CRD_AS_MAX)
    assert not fits_crd(CRD_AS_MAX + 1)
