"""Annotations that hold JSON: anybody may write one, so what is no object counts as an empty one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def json_object(annotations: Mapping[str, str], key: str) -> Mapping[str, Any]:
    """The object that the annotation holds; empty where there is none, or something else."""
    try:
        found = json.loads(annotations.get(key, '{}'))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
