"""A Parquet file read in the guarded child: its columns as Arrow, texts as codes with a vocabulary, bounded.

A column of a million equal texts of a kilobyte takes a few bytes in the file and a gigabyte as text. So texts
go back as codes into the distinct texts, and what is counted is what the reader would hold.
"""

from __future__ import annotations

import sys
from typing import IO, Any, Final

BATCH: Final = 1 << 16
"""Rows decoded at a time: what a batch of the widest texts takes at once stays under the memory limit."""


def read_foreign(source: IO[bytes], options: dict[str, Any], answer: Any) -> None:
    """Write the number of rows, or what is wrong, then an Arrow stream of the columns."""
    if options["reader"] == "polars":
        _with_polars(source, options, answer)
    else:
        _with_pyarrow(source, options, answer)


def _with_pyarrow(source: IO[bytes], options: dict[str, Any], answer: Any) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    raw = pa.py_buffer(source.read())
    try:
        file = parquet.ParquetFile(pa.BufferReader(raw))
        schema, rows = file.schema_arrow, file.metadata.num_rows
        if rows * len(schema) > options["area"]:
            answer.say({"fault": "refused", "what": f"{options['area']:,} cells"})
            return
        texts = [name for name, kind in zip(schema.names, schema.types, strict=True) if _is_text(kind)]
        file = parquet.ParquetFile(pa.BufferReader(raw), read_dictionary=texts)
        batches = []
        for batch in file.iter_batches(BATCH, use_threads=False):
            # with codes for texts this is what the reader will hold of it
            answer.characters -= batch.nbytes
            if answer.characters < 0:
                break
            batches.append(batch)
        if answer.characters < 0:
            answer.say({"fault": "refused", "what": f"{answer.most['characters']:,} characters"})
            return
        whole = pa.Table.from_batches(batches, file.schema_arrow)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        answer.say({"fault": "damaged", "said": str(error)})
        return
    answer.say({"rows": rows})
    sys.stdout.flush()
    with pa.ipc.new_stream(sys.stdout.buffer, whole.schema) as stream:
        stream.write_table(whole)


def _with_polars(source: IO[bytes], options: dict[str, Any], answer: Any) -> None:
    import polars as pl

    raw = source.read()
    try:
        frame = pl.read_parquet(raw)
    except Exception as error:  # noqa: BLE001 - polars has errors of its own, and panics that are none
        answer.say({"fault": "damaged", "said": str(error)})
        return
    texts = [head for head in frame.columns if frame.schema[head] == pl.String]
    characters = sum(frame.get_column(head).str.len_bytes().sum() or 0 for head in texts)
    if frame.height * frame.width > options["area"]:
        answer.say({"fault": "refused", "what": f"{options['area']:,} cells"})
    elif characters > answer.characters:
        answer.say({"fault": "refused", "what": f"{answer.characters:,} characters"})
    else:
        answer.say({"rows": frame.height})
        sys.stdout.flush()
        frame.write_ipc_stream(sys.stdout.buffer)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
