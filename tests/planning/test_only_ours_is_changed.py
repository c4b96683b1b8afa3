"""Objects of the Kubernetes API: made, changed and deleted only where they bear our label, and only in our fields."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.diff import OWNED_FIELDS, compare, taken
from netbox_calico.planning.model.intent import WantedResource
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.naming import OWNER_LABEL

names = st.sampled_from(['a', 'b', 'c', 'd'])
kinds = st.sampled_from([*OWNED_FIELDS, 'IPPool'])
labels = st.sampled_from([{}, {OWNER_LABEL: 'c1'}, {OWNER_LABEL: 'c2'}])
specs = st.dictionaries(
    st.sampled_from(['peerIP', 'asNumber', 'filters', 'sourceAddress']), st.integers(0, 2), min_size=1
)
resources = st.lists(st.builds(Resource, kinds, names, specs, labels), unique_by=lambda found: (found.kind, found.name))
wishes = st.lists(
    st.builds(WantedResource, st.just('BGPPeer'), names, st.fixed_dictionaries({'peerIP': st.integers(0, 2)})),
    unique_by=lambda wish: wish.name,
)


@given(wishes, resources)
def test_of_others_nothing_is_touched(wanted: list[WantedResource], there: list[Resource]) -> None:
    cluster = ClusterObservation('projectcalico.org', resources=tuple(there))
    found = compare('c1', wanted, cluster)
    ours = {
        f'kubernetes:{r.kind}/{r.name}' for r in there if r.labels.get(OWNER_LABEL) == 'c1' and r.kind in OWNED_FIELDS
    }
    foreign = {f'kubernetes:{r.kind}/{r.name}' for r in there} - ours
    touched = {do.target for do, _ in found.pairs}
    assert not touched & foreign
    assert {do.target for do, _ in found.pairs if do.operation is not Operation.CREATE} <= ours
    names = {f'{wish.kind}/{wish.name}' for wish in wanted if f'kubernetes:{wish.kind}/{wish.name}' in foreign}
    assert {finding.subject for finding in taken('c1', wanted, cluster)} == names


@given(wishes, resources)
def test_what_comes_out_is_what_was_wanted(wanted: list[WantedResource], there: list[Resource]) -> None:
    found = compare('c1', wanted, ClusterObservation('projectcalico.org', resources=tuple(there)))
    after = {f'kubernetes:{r.kind}/{r.name}': r for r in there}
    for do, undo in found.pairs:
        document = json.loads(do.artefact)
        if do.operation is Operation.DELETE:
            assert document['verb'] == 'delete'
            del after[do.target]
        else:
            body = document['object']
            after[do.target] = Resource(
                body['kind'], body['metadata']['name'], body['spec'], body['metadata']['labels']
            )
        assert (undo.before, undo.after) == (do.after, do.before)
    again = compare('c1', wanted, ClusterObservation('projectcalico.org', resources=tuple(after.values())))
    assert again.pairs == ()


def test_a_field_that_is_no_longer_wanted_is_a_change() -> None:
    with_password = Resource('BGPPeer', 'a', {'peerIP': '1', 'password': {'secretKeyRef': {}}}, {OWNER_LABEL: 'c1'})
    found = compare(
        'c1',
        [WantedResource('BGPPeer', 'a', {'peerIP': '1'})],
        ClusterObservation('projectcalico.org', resources=(with_password,)),
    )
    [(do, _)] = found.pairs
    assert do.operation is Operation.UPDATE
    assert 'password' not in json.loads(do.artefact)['object']['spec']
    assert [change.field for change in do.changes] == ['password.secretKeyRef']
