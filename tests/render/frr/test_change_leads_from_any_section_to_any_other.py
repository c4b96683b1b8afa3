"""A change, line by line, on a model of FRR that objects to every line that would drop or leak a route."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.model.intent import RouterSection
from netbox_calico.render import RENDERERS
from netbox_calico.render.frr.owned import owned
from netbox_calico.render.frr.tree import leaves
from tests.render.frr.model import Frr
from tests.render.frr.sections import ROUTER_AS, any_section

FRR = RENDERERS['frr']


def read(router: Frr, handle: str = 'c1') -> str:
    return owned(router.running(), handle, lambda password: password)


def bring(router: Frr, wanted: RouterSection) -> str:
    """Load what leads from nothing to ``wanted``; its canonical text."""
    change = FRR.change(read(router, wanted.handle), wanted)
    router.load(change.artefact)
    return change.after


@given(any_section(), any_section(), st.booleans())
def test_the_artefact_leads_there_and_the_undo_back(first: RouterSection, second: RouterSection, default: bool) -> None:
    router = Frr(ROUTER_AS, active_by_default=default)
    assert read(router) == ''
    before = bring(router, first)
    assert read(router) == before

    change = FRR.change(before, second)
    router.load(change.artefact)
    assert read(router) == change.after

    router.load(change.undo)
    assert read(router) == before == change.before


@given(any_section())
def test_what_is_there_already_needs_no_line(wanted: RouterSection) -> None:
    after = FRR.change('', wanted).after
    again = FRR.change(after, wanted)
    assert (again.artefact, again.undo, again.diff, again.changes) == ('', '', '', ())


@given(any_section(), any_section())
def test_the_order_in_which_a_section_was_read_means_nothing(first: RouterSection, second: RouterSection) -> None:
    before = FRR.change('', first).after
    start = before.find('router bgp')
    turned = before[start:] + before[:start] if start > 0 else before
    assert replace(FRR.change(turned, second), before=before) == FRR.change(before, second)


@given(any_section('c1'), st.one_of(any_section('c10'), any_section('c1-4')))
def test_a_cluster_with_a_similar_name_does_not_notice(ours: RouterSection, theirs: RouterSection) -> None:
    router = Frr(ROUTER_AS)
    # Two clusters never have a neighbour in common.
    theirs_text = FRR.change('', theirs).artefact
    router.load(theirs_text.replace('neighbor 10.1.1.', 'neighbor 10.1.2.').replace('2001:db8:1:', '2001:db8:2:'))
    alone = router.running()
    bring(router, ours)
    router.load(FRR.change(read(router), RouterSection(1, 'tor1', ROUTER_AS, 'c1', ours.profile, ())).artefact)
    assert router.running() == alone


@given(any_section(), any_section())
def test_every_line_of_the_diff_is_a_line_of_one_side(first: RouterSection, second: RouterSection) -> None:
    before = FRR.change('', first).after
    change = FRR.change(before, second)
    removed = {line[2:].strip() for line in change.diff.splitlines() if line.startswith('- ')}
    added = {line[2:].strip() for line in change.diff.splitlines() if line.startswith('+ ')}
    old, new = ({path[-1] for path in leaves(text)} for text in (before, change.after))
    assert old - new <= removed <= old
    assert new - old <= added <= new
