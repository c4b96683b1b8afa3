"""What was rendered is read back whole: the proof of a plan starts from what is on the routers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import PeerGroup, RouterSection
from netbox_calico.planning.model.inventory import Network
from netbox_calico.render import RENDERERS
from tests.render.frr.sections import any_section, group, section

FRR = RENDERERS['frr']


def in_order(group: PeerGroup) -> PeerGroup:
    """Prefixes and neighbours as a router lists them."""
    return replace(
        group,
        permitted=_sorted(group.permitted),
        announced=_sorted(group.announced) if set(group.announced) != set(group.permitted) else (),
        neighbors=tuple(sorted(group.neighbors, key=lambda neighbor: int(neighbor.address))),
    )


def _sorted(prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
    return tuple(sorted(prefixes, key=lambda prefix: int(prefix.network_address)))


@given(any_section())
def test_reading_is_the_inverse_of_rendering(wanted: RouterSection) -> None:
    text = FRR.change('', wanted).after
    assert FRR.groups(text) == tuple(in_order(group) for group in wanted.groups)


def test_nothing_of_ours_is_no_group() -> None:
    assert FRR.groups('') == ()


@pytest.mark.parametrize(
    ('line', 'instead'),
    [
        (' neighbor CAL-C1-4 remote-as 64512\n', ''),
        ('  neighbor CAL-C1-4 route-map CAL-C1-OUT4 out\n', ''),
        ('address prefix-list CAL-C1-OUT4', 'address prefix-list CAL-C1-GONE4'),
        (' match ip address prefix-list CAL-C1-IN4\n', ''),
    ],
)
def test_what_somebody_changed_into_something_else_is_named(line: str, instead: str) -> None:
    text = FRR.change('', section(group(4))).after
    assert line in text
    with pytest.raises(InvalidInput, match='Group CAL-C1-4 is not as it was sent'):
        FRR.groups(text.replace(line, instead))


def test_a_section_with_a_line_of_somebody_elses_is_read() -> None:
    text = (Path(__file__).parent / 'recorded/datacenter.section').read_text()
    assert [(found.name, found.remote_as, len(found.neighbors)) for found in FRR.groups(text)] == [
        ('CAL-C1-4', 64512, 1),
        ('CAL-C1-6', 64512, 1),
    ]
