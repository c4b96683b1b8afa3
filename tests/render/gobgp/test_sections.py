"""A section says what was wanted, is found among other people's tables, and gobgpd takes it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings

from napalm_gobgp.candidate import Candidate
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import RouterSection
from netbox_calico.render import RENDERERS
from tests.render.frr.sections import section
from tests.render.gobgp.sections import TWO_FAMILIES, any_section, reflecting

GOBGP = RENDERERS['gobgp']
few = settings(max_examples=25, deadline=None)
OTHERS = """\
# Names that begin as ours do
[global.config]
as = 65001
router-id = "10.0.0.9"
[global.apply-policy.config]
import-policy-list = ["UPLINK"]
[[policy-definitions]]
name = "UPLINK"
[[peer-groups]]
config = {peer-group-name = "CAL-C10-4", peer-as = 64600}
[[peer-groups]]
config = {peer-group-name = "CAL-C1-4-4", peer-as = 64600}
[[neighbors]]
config = {neighbor-address = "10.1.1.200", peer-group = "CAL-C1-4-4"}
"""


def rendered(wanted: RouterSection) -> str:
    return GOBGP.change('', wanted).after


@few
@given(any_section())
def test_it_reads_back_as_its_groups(wanted: RouterSection) -> None:
    assert GOBGP.groups(rendered(wanted)) == wanted.groups


@few
@given(any_section(), any_section())
def test_a_change_leads_there_and_back_and_leaves_others_alone(first: RouterSection, second: RouterSection) -> None:
    here = rendered(first)
    change = GOBGP.change(here, second)
    assert change.after == rendered(second)
    file = Candidate.parse(f'# replaces CAL-C1\n{here}').applied(OTHERS)
    assert GOBGP.owned(file, 'c1', str) == here
    if not change.artefact:
        assert (here, change.diff, change.changes) == (change.after, '', ())
        return
    assert change.diff
    assert change.changes
    changed = Candidate.parse(change.artefact).applied(file)
    assert GOBGP.owned(changed, 'c1', str) == change.after
    assert GOBGP.owned(Candidate.parse(change.undo).applied(changed), 'c1', str) == here
    assert Candidate.parse('# replaces CAL-C1\n').applied(changed) == OTHERS


@few
@given(any_section())
def test_draining_what_is_there_is_what_a_drained_section_says(wanted: RouterSection) -> None:
    assert GOBGP.drain(rendered(wanted)).after == rendered(wanted.drained)


def test_two_clusters_stand_side_by_side() -> None:
    other = section(reflecting(4, handle='c10'), handle='c10')
    file = Candidate.parse(f'# replaces CAL-C10\n{rendered(other)}').applied('[global.config]\nas = 1\n')
    both = Candidate.parse(f'# replaces CAL-C1\n{rendered(TWO_FAMILIES)}').applied(file)
    assert GOBGP.owned(both, 'c1', str) == rendered(TWO_FAMILIES)
    assert GOBGP.owned(both, 'c10', str) == rendered(other)


def test_a_neighbour_that_somebody_put_into_our_group_is_seen() -> None:
    file = Candidate.parse(f'# replaces CAL-C1\n{rendered(TWO_FAMILIES)}').applied(OTHERS)
    stranger = '[[neighbors]]\nconfig.neighbor-address = "10.66.0.6"\nconfig.peer-group = "CAL-C1-4"\n'
    assert '10.66.0.6' in GOBGP.owned(file + stranger, 'c1', str)


def test_a_password_is_named_by_its_reference() -> None:
    text = rendered(TWO_FAMILIES)
    file = text.replace('${secret:calico-bgp/tor1}', 's3cret')
    assert 's3cret' in file
    assert GOBGP.owned(file, 'c1', {'s3cret': 'calico-bgp/tor1'}.__getitem__) == text
    assert 's3cret' not in GOBGP.owned(file, 'c1', lambda _: 'unknown')


@pytest.mark.parametrize('drained', [False, True])
def test_gobgpd_takes_it(tmp_path: Path, drained: bool) -> None:
    file = tmp_path / 'gobgpd.conf'
    wanted = TWO_FAMILIES.drained if drained else TWO_FAMILIES
    file.write_text(f'[global.config]\nas = 65001\nrouter-id = "10.0.0.9"\n{rendered(wanted)}', encoding='utf-8')
    done = subprocess.run(['gobgpd', '-d', '-f', file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ('changed', 'words'),
    [
        ({'route_reflector_client': False}, 'forwards no packets'),
        ({'remote_as': 64512}, 'forwards no packets'),
        ({'next_hop': ip_address('10.0.0.1')}, 'leaves next hops'),
        ({'local_preference': 200}, 'leaves next hops'),
        ({'next_hops': (ip_network('10.0.0.0/8'),)}, 'leaves next hops'),
        ({'permitted': ()}, 'nothing is permitted'),
        ({'hold_time': 0}, 'hold time of 0'),
        ({'import_map': 'CAL-C2-IN4'}, 'does not bear the mark'),
    ],
)
def test_what_gobgp_cannot_do_is_refused_in_words(changed: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        GOBGP.change('', section(replace(reflecting(4), **changed)))  # type: ignore[arg-type]


def test_a_group_that_somebody_broke_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match='sends the section anew'):
        GOBGP.groups(rendered(TWO_FAMILIES).replace('hold-time', 'connect-retry-2'))


def test_the_routers_own_knobs_are_read() -> None:
    found = GOBGP.settings(OTHERS)
    assert (found['asn'], found['router_id']) == ('65001', '10.0.0.9')
    with pytest.raises(InvalidInput, match='at line 1'):
        GOBGP.settings('auth-password = s3cret\n')
