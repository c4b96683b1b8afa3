"""What of a cluster can be read at all. The API refuses most of what has the wrong shape, and not in every release.

An object with a field that Calico could not read either is told and left out: nothing that reads resources after this
has to ask again whether a list is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .errors import InvalidInput
from .expansion.fields import Fields
from .expansion.specs import bgp_configuration, bgp_peer
from .model.observation import Observation, Resource
from .ranges import SERVICE_FIELDS

type Unreadable = Mapping[str, str]
"""What is wrong with an object, by its kind and name."""

_MOST = 2**31 - 1


def well_formed(observation: Observation) -> tuple[Observation, Unreadable]:
    """The observation without the objects that cannot be read, and these."""
    kept: list[Resource] = []
    told: dict[str, str] = {}
    for found in observation.cluster.resources:
        read, subject = _READERS.get(found.kind), f'{found.kind}/{found.name}'
        try:
            if read is not None:
                read(Fields(subject, found.spec))
            kept.append(found)
        except InvalidInput as exc:
            told[subject] = str(exc)
    if not told:
        return observation, told
    return replace(observation, cluster=replace(observation.cluster, resources=tuple(kept))), told


def _peer(spec: Fields) -> None:
    bgp_peer('', spec)


def _configuration(spec: Fields) -> None:
    bgp_configuration(spec)
    spec.text('serviceLoadBalancerAggregation')
    for field in SERVICE_FIELDS:
        for entry in spec.sections(field):
            entry.text('cidr')
    for entry in spec.sections('communities'):
        entry.text('name')
        entry.text('value')
    for entry in spec.sections('prefixAdvertisements'):
        entry.text('cidr')
        entry.texts('communities')


def _filter(spec: Fields) -> None:
    for field in ('exportV4', 'importV4', 'exportV6', 'importV6'):
        for rule in spec.sections(field):
            for name in ('action', 'cidr', 'interface', 'matchOperator', 'peerType', 'source'):
                rule.text(name)
            for end in ('min', 'max'):
                rule.section('prefixLength').number(end, 0, 128)


def _pool(spec: Fields) -> None:
    for field in ('cidr', 'ipipMode', 'nodeSelector', 'vxlanMode'):
        spec.text(field)
    for field in ('disableBGPExport', 'disabled'):
        spec.flag(field, False)
    spec.number('blockSize', 0, 128)


def _felix(spec: Fields) -> None:
    for field in ('bpfExternalServiceMode', 'programClusterRoutes'):
        spec.text(field)
    for field in ('bpfEnabled', 'wireguardEnabled', 'wireguardEnabledV6'):
        spec.flag(field, False)
    spec.number('ipipMTU', 0, _MOST)


def _addresses(spec: Fields) -> None:
    spec.flag('strictAffinity', False)


def _agent(spec: Fields) -> None:
    spec.texts_by_name('env')
    spec.text('image')
    for field in ('nodes', 'updated'):
        spec.number(field, 0, _MOST)


def _replicas(spec: Fields) -> None:
    spec.number('replicas', 0, _MOST)


_READERS: Mapping[str, Callable[[Fields], None]] = {
    'BGPPeer': _peer,
    'BGPConfiguration': _configuration,
    'BGPFilter': _filter,
    'IPPool': _pool,
    'FelixConfiguration': _felix,
    'IPAMConfiguration': _addresses,
    'DaemonSet': _agent,
    'Deployment': _replicas,
}
