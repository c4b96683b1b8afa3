"""Plans as JSON's types and back, without loss: how they are stored and shown to other programs."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from .digest import plain
from .errors import InvalidInput
from .model.intent import Session
from .model.plan import Change, Finding, Gate, GateKind, Item, Operation, Plan, Severity, Step

type Document = Mapping[str, Any]


def encode(plan: Plan) -> dict[str, Any]:
    """The plan as a JSON-able dict; field names are those of the dataclasses."""
    document: dict[str, Any] = plain(plan)
    return document


def decode(document: Document) -> Plan:
    """The plan that ``encode`` was given. Raises InvalidInput when the document is none."""
    try:
        return Plan(
            **{
                **document,
                'steps': tuple(decode_step(step) for step in document['steps']),
                'sessions': tuple(decode_session(session) for session in document['sessions']),
                'former': tuple(decode_session(session) for session in document['former']),
                'findings': tuple(decode_finding(finding) for finding in document['findings']),
                'racks': tuple(document['racks']),
            }
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise InvalidInput(f'This is no plan of this version ({exc!r}): make a new plan.') from exc


def decode_step(document: Document) -> Step:
    """One step."""
    return Step(
        **{
            **document,
            'items': tuple(decode_item(item) for item in document['items']),
            'gate': decode_gate(document['gate']),
            'undo': tuple(decode_item(item) for item in document['undo']),
            'undo_gate': decode_gate(document['undo_gate']),
        }
    )


def decode_item(document: Document) -> Item:
    """One item."""
    return Item(
        **{
            **document,
            'operation': Operation(document['operation']),
            'changes': tuple(Change(**change) for change in document['changes']),
        }
    )


def decode_gate(document: Document) -> Gate:
    """One gate."""
    return Gate(
        **{
            **document,
            'kind': GateKind(document['kind']),
            'racks': tuple(document['racks']),
            'left': tuple(document['left']),
            'routers': tuple(document['routers']),
            'nodes': tuple(document['nodes']),
            'reflectors': tuple(document['reflectors']),
            'told': tuple(document['told']),
            'idle': tuple(document['idle']),
        }
    )


def decode_session(document: Document) -> Session:
    """One session."""
    return Session(
        **{
            **document,
            'node_address': ip_address(document['node_address']),
            'router_address': ip_address(document['router_address']),
            'gateway': document['gateway'] and ip_address(document['gateway']),
            'former': document['former'] and ip_address(document['former']),
        }
    )


def decode_finding(document: Document) -> Finding:
    """One finding."""
    return Finding(**{**document, 'severity': Severity(document['severity'])})
