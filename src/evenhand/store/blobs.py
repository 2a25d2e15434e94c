"""Bytes kept under their own SHA-256: written once, the same for everybody, checked when they are read."""

from __future__ import annotations

import json
import zlib
from typing import Any

from sqlalchemy import Connection, insert, select

from evenhand.core.recipe import sha_of
from evenhand.store.database import StoreError
from evenhand.store.ids import now_text
from evenhand.store.schema import METADATA

BLOB = METADATA.tables["blob"]


def put_blob(connection: Connection, content: bytes, kind: str) -> str:
    """Keep some bytes and return their SHA-256; the same bytes are kept once."""
    # the name is of the bytes before they are compressed: another level or zlib keeps every name
    sha = sha_of(content)
    if connection.execute(select(BLOB.c.sha).where(BLOB.c.sha == sha)).first() is None:
        # level 1: views of 200 KB compress in 2 ms; level 6 saves a tenth more and takes 10 ms
        body = zlib.compress(content, 1)
        connection.execute(
            insert(BLOB).values(sha=sha, kind=kind, size=len(content), body=body, made=now_text())
        )
    return sha


def get_blob(connection: Connection, sha: str) -> bytes:
    """Return the bytes of a SHA-256.

    Raises:
        StoreError: they are not there, or are not what they were: the database was changed by hand.
    """
    body = connection.execute(select(BLOB.c.body).where(BLOB.c.sha == sha)).scalar_one_or_none()
    if body is None:
        raise StoreError(f"The database lacks the content {sha[:12]}. Take the last backup.")
    try:
        content = zlib.decompress(body)
    except zlib.error:
        # fails the check below, so that both kinds of damage end in the same sentence
        content = b""
    if sha_of(content) != sha:
        raise StoreError(f"The content {sha[:12]} was changed by hand and is not used. Take the last backup.")
    return content


def put_json(connection: Connection, value: Any, kind: str) -> str:
    """Keep a JSON value, in one canonical order, and return its SHA-256."""
    # the same value must give the same bytes, or an equal recipe would be solved a second time
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return put_blob(connection, text.encode(), kind)


def get_json(connection: Connection, sha: str) -> Any:
    """Return the JSON value of a SHA-256; errors as ``get_blob``."""
    return json.loads(get_blob(connection, sha))
