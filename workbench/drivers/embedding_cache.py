"""Which texts were embedded before? Vectors on disk by the hash of their text, never changed.

A folder per model, and in it Parquet files that are only ever added: each is written beside its
place and renamed, and named after what it holds. So readers see whole files, and two writers of
the same texts write the same file. A file that cannot be read is said and passed over; what it
held is embedded again. Deleting the folder costs time, nothing else.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

KEY_BYTES = 16
_LOG = logging.getLogger(__name__)

Keys = NDArray[np.bytes_]  # of KEY_BYTES each
Stored = NDArray[np.float16]


def text_keys(texts: Iterable[str]) -> Keys:
    """The hash of every text, as it is looked up."""
    hashes = (
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
        for text in texts
    )
    return np.frombuffer(b"".join(hashes), dtype=f"S{KEY_BYTES}")


class EmbeddingCache:
    """The vectors of one model; ``folder`` need not exist yet."""

    def __init__(self, folder: Path, dims: int) -> None:
        self.folder, self.dims = folder, dims
        self._schema = pa.schema(
            {"hash": pa.binary(KEY_BYTES), "vector": pa.list_(pa.float16(), dims)}
        )

    def look_up(self, keys: Keys, vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Fill in the rows of ``vectors`` that are known; says which. ``keys`` must be sorted."""
        known = np.zeros(len(keys), dtype=bool)
        if not len(keys):
            return known
        for path in sorted(self.folder.glob("part-*.parquet")):
            if known.all():
                break
            part = self._read(path)
            if part is None:
                continue
            kept, stored = part
            at = np.minimum(np.searchsorted(keys, kept), len(keys) - 1)
            hit = keys[at] == kept
            vectors[at[hit]] = stored[hit]
            known[at[hit]] = True
        return known

    def add(self, keys: Keys, vectors: Stored) -> None:
        """Keep new vectors; where the disk is full or read-only that is said, and no harm done."""
        if not len(keys):
            return
        order = np.argsort(keys, kind="stable")
        packed = keys[order].tobytes()
        path = self.folder / f"part-{hashlib.sha256(packed).hexdigest()[:24]}.parquet"
        columns = [
            pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(KEY_BYTES), len(keys), [None, pa.py_buffer(packed)]
            ),
            pa.FixedSizeListArray.from_arrays(
                pa.array(vectors[order].ravel(), type=pa.float16()), self.dims
            ),
        ]
        try:
            self._write(path, pa.Table.from_arrays(columns, schema=self._schema))
        except OSError as error:
            _LOG.warning("New embeddings could not be kept in %s: %s", self.folder, error)

    def _write(self, path: Path, table: pa.Table) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # A name of its own: two writers of one file must not share what they write to.
        beside = self.folder / f".{uuid4().hex}.tmp"
        try:
            with beside.open("wb") as file:
                pq.write_table(
                    table, file, compression="none", use_dictionary=False, write_statistics=False,
                    write_page_checksum=True,
                )  # fmt: skip
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    def _read(self, path: Path) -> tuple[Keys, Stored] | None:
        try:
            table = pq.read_table(path, page_checksum_verification=True, partitioning=None)
            if not table.schema.equals(self._schema) or any(c.null_count for c in table.columns):
                raise pa.ArrowInvalid("it does not hold what this model's files hold")
        except (pa.ArrowException, OSError) as error:
            _LOG.warning(
                "Cached embeddings are passed over and made again; delete %s (%s)",
                path, str(error).splitlines()[0][:200],
            )  # fmt: skip
            return None
        hashes = b"".join(table.column("hash").to_pylist())
        vectors = table.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return np.frombuffer(hashes, dtype=f"S{KEY_BYTES}"), vectors.reshape(-1, self.dims)
