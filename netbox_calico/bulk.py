"""Rows by the ten thousand: through instances and statements of a model they cost the worker ten times as much.

For what no signal and no change log hears of. Fields are named as attributes of an instance are (``cluster_id``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Field, JSONField, Model
from django.utils import timezone

_BATCH = 2000


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows; fields that are not named are what the model says. Raises what ``bulk_create`` does."""
    given = [_field(model, name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in given and not _is_counted(field)]
    fields, rest = [*given, *others], [_default(field) for field in others]
    texts = [isinstance(field, JSONField) for field in fields]
    statement = f'COPY {_quoted(model._meta.db_table)} ({_columns(fields)}) FROM STDIN'
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            cells = zip((*row, *rest), texts, strict=True)
            copy.write_row([json.dumps(value) if is_text else value for value, is_text in cells])


def upsert(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, key: str, change: Sequence[str]
) -> None:
    """Write rows in their order; of one whose ``key`` is there already, the fields ``change``.

    All that has no default is to be named.
    """
    fields = [_field(model, name) for name in names]
    changes = ', '.join(f'{column} = EXCLUDED.{column}' for column in _each_column(model, change))
    _send(
        f'INSERT INTO {_quoted(model._meta.db_table)} ({_columns(fields)}) SELECT {_columns(fields)} FROM '
        f'{_given(fields)} ON CONFLICT ({_columns([_field(model, key)])}) DO UPDATE SET {changes}',
        fields,
        rows,
    )


def update(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows; the first name is that of the primary key, and rows that are gone stay so."""
    fields = [_field(model, name) for name in names]
    table, key = _quoted(model._meta.db_table), _columns(fields[:1])
    changes = ', '.join(f'{column} = given.{column}' for column in _each_column(model, names[1:]))
    # Locked in one order, for two that change the same rows would else wait for one another.
    _send(
        f'WITH given AS MATERIALIZED (SELECT * FROM {_given(fields)}), locked AS MATERIALIZED (SELECT {key} FROM '
        f'{table} WHERE {key} IN (SELECT {key} FROM given) ORDER BY {key} FOR UPDATE) '
        f'UPDATE {table} SET {changes} FROM given JOIN locked USING ({key}) WHERE {table}.{key} = given.{key}',
        fields,
        rows,
    )


def _send(statement: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> None:
    """The rows go as one document: for each parameter of its own the driver would take longer than the database."""
    columns = [field.column for field in fields]
    with transaction.atomic(), connection.cursor() as cursor:
        for some in batched(rows, _BATCH):
            document = [dict(zip(columns, row, strict=True)) for row in some]
            cursor.execute(statement, [json.dumps(document, default=str, ensure_ascii=False)])


def _given(fields: Sequence[Field]) -> str:
    columns = ', '.join(f'{_quoted(field.column)} {field.rel_db_type(connection)}' for field in fields)
    return f'json_to_recordset(%s::json) AS given({columns})'


def _field(model: type[Model], name: str) -> Field:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _is_counted(field: Field) -> bool:
    """Whether the database itself gives its value."""
    return isinstance(field, AutoField)


def _default(field: Field) -> Any:
    if getattr(field, 'auto_now', False) or getattr(field, 'auto_now_add', False):
        return timezone.now()
    return field.get_default()


def _each_column(model: type[Model], names: Iterable[str]) -> list[str]:
    return [_quoted(_field(model, name).column) for name in names]


def _columns(fields: Iterable[Field]) -> str:
    return ', '.join(_quoted(field.column) for field in fields)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
