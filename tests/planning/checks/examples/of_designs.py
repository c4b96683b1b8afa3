"""What single designs cannot be built on."""

from __future__ import annotations

from tests.planning.checks.troubled import both, observed, router

from .example import Example

PER_RACK = {'design': 'tor-as-per-rack'}

EXAMPLES = {
    'rack-of-several-as': Example(
        router('tor-1-2', asn=65099),
        both(router('tor-1-1', asn=65099), router('tor-1-2', asn=65099)),
        cluster=PER_RACK,
    ),
    'as-of-several-racks': Example(
        both(router('tor-2-1', asn=65010), router('tor-2-2', asn=65010)),
        both(router('tor-2-1', asn=65011), router('tor-2-2', asn=65011)),
        cluster=PER_RACK,
    ),
    'local-as-unknown': Example(
        observed(calico_version='v3.30.7'), observed(calico_version='v3.31.0'), cluster=PER_RACK
    ),
}
