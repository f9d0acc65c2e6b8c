"""Conditions as vectors: kept beside the insights, computed for those that changed, compared by cosine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from optwright.errors import LLMError
from optwright.experience.database import Database, insert_new
from optwright.experience.schema import embedding, insight
from optwright.llm.embedding import Embedder

_BATCH = 64
_LONGEST = 4_000
"""Characters of a text that are embedded."""

Floats = npt.NDArray[np.float32]


class Vectors:
    """The vectors of one embedding model. `refresh` asks the model; `nearest` asks it once, for the text."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database, self._embedder = database, embedder

    def refresh(self) -> int:
        """Embed every condition that has no vector of its present version; return how many. Raises LLMError."""
        model = self._embedder.name
        with self._database.reading() as connection:
            current = sa.and_(embedding.c.insight == insight.c.number, embedding.c.model == model)
            query = sa.select(insight.c.number, insight.c.version, insight.c.condition).outerjoin(embedding, current)
            query = query.where(sa.or_(embedding.c.version.is_(None), embedding.c.version != insight.c.version))
            stale = connection.execute(query.order_by(insight.c.number)).all()
        for at in range(0, len(stale), _BATCH):
            part = stale[at : at + _BATCH]
            unit = _units(self._embedder.embed([row.condition[:_LONGEST] for row in part]), len(part))
            self._keep([(row.number, row.version) for row in part], unit)
        return len(stale)

    def nearest(
        self, connection: Connection, text: str, where: Sequence[sa.ColumnElement[bool]], most: int
    ) -> list[int]:
        """Return the numbers of the insights whose conditions point most nearly where the text does."""
        query = sa.select(insight.c.number, embedding.c.vector).join(insight, insight.c.number == embedding.c.insight)
        query = query.where(embedding.c.model == self._embedder.name, embedding.c.version == insight.c.version, *where)
        found = connection.execute(query).all()
        if not found:
            return []
        matrix = np.frombuffer(b"".join(row.vector for row in found), np.float32).reshape(len(found), -1)
        asked = _units(self._embedder.embed([text[:_LONGEST]]), 1)[0]
        if asked.shape[0] != matrix.shape[1]:
            raise LLMError(
                f"the embedding model {self._embedder.name} gave {asked.shape[0]} numbers, the library has vectors of "
                f"{matrix.shape[1]}; was the model changed under its name?"
            )
        order = np.argsort(-(matrix @ asked), kind="stable")[:most]
        return [int(found[at].number) for at in order]

    def _keep(self, places: Sequence[tuple[int, int]], unit: Floats) -> None:
        model = self._embedder.name
        rows = [
            {"insight": number, "model": model, "version": version, "vector": vector.tobytes()}
            for (number, version), vector in zip(places, unit, strict=True)
        ]

        def work(connection: Connection) -> None:
            old = sa.and_(embedding.c.model == model, embedding.c.insight.in_([number for number, _ in places]))
            connection.execute(sa.delete(embedding).where(old))
            insert_new(connection, embedding, rows)

        self._database.write(work)


def _units(vectors: Sequence[Sequence[float]], count: int) -> Floats:
    matrix = np.asarray(vectors, np.float32)
    if matrix.ndim != 2 or matrix.shape[0] != count or not np.isfinite(matrix).all():
        raise LLMError("the embedding model's reply is no list of vectors of numbers")
    unit: Floats = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return unit
