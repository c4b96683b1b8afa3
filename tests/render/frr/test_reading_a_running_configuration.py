"""Our section and the box's knobs, out of what FRR 8.4.4 printed."""

from __future__ import annotations

from pathlib import Path

from netbox_calico.render import RENDERERS

FRR = RENDERERS['frr']
RECORDED = Path(__file__).with_name('recorded')
DATACENTER = (RECORDED / 'datacenter.conf').read_text(encoding='utf-8')
TRADITIONAL = (RECORDED / 'traditional.conf').read_text(encoding='utf-8')


def test_the_section_is_cut_out_in_canonical_form() -> None:
    section = FRR.owned(DATACENTER, 'c1', lambda password: {'s3cret': 'calico-bgp/tor1'}[password])
    assert section == (RECORDED / 'datacenter.section').read_text(encoding='utf-8')


def test_ranges_and_vrfs_of_ours_are_seen() -> None:
    section = FRR.owned(TRADITIONAL, 'c2', lambda password: password)
    assert section == (RECORDED / 'traditional.section').read_text(encoding='utf-8')


def test_nothing_of_ours_is_an_empty_section() -> None:
    assert FRR.owned(DATACENTER, 'c3', lambda password: password) == ''


def test_a_password_never_stands_in_the_section() -> None:
    assert 's3cret' in DATACENTER
    assert 's3cret' not in FRR.owned(DATACENTER, 'c1', lambda password: 'calico-bgp/tor1')


def test_settings_that_are_stated() -> None:
    assert FRR.settings(DATACENTER) == {
        'version': '8.4.4',
        'profile': 'datacenter',
        'asn': '65001',
        'router_id': '10.0.0.1',
        'multipath_relax': 'yes',
        'bgp_default_ipv4_unicast': 'no',
        'bgp_default_ipv6_unicast': 'no',
        'ebgp_requires_policy': 'no',
        'addpath_rx': 'yes',
        'listen_limit': '200',
        'graceful_restart': 'disabled',
        'stale_path_time': '300',
        'maximum_paths_4': '48',
        'maximum_paths_6': '32',
    }


def test_settings_that_are_hidden_are_given_with_their_defaults() -> None:
    found = FRR.settings(TRADITIONAL)
    assert (found['profile'], found['ebgp_requires_policy'], found['multipath_relax']) == ('traditional', 'yes', 'no')
    assert (found['listen_limit'], found['graceful_restart'], found['bgp_default_ipv4_unicast']) == (
        '100',
        'helper',
        'yes',
    )
    assert 'maximum_paths_4' not in found


def test_a_router_without_bgp_has_no_as() -> None:
    assert 'asn' not in FRR.settings('frr version 8.4.4\nhostname tor1\n!\nend\n')
