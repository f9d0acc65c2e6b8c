"""Finding the insights that may apply to a problem: by words, by labels, by vectors, fused, and cut to a bound.

What comes out is bounded by the request, never by the size of the library: a few terms of the text are looked up, a few
candidates are ranked by each means, and the ranks are fused (reciprocal rank fusion, Cormack et al., SIGIR 2009).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from optwright.experience import labels, rows
from optwright.experience.insight import Insight, Label, Stage, Status
from optwright.experience.library import Library
from optwright.experience.schema import insight, label
from optwright.experience.vectors import Vectors

MOST_TERMS = 24
"""Words of a problem that are looked up: the rarest in the library."""
_FEWEST_TERMS = 4
_RANKED = 1500
"""Insights that are ranked by words, about: rare words are looked up until there are so many."""
_POOL = 60
"""Candidates that each means contributes at most."""
_UNDER = 10 * _POOL
"""Insights under the wanted labels that are put in order."""
_FUSION = 60.0
"""The constant of reciprocal rank fusion."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and how much of it at most."""

    text: str
    stages: tuple[Stage, ...] = tuple(Stage)
    statuses: tuple[Status, ...] = (Status.ADMITTED,)
    labels: tuple[Label, ...] = ()
    """Labels that were found to fit; insights under them are ranked as well."""
    most: int = 12
    also: frozenset[int] = frozenset()
    """Numbers that count whatever their status: candidates on trial."""
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """An insight that may apply."""

    insight: Insight
    score: float
    """Of the fusion: larger is better; comparable within one search only."""
    means: tuple[str, ...]
    """What found it: `words`, `labels`, `vectors`."""


def ranking(library: Library, wanted: Wanted) -> list[int]:
    """Return the numbers of the insights that rank by words, for a `pruned` and a `search` of the same text."""
    with library.database.reading() as connection:
        return _by_words(connection, wanted, _UNDER)


def search(
    library: Library, wanted: Wanted, vectors: Vectors | None = None, *, words: Sequence[int] | None = None
) -> list[Hit]:
    """Return at most `wanted.most` hits, the best first; none when nothing shares a word, a label or a direction.

    `words` is the `ranking` of the same text, where it was worked out before.
    """
    with library.database.reading() as connection:
        if words is None:
            words = _by_words(connection, wanted, _UNDER if wanted.labels else _POOL)
        ranked = {"words": list(words[:_POOL]), "labels": _by_labels(connection, wanted, words)}
        if vectors is not None:
            ranked["vectors"] = vectors.nearest(connection, wanted.text, _filter(wanted), _POOL)
        best = _fused(ranked)[: wanted.most]
        found = {
            one.number: one for one in rows.load(connection, rows.chosen([number for number, _ in best], None, None))
        }
    means = {name: set(numbers) for name, numbers in ranked.items()}
    return [Hit(found[number], score, tuple(name for name in means if number in means[name])) for number, score in best]


def pruned(
    library: Library, wanted: Wanted, most: int = 30, *, bare: bool = False, words: Sequence[int] | None = None
) -> list[Label]:
    """Return the labels worth asking a model about: those of the insights that share words, then those that do.

    `bare` has labels too under which nothing stands that is wanted: a taxonomy to file under, not to look under.
    `words` is the `ranking` of the same text, where it was worked out before.
    """
    with library.database.reading() as connection:
        numbers = _by_words(connection, wanted, 4 * _POOL) if words is None else words[: 4 * _POOL]
        of_insights = sa.select(insight.c.number, insight.c.label).where(insight.c.number.in_(numbers))
        place = {number: at for at, number in enumerate(numbers)}
        points: dict[int, float] = defaultdict(float)
        for number, under in connection.execute(of_insights):
            points[under] += 1.0 / (_FUSION + place[number])
        asked = set(_words(wanted.text))
        weights: dict[Label, float] = {}
        of_stages = label.c.stage.in_([stage.value for stage in wanted.stages])
        for found in connection.execute(sa.select(label).where(of_stages)):
            shared = asked & _words_of(found.first, found.second, found.definition, found.condition)
            if weight := points[found.number] + 0.002 * len(shared):
                weights[labels.label_of(found._asdict())] = weight
        if not bare:
            standing = _standing(connection, wanted, weights)
            weights = {one: weight for one, weight in weights.items() if one.folded in standing}
    return sorted(weights, key=lambda one: (-weights[one], one.path))[:most]


@lru_cache(maxsize=4096)
def _words_of(*texts: str) -> frozenset[str]:
    """Return the words of a label, which change seldom and are compared with every problem."""
    return frozenset(_WORD.findall(" ".join(texts).casefold()))


def _standing(connection: Connection, wanted: Wanted, found: Iterable[Label]) -> set[tuple[str, str, str]]:
    """Return which of the labels, a first level with all below it, have an insight that is wanted."""
    firsts = sa.tuple_(label.c.stage, label.c.folded_first).in_(sorted({one.folded[:2] for one in found}))
    query = sa.select(label.c.stage, label.c.folded_first, label.c.folded_second).where(firsts)
    one_there = sa.exists().where(insight.c.label == label.c.number, *_filter(wanted))
    below = connection.execute(query.where(one_there)).all()
    return {(row[0], row[1], row[2]) for row in below} | {(row[0], row[1], "") for row in below}


def bounded(insights: Iterable[Insight], *, most: int, tokens: int) -> list[Insight]:
    """Keep the first ones that fit both bounds; `tokens` counts a token for four characters of their text."""
    kept: list[Insight] = []
    left = 4 * tokens
    for one in insights:
        size = len(told(one))
        if len(kept) < most and size <= left:
            kept.append(one)
            left -= size
    return kept


def told(one: Insight) -> str:
    """Return an insight as a prompt tells it, under its id."""
    example = f"\nExample:\n{one.content.example}" if one.content.example else ""
    return f"[{one.id}] When: {one.content.condition}\nThen: {one.content.explanation}{example}"


def _fused(ranked: dict[str, list[int]]) -> list[tuple[int, float]]:
    scores: dict[int, float] = defaultdict(float)
    for numbers in ranked.values():
        for at, number in enumerate(numbers):
            scores[number] += 1.0 / (_FUSION + at)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _filter(wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    of_stage = insight.c.stage.in_([stage.value for stage in wanted.stages])
    of_status = insight.c.status.in_([status.value for status in wanted.statuses])
    allowed = sa.or_(of_status, insight.c.number.in_(wanted.also)) if wanted.also else of_status
    return (allowed, of_stage, *([insight.c.number.not_in(wanted.without)] if wanted.without else []))


def _by_words(connection: Connection, wanted: Wanted, most: int = _POOL) -> list[int]:
    words = _words(wanted.text)
    if not words:
        return []
    if connection.dialect.name == "sqlite":
        return _by_fts5(connection, words, wanted, most)
    return _by_tsvector(connection, words, wanted, most)


def _by_fts5(connection: Connection, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
    rarest = _rarest(words, _frequencies(connection, words))
    if not rarest:
        return []
    table = sa.table("insight_text", sa.column("rowid"), sa.column("rank"))
    match = sa.text("insight_text MATCH :terms").bindparams(terms=" OR ".join(f'"{word}"' for word in rarest))
    # The weights say that a word of a label counts three times one of the condition.
    order = sa.text("bm25(insight_text, 1.0, 3.0)")
    query = sa.select(table.c.rowid).join(insight, insight.c.number == table.c.rowid)
    found = connection.execute(query.where(match, *_filter(wanted)).order_by(order, table.c.rowid).limit(most))
    return [int(row[0]) for row in found]


def _frequencies(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Return in how many insights each word stands, as FTS5 stems it; words that stand in none are left out."""
    one = "SELECT ?, count(*) FROM (SELECT 1 FROM insight_text WHERE insight_text MATCH ? LIMIT 2000)"
    given = tuple(part for word in words for part in (word, f'"{word}"'))
    counts = connection.exec_driver_sql(" UNION ALL ".join([one] * len(words)), given)
    return {str(word): int(number) for word, number in counts if number}


def _by_tsvector(connection: Connection, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
    counts = connection.execute(_COUNTS, {"words": list(words)})
    rarest = _rarest(words, {row[0]: int(row[1]) for row in counts if row[1]})
    if not rarest:
        return []
    terms = sa.text("to_tsquery('english', :terms)").bindparams(terms=" | ".join(rarest))
    vector: sa.ColumnElement[str] = sa.literal_column("insight.words")
    rank = sa.func.ts_rank(vector, terms, 1)
    query = sa.select(insight.c.number).where(vector.op("@@")(terms), *_filter(wanted))
    return list(connection.execute(query.order_by(rank.desc(), insight.c.number).limit(most)).scalars())


_COUNTS = sa.text(
    """
    WITH asked AS MATERIALIZED (
      SELECT word, plainto_tsquery('english', word) AS query, strip(to_tsvector('english', word))::text AS stem
      FROM unnest(CAST(:words AS text[])) AS word
    ), common AS MATERIALIZED (
      SELECT quote_literal(element) AS stem, share * class.reltuples AS rows
      FROM pg_stats, pg_class AS class,
        unnest(most_common_elems::text::text[], most_common_elem_freqs) AS part (element, share)
      WHERE element IS NOT NULL AND tablename = 'insight' AND attname = 'words' AND schemaname = current_schema()
        AND class.oid = 'insight'::regclass
    )
    SELECT word, coalesce(CAST(rows AS bigint), (SELECT count(*) FROM insight WHERE words @@ query))
    FROM asked LEFT JOIN common ON common.stem = asked.stem
    """
)
"""How many insights have each word: of common ones as the last ANALYZE found, of others by looking."""


def _rarest(words: Sequence[str], counts: dict[str, int]) -> list[str]:
    """Return the words that tell the most, the rarest, as many as keep the insights to be ranked few."""
    known = [word for word in words if word in counts]
    kept: list[str] = []
    for word in sorted(known, key=lambda one: (counts[one], known.index(one)))[:MOST_TERMS]:
        if len(kept) >= _FEWEST_TERMS and sum(counts[one] for one in kept) + counts[word] > _RANKED:
            break
        kept.append(word)
    return kept


def _by_labels(connection: Connection, wanted: Wanted, words: Sequence[int]) -> list[int]:
    """Return the insights under the wanted labels: label by label, those that rank by `words` first."""
    if not wanted.labels:
        return []
    folded = {one.folded: at for at, one in enumerate(wanted.labels)}
    query = sa.select(insight.c.number, label.c.stage, label.c.folded_first, label.c.folded_second)
    query = query.join(label, label.c.number == insight.c.label).where(*_filter(wanted))
    either = [
        sa.and_(
            label.c.stage == stage,
            label.c.folded_first == first,
            *([label.c.folded_second == second] if second else []),
        )
        for stage, first, second in folded
    ]
    found = connection.execute(query.where(sa.or_(*either)).order_by(insight.c.number).limit(_UNDER)).all()
    place = {number: at for at, number in enumerate(words)}
    order = {
        row[0]: (
            folded.get((row[1], row[2], row[3]), folded.get((row[1], row[2], ""), 0)),
            place.get(row[0], _UNDER),
        )
        for row in found
    }
    return sorted(order, key=lambda number: (order[number], number))[:_POOL]


_WORD = re.compile(r"[a-z][a-z'-]{2,}")
_LONGEST = 4_000
"""Characters of a text that are looked at: its beginning and its end."""
_MOST_WORDS = 60


def _words(text: str) -> list[str]:
    """Return the words of a text that may tell something, the frequent first."""
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"
    counts = Counter(word.strip("'-") for word in _WORD.findall(short.casefold()))
    return [word for word, _ in counts.most_common() if word not in _EMPTY and word.isalpha()][:_MOST_WORDS]


_EMPTY = frozenset(
    re.findall(
        "[a-z]+",
        """the and for that with this are from can must has have each per its which will one two three all any more than
        least most not but how many much what when who would should there their they was were been into only also other
        such at applies insight problem problems example statement mentions mentioned involves requires description""",
    )
)
"""Words that tell nothing about a problem, and those that every condition has."""
