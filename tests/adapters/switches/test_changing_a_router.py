"""Our section on a real router over SSH: applied under a timer, read back, confirmed, taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.frr import Router
from netbox_calico.adapters.switches import SwitchFleet
from netbox_calico.planning.model.plan import Operation, Outcome, Result
from netbox_calico.render import RENDERERS
from tests.adapters.switches.conftest import OpenFleet, item, item_of, section


def failed(outcomes: tuple[Outcome, ...]) -> str:
    (outcome,) = outcomes
    assert outcome.result is Result.FAILED
    return outcome.message


def test_observed_without_anything_of_ours(fleet: SwitchFleet) -> None:
    (observed,) = fleet.observe([1])
    assert (observed.router, observed.name, observed.section, observed.error) == (1, 'tor1', '', '')
    assert (observed.settings['asn'], observed.settings['multipath_relax']) == ('65001', 'yes')
    assert (observed.settings['maximum_paths_4'], observed.settings['bgp_default_ipv4_unicast']) == ('32', 'no')
    assert (observed.pending_commit, observed.saved) == (False, True)
    (uplink,) = observed.sessions
    assert (str(uplink.neighbor), uplink.family, uplink.established, uplink.group) == ('10.100.0.0', 4, False, 'UPLINK')


def test_applied_confirmed_and_applied_again(fleet: SwitchFleet) -> None:
    wanted = item(section())
    assert fleet.apply([wanted]) == (Outcome('router:1', Result.CREATED),)
    (observed,) = fleet.observe([1])
    assert observed.section == RENDERERS['frr'].change('', section()).after
    assert (observed.pending_commit, observed.saved) == (True, False)
    assert sorted(session.group for session in observed.sessions) == ['CAL-C1-4', 'CAL-C1-4', 'UPLINK']

    assert fleet.confirm(['router:1'])[0].result is Result.UPDATED
    (observed,) = fleet.observe([1])
    assert (observed.pending_commit, observed.saved) == (False, True)
    assert fleet.apply([wanted]) == (Outcome('router:1', Result.UNCHANGED),)


def test_the_undo_of_a_confirmed_change(fleet: SwitchFleet) -> None:
    change = RENDERERS['frr'].change('', section())
    fleet.apply([item_of(change)])
    fleet.confirm(['router:1'])
    back = replace(item_of(change, Operation.DELETE), artefact=change.undo, before=item_of(change).after, after='')
    assert fleet.apply([back])[0].result is Result.DELETED
    assert fleet.observe([1])[0].section == ''


def test_reverted_before_it_was_confirmed(fleet: SwitchFleet) -> None:
    fleet.apply([item(section())])
    assert fleet.revert(['router:1'])[0].result is Result.UPDATED
    (observed,) = fleet.observe([1])
    assert (observed.section, observed.pending_commit, observed.saved) == ('', False, True)
    assert fleet.revert(['router:1'])[0].result is Result.UNCHANGED


def test_a_timer_that_ran_out_is_a_failure_to_confirm(open_fleet: OpenFleet, tor: Router) -> None:
    fleet = open_fleet(confirm_seconds=1)
    fleet.apply([item(section())])
    while fleet.observe([1])[0].section:
        pass
    message = failed(fleet.confirm(['router:1']))
    assert 'no commit waits for a confirmation' in message
    assert 'CAL-C1' not in tor.vtysh('show running-config')


def test_a_section_that_somebody_changed_meanwhile_is_not_overwritten(fleet: SwitchFleet, tor: Router) -> None:
    wanted = item(section())
    tor.vtysh('configure terminal', 'ip prefix-list CAL-C1-IN4 permit 10.9.0.0/16')
    assert 'changed by somebody else since the plan was made: plan again' in failed(fleet.apply([wanted]))
    assert fleet.observe([1])[0].section == 'ip prefix-list CAL-C1-IN4 permit 10.9.0.0/16\n'


def test_a_line_that_the_router_does_not_know_is_named_and_nothing_is_sent(fleet: SwitchFleet, tor: Router) -> None:
    before = tor.vtysh('show running-config')
    wanted = item(section())
    broken = replace(wanted, artefact=wanted.artefact.replace('as-override', 'as-overdrive'))
    assert 'neighbor CAL-C1-4 as-overdrive' in failed(fleet.apply([broken]))
    assert tor.vtysh('show running-config') == before
    assert fleet.apply([wanted])[0].result is Result.CREATED


def test_a_line_that_the_router_refuses_is_named_and_all_is_taken_back(fleet: SwitchFleet, tor: Router) -> None:
    before = tor.vtysh('show running-config')
    wanted = item(section())
    broken = replace(wanted, artefact=wanted.artefact.replace('remote-as 64512', 'remote-as 65001'))
    assert 'as-override' in failed(fleet.apply([broken]))
    assert tor.vtysh('show running-config') == before
    assert fleet.observe([1])[0].pending_commit is False


def test_lines_that_do_not_lead_where_the_plan_says_are_taken_back(fleet: SwitchFleet, tor: Router) -> None:
    before = tor.vtysh('show running-config')
    wanted = item(section())
    wrong = replace(wanted, artefact=wanted.artefact.replace('timers 10 30', 'timers 20 60'))
    assert 'did not read back as planned, so the change was taken back' in failed(fleet.apply([wrong]))
    assert tor.vtysh('show running-config') == before


def test_a_password_goes_to_the_router_and_nowhere_else(
    fleet: SwitchFleet, tor: Router, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('DEBUG')
    wanted = item(section(password_key='tor1'))
    (outcome,) = fleet.apply([wanted])
    assert outcome.result is Result.CREATED
    assert 'neighbor CAL-C1-4 password pa55w0rd' in tor.vtysh('show running-config')
    (observed,) = fleet.observe([1])
    assert 'password ${secret:calico-bgp/tor1}' in observed.section
    assert 'pa55w0rd' not in repr((wanted, outcome, observed, fleet)) + caplog.text


def test_a_password_that_nobody_knows_is_seen_as_such(fleet: SwitchFleet, tor: Router) -> None:
    fleet.apply([item(section())])
    fleet.confirm(['router:1'])
    tor.vtysh('configure terminal', 'router bgp 65001', 'neighbor CAL-C1-4 password by-hand')
    assert 'password ${secret:unknown}' in fleet.observe([1])[0].section


@pytest.mark.parametrize(
    ('key', 'words'),
    [
        ('missing', 'Secret calico-bgp has no key missing'),
        ('bad', "under key 'bad' of Secret calico-bgp cannot be sent"),
    ],
)
def test_a_password_that_cannot_be_sent_stops_before_anything_is(
    fleet: SwitchFleet, tor: Router, key: str, words: str
) -> None:
    before = tor.vtysh('show running-config')
    assert words in failed(fleet.apply([item(section(password_key=key))]))
    assert tor.vtysh('show running-config') == before


def test_a_refused_line_does_not_tell_the_password(fleet: SwitchFleet) -> None:
    wanted = item(section(password_key='tor1'))
    broken = replace(wanted, artefact=wanted.artefact.replace(' password ', ' passwort '))
    assert 'pa55w0rd' not in failed(fleet.apply([broken]))


def test_two_clusters_on_one_router(open_fleet: OpenFleet, tor: Router) -> None:
    ours, theirs = open_fleet(), open_fleet(handle='c10')
    ours.apply([item(section())])
    ours.confirm(['router:1'])
    alone = tor.vtysh('show running-config')
    other = section(nodes=5, handle='c10')
    other = replace(other, groups=(replace(other.groups[0], neighbors=other.groups[0].neighbors[3:]),))
    theirs.apply([item(other)])
    theirs.confirm(['router:1'])
    gone = item(section(nodes=0, handle='c10'), theirs.observe([1])[0].section, Operation.DELETE)
    assert theirs.apply([gone])[0].result is Result.DELETED
    theirs.confirm(['router:1'])
    assert tor.vtysh('show running-config') == alone
