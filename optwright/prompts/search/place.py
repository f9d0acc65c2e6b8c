"""Where prompts lie: vectors of their parts, by an embedding model or, without one, by the words that they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optwright.errors import LLMError
from optwright.llm.embedding import Embedder
from optwright.prompts.library import digest
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.surrogate import Floats

_DIMENSIONS = 1024
_BATCH = 64


class WordEmbedder:
    """Vectors of counts of hashed words and pairs of words: no server, no model, no memory. Fulfils `Embedder`.

    It knows no synonyms: two prompts are near each other when they share words. The counts are not brought to one
    length, so that what a sentence adds is the same whatever else a prompt says.
    """

    name = "words"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text."""
        from sklearn.feature_extraction.text import HashingVectorizer

        found = HashingVectorizer(n_features=_DIMENSIONS, ngram_range=(1, 2), norm=None).transform(texts)
        return [[float(number) for number in row] for row in found.toarray()]


def vectors(texts: Sequence[str], embedder: Embedder) -> dict[str, list[float]]:
    """Return the vector of each different text, by the text's digest; long lists are asked for in batches."""
    wanted = {digest(text): text for text in texts}
    names = list(wanted)
    found: dict[str, list[float]] = {}
    for at in range(0, len(names), _BATCH):
        part = names[at : at + _BATCH]
        found |= dict(zip(part, embedder.embed([wanted[name] for name in part]), strict=True))
    return found


def places(candidates: Sequence[Candidate], known: Mapping[str, list[float]]) -> Floats:
    """Return one row for each candidate: the vectors of its parts side by side, without what is the same in all.

    Raises LLMError when the vectors are not all of one length: the endpoint's model has changed.
    """
    if len({len(vector) for vector in known.values()}) > 1:
        raise LLMError("the embedding endpoint gave vectors of different lengths; begin a new run with one model")
    names = sorted(candidates[0].parts)
    rows = np.asarray([np.concatenate([known[digest(one.parts[name])] for name in names]) for one in candidates])
    return rows[:, np.ptp(rows, axis=0) > 0]
