"""Directional feedback: what was tried is turned into advice on which way to go, and the advice into candidates.

After Nie et al., The Importance of Directional Feedback for LLM-based Optimizers (arXiv 2405.16434): scores alone do
not say where better prompts lie, so the model first synthesises that from the history. Beyond the paper, the advice
rests on what the scorer reports of failed items, with counts, on sentences that set the better candidates apart from
the worse, and on what came of the advice before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from optwright.prompts.parse import strip_thoughts
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.miss import misses, perfect, tell, tell_kinds
from optwright.prompts.search.proposal import propose, tell_form, tell_parts
from optwright.prompts.search.quotation import shortened
from optwright.prompts.search.standing import Standing, contrasts, difference, standings, tell_contrasts
from optwright.prompts.search.strategy import Round

ADVICE = 3_000
"""Characters of advice that are passed on."""
DIFFERENCE = 700
"""Characters of how one version differs from the best."""


@dataclass(frozen=True, slots=True)
class Directional:
    """The strategy. The advice of each step stands in the ledger, under `advice STEP`."""

    history: int = 10
    """Versions shown beside the best: half of them the next best, half the worst."""
    examples: int = 4
    """Failed items shown whole."""
    remembered: int = 4
    """Steps whose advice is shown with what came of it."""

    @property
    def name(self) -> str:
        """As the command line names it."""
        return "directional"

    def settings(self) -> dict[str, object]:
        """Return what decides the proposals."""
        return {"history": self.history, "examples": self.examples, "remembered": self.remembered}

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Ask for advice once, then for `given.count` versions that follow it; none where nothing can be better."""
        tried = standings(given.ledger)
        if not tried or perfect(tried[-1].score, given):
            return []
        best, facts = tried[-1].candidate, self._facts(given, tried)
        advice = given.ledger.once(f"advice {given.number}", lambda: self._advice(given, best, facts))
        told = {name: facts[name] for name in ("task", "form", "score", "best", "contrasts", "kinds")}
        told["advice"] = advice["text"] or "None could be had. Judge for yourself."
        names, parents = list(best.parts), (best.id,)
        found = propose(given, "search_improve", told, base=best, wanted=names, n=given.count, parents=parents)
        return [replace(one, note=f"by advice {given.number}: {one.note}".rstrip(": ")) for one in found]

    def _advice(self, given: Round, best: Candidate, facts: Mapping[str, str]) -> dict[str, str]:
        """Have the model synthesise advice; plain data for the ledger."""
        (reply,) = given.ask("search_feedback", facts, temperature=0.0)
        return {"text": shortened(strip_thoughts(reply.text), ADVICE), "base": best.id}

    def _facts(self, given: Round, tried: Sequence[Standing]) -> dict[str, str]:
        """Return all that advice is asked for with; each of bounded length."""
        best, names = tried[-1], list(tried[-1].candidate.parts)
        short = misses(best.score, given)
        drawn = given.chance.sample(short, min(self.examples, len(short)))
        return {
            "task": given.task.description,
            "form": tell_form(given, names),
            "score": f"{best.mean:.4g}",
            "best": tell_parts(best.candidate.parts, names),
            "history": self._history(tried[:-1], best.candidate),
            "contrasts": tell_contrasts(contrasts(tried), best),
            "kinds": tell_kinds(short, len(best.score.items)),
            "misses": tell(drawn),
            "before": self._before(given, tried),
        }

    def _history(self, others: Sequence[Standing], best: Candidate) -> str:
        half = self.history // 2
        chosen = others if len(others) <= self.history else [*others[:half], *others[half - self.history :]]
        return "\n\n".join(_tell(one, best) for one in chosen) or "None was tried yet."

    def _before(self, given: Round, tried: Sequence[Standing]) -> str:
        """Return the advice of earlier steps with its outcome, the oldest first."""
        found = []
        for step in range(1, given.number):
            advice = given.ledger.recall(f"advice {step}")
            if advice and (outcome := _outcome(tried, step, advice["base"])):
                found.append(f"Advice {step}, {outcome}:\n{shortened(advice['text'], ADVICE // 4)}")
        return "\n\n".join(found[-self.remembered :]) or "None was given yet."


def _tell(one: Standing, best: Candidate) -> str:
    early = f", estimated: it left the race after {len(one.score.items)} items" if one.score.dropped else ""
    return f"Score {one.mean:.4g}{early}\n{difference(best.parts, one.candidate.parts, DIFFERENCE)}"


def _outcome(tried: Sequence[Standing], step: int, base: str) -> str:
    """Say how the candidates of a step did against what they were made from; empty while none has a score."""
    before = next((one.mean for one in tried if one.candidate.id == base), None)
    after = [one.mean for one in tried if one.candidate.step == step]
    if before is None or not after:
        return ""
    better = sum(mean > before for mean in after)
    return f"{better} of {len(after)} better than the {before:.4g} they came from, the best {max(after):.4g}"
