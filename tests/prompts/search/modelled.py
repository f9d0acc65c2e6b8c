"""A model that reads and writes prompts by rules, and a score for them: for tests of the strategies.

A prompt gets an item right when it states the item's rule; the evidence of a failed one names the rule. The writer adds
the rules that it finds named most often in what it reads, one in each reply, and states its reason.
"""

import re
from collections import Counter

from optwright.budget import Usage
from optwright.errors import LLMError
from optwright.llm import Completion, Reply, Request
from optwright.prompts.search.score import Score

SEED = {"sort": "Sort {{letters}}."}
ITEMS = [f"q{number}" for number in range(8)]
RULES = ("alpha", "beta", "gamma", "delta")
_PART = re.compile(r'^<part name="(\w+)">\n(.*?)\n</part>', re.DOTALL | re.MULTILINE)


def rule(name):
    return f"Keep rule {name}."


def evidence(text, number):
    name = RULES[number % len(RULES)]
    return "" if rule(name) in text else f"check: rule {name} is not kept\nended: wrong"


def scoring(candidates):
    """Score each candidate by the rules that any of its parts states."""
    found = []
    for one in candidates:
        text = "\n".join(one.parts.values())
        said = {item: evidence(text, number) for number, item in enumerate(ITEMS)}
        items = {item: float(not words) for item, words in said.items()}
        found.append(Score(items, {item: words for item, words in said.items() if words}))
    return found


class Writer:
    """Replies decided by the request and the number of the reply alone; each request is kept.

    `broken`: what it writes breaks the form. `fail`: the request at which its server goes down.
    """

    name = "writer"

    def __init__(self, words=rule, *, advice="", broken=False, fail=0):
        self.requests, self._words, self._advice, self._broken, self._fail = [], words, advice, broken, fail

    def complete(self, messages, *, n=1, temperature=None, schema=None, stop=None, max_tokens=None):
        if self._fail and len(self.requests) + 1 == self._fail:
            raise LLMError("the server is gone")
        self.requests.append(Request(tuple(messages), n, temperature))
        text = "\n".join(message["content"] for message in messages[:2])
        if messages[0]["content"].startswith("You advise"):
            replies = [self._advice or f"Say rule {_named(text)[0]} more plainly."]
        elif self._broken:
            replies = ['<part name="sort">\nSort.\n</part>'] * n
        else:
            replies = [self._written(text, number) for number in range(n)]
        return Completion(tuple(map(Reply, replies)), Usage(1, 10, 10 * n), self.name)

    def _written(self, text, number):
        parts, named = _PART.findall(text), _named(text)
        name, prompt = parts[number % len(parts)]
        words = self._words(named[number % len(named)])
        return f'It is reply {number}.\n<part name="{name}">\n{prompt}\n{words}\n</part>'


def _named(text):
    """Return the rules that are named as not kept, the most frequent first; all where none is."""
    said = Counter(re.findall(r"rule (\w+) is not kept", text))
    return [name for name, _ in said.most_common()] or list(RULES)
