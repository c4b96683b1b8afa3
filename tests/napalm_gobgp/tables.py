"""Tables of one prefix, as the plugin renders them for a reflector: the least that has one of each."""

from __future__ import annotations

HEAD = '# replaces CAL-C1\n'
NOTHING = HEAD


def tables(hold_time: int = 30, neighbors: tuple[str, ...] = ('10.1.1.11', '10.1.1.12'), password: str = '') -> str:
    """A candidate."""
    listed = ', '.join(f'"{address}"' for address in neighbors)
    secret = f'config.auth-password = "{password}"\n' if password else ''
    return (
        HEAD
        + f"""[[defined-sets.neighbor-sets]]
neighbor-set-name = "CAL-C1-4"
neighbor-info-list = [{listed}]

[[defined-sets.prefix-sets]]
prefix-set-name = "CAL-C1-IN4"
prefix-list = [
  {{ip-prefix = "10.244.0.0/16", masklength-range = "16..32"}},
]

[[policy-definitions]]
name = "CAL-C1-IN4"
[[policy-definitions.statements]]
name = "CAL-C1-IN4-10"
conditions.match-neighbor-set.neighbor-set = "CAL-C1-4"
conditions.match-prefix-set.prefix-set = "CAL-C1-IN4"
actions.route-disposition = "accept-route"

[[peer-groups]]
config.peer-group-name = "CAL-C1-4"
config.peer-as = 64512
{secret}timers.config.hold-time = {hold_time}

{''.join(_neighbor(address) for address in neighbors)}
[global.apply-policy.config]
import-policy-list = [
  "CAL-C1-IN4",
]
"""
    )


def _neighbor(address: str) -> str:
    return f'[[neighbors]]\nconfig.neighbor-address = "{address}"\nconfig.peer-group = "CAL-C1-4"\n'
