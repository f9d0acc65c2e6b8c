"""The walk over a pool: what it proposes, that it climbs, that its ledger is all that it needs."""

import hashlib
import json
import sys

import pytest

pytest.importorskip("sklearn")

from optwright.budget import Usage
from optwright.errors import ConfigError, LLMError
from optwright.llm import Completion, Reply
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from optwright.prompts.search.zopo import Zopo
from tests.prompts.search.cases import SEED, run
from tests.test_embedding import embedder, server

__all__ = ["server"]

WORDS = ("amber", "birch", "cedar", "dune", "ember", "fern", "grove", "heath", "iris", "juniper")
GOOD = WORDS[:5]
SMALL = Zopo(pool=16, parents=2)


class Wordy:
    """Writes variations by the request and the reply's number alone: a word more, or one less."""

    name = "wordy"

    def __init__(self, broken=()):
        self.requests, self._broken = [], broken

    def complete(self, messages, *, n=1, temperature=None, schema=None, stop=None, max_tokens=None):
        self.requests.append(messages)
        prompt = messages[1]["content"]
        name, _, rest = prompt.rpartition('<part name="')[2].partition('">\n')
        words = rest.partition("\n</part>")[0].split()
        return Completion(
            tuple(Reply(self.reply(name, words, [*messages, k], k)) for k in range(n)), Usage(1, 9, 9 * n), "wordy"
        )

    def reply(self, name, words, *what):
        if what[-1] in self._broken:
            return f'<part name="{name}">\nno placeholder\n</part>'
        drawn = hashlib.sha256(json.dumps(what).encode()).digest()
        word = WORDS[drawn[0] % len(WORDS)]
        changed = [one for one in words if one != word] if word in words else [*words, word]
        return f'<part name="{name}">\n{" ".join(changed)}\n</part>'


def worth(text):
    return sum(word in text for word in GOOD) / 8 - sum(word in text for word in WORDS[5:]) / 20 + 0.3


def score(candidates):
    for one in candidates:
        value = worth(" ".join(one.parts.values()))
        yield Score({f"q{at}": value + (0.01 if at % 2 else -0.01) for at in range(4)})


def search(strategy=SMALL, model=None, **given):
    given = {"plan": Plan(steps=8, count=4), "seeds": [SEED], **given}
    return run(strategy, given.pop("score_fn", score), model=model or Wordy(), **given)


def tried(ledger):
    return [(entry.candidate.step, entry.candidate.id, entry.candidate.note) for entry in ledger.entries.values()]


def test_it_climbs_to_all_good_words():
    ledger = search()
    best = ledger.best.candidate.parts["sort"]
    assert all(word in best for word in GOOD)
    assert ledger.best.score.mean > 0.85 > max(entry.score.mean for entry in ledger.scored[:5])
    notes = [entry.candidate.note for entry in ledger.entries.values() if entry.candidate.step]
    assert notes[:4] == ["drawn at random"] * 4
    assert any(note.startswith("uphill, doubt 0.") for note in notes)
    assert all(entry.candidate.parents[0] in ledger.entries for entry in ledger.scored[1:])


def test_equal_seeds_make_equal_runs():
    first, again, other = (tried(search(plan=Plan(steps=4, count=4, seed=seed))) for seed in (0, 0, 1))
    assert first == again != other


def test_any_beginning_of_the_ledger_goes_on_to_the_same_end(tmp_path):
    path = tmp_path / "ledger.jsonl"
    model = Wordy()
    whole = tried(search(path=path, model=model, plan=Plan(steps=4, count=4)))
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in range(0, len(lines), 7):
        path.write_bytes(b"".join(lines[:kept]))
        again = Wordy()
        assert tried(search(path=path, model=again, plan=Plan(steps=4, count=4))) == whole
        assert len(again.requests) == len(model.requests) - sum(b'"reply ' in line for line in lines[:kept])


def test_a_server_that_fails_loses_nothing():
    class Gone(Wordy):
        def complete(self, *given, **more):
            if len(self.requests) == 3:
                raise LLMError("gone")
            return super().complete(*given, **more)

    ledger, plan = Ledger(), Plan(steps=5, count=4)
    with pytest.raises(LLMError, match="gone"):
        search(ledger=ledger, model=Gone(), plan=plan)
    assert tried(search(ledger=ledger, plan=plan)) == tried(search(plan=plan))


def test_doubtful_slopes_lead_to_the_neighbourhood():
    notes = [note for _, _, note in tried(search(Zopo(pool=16, doubt=-1.0, patience=2)))]
    assert any(note.startswith("nearby") for note in notes)
    notes = [note for _, _, note in tried(search(Zopo(pool=16, doubt=1.0)))]
    assert not any(note.startswith("nearby") for note in notes)


def test_doubt_is_remembered_from_step_to_step():
    alone = search(Zopo(pool=16, doubt=-1.0, patience=3), plan=Plan(steps=12, count=1))
    notes = [note.partition(",")[0] for _, _, note in tried(alone)[1:]]
    assert notes[:3] == ["drawn at random"] * 3
    assert notes[3:9] == ["uphill", "uphill", "nearby"] * 2


def test_what_breaks_the_form_is_refused_with_its_reason():
    model = Wordy(broken={0})
    ledger = search(model=model, plan=Plan(steps=1, count=4))
    reasons = {one.reason for one in ledger.rejected}
    assert "sort drops {{letters}}" in reasons
    assert len(ledger.proposed(1)) == 4


def test_equal_scores_are_drawn_among():
    ledger = search(score_fn=lambda candidates: [Score({"q0": 0.5, "q1": 0.5}) for _ in candidates])
    assert {note for _, _, note in tried(ledger)[1:]} == {"drawn at random"}
    assert ledger.best is ledger.seeds[0]


def test_a_model_that_repeats_itself_ends_the_search():
    class Same(Wordy):
        def reply(self, name, words, *what):
            return f'<part name="{name}">\nSort {{{{letters}}}} amber.\n</part>'

    ledger = search(model=Same())
    assert "nothing new" in ledger.ended
    assert len(ledger.entries) == 2


def test_of_several_parts_each_may_vary():
    class Both(Wordy):
        def reply(self, name, words, *what):
            name = ("one", "two")[what[-1] % 2]
            return super().reply(name, ["{{letters}}"], *what)

    seed = {"one": "{{letters}}", "two": "{{letters}}"}
    ledger = search(model=Both(), seeds=[seed], plan=Plan(steps=3, count=4))
    changed = [name for entry in ledger.scored[1:] for name in seed if entry.candidate.parts[name] != seed[name]]
    assert set(changed) == {"one", "two"}


class Letters:
    """An embedding model of its own: counts of the words, asked for once for each text."""

    name = "letters"

    def __init__(self):
        self.texts = []

    def embed(self, texts):
        self.texts += texts
        return [[text.count(word) / 3 for word in WORDS] for text in texts]


def test_vectors_of_a_server_are_kept(tmp_path):
    path, first, again = tmp_path / "ledger.jsonl", Letters(), Letters()
    whole = search(Zopo(first, pool=16), path=path, plan=Plan(steps=3, count=4))
    assert len(first.texts) == len(set(first.texts)) > 8
    gone_on = search(Zopo(again, pool=16), path=path, plan=Plan(steps=3, count=4))
    assert tried(gone_on) == tried(whole)
    assert again.texts == []
    assert whole.settings["zopo.embedding"] == "letters"


def test_what_is_missing_is_said_before_anything_is_asked(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    model = Wordy()
    with pytest.raises(ConfigError, match="zopo strategy needs scikit-learn"):
        search(model=model)
    assert model.requests == []


def test_vectors_come_from_any_endpoint(server):
    ledger = search(Zopo(embedder(server), pool=16), plan=Plan(steps=2, count=4))
    assert len(ledger.scored) == 9
    texts = [text for _, _, body in server.asked for text in body["input"]]
    assert len(texts) == len(set(texts)) > 8
