"""A library to leaf through, and a model that draws from it: what the tests of the library page share."""

import json

from optwright.experience.insight import Content, Provenance, Stage, Status, Use
from optwright.experience.library import Library, Used

MIX = (
    "A baker makes loaves and buns. Each loaf takes 2 hours and earns a profit of $5. Each bun takes 1 hour and earns "
    "a profit of $2. There are 40 hours available. At most 15 loaves sell. How many of each maximize profit?"
)
FORMULATION = {
    "variables": [{"name": "loaves", "upper": 15}, {"name": "buns"}],
    "parameters": [{"name": "hours", "value": 40}],
    "objective": {"sense": "maximize", "expression": "5*loaves + 2*buns"},
    "constraints": [{"name": "time", "expression": "2*loaves + buns <= hours"}],
}
LESSON = {
    "stage": "general formulation",
    "first": "Variables",
    "second": "Integrality",
    "condition": "Goods are sold by the piece, so that halves of them cannot be sold.",
    "explanation": "Give the variables of such goods a domain of whole numbers.",
    "example": "",
}
WHOLE = Content(
    Stage.FORMULATION,
    "Variables",
    "Integrality",
    "The problem counts things that cannot be divided: loaves, vehicles, people, machines.",
    "Give their variables the domain NonNegativeIntegers. The common mistake is to leave them continuous.",
    '{"name": "trucks", "domain": "NonNegativeIntegers"}',
)
SHARE = Content(
    Stage.FORMULATION,
    "Constraints",
    "At least",
    "A share of a total must be reached.",
    "Write the share times the total on one side, so that the constraint stays linear.",
    "desks >= 0.4*(desks + chairs)",
)
SUBTOURS = Content(
    Stage.DOMAIN,
    "Routing",
    "Subtours",
    "Each place is visited once by one vehicle that returns to its depot.",
    "Forbid tours that miss the depot, by order variables or by flows.",
    "u[i] - u[j] + n*x[i,j] <= n - 1",
)
NAMES = Content(Stage.CODE, "Pyomo", "", "A set is called like a method of the model.", "Rename the component.")


def filled(place):
    """Make a library of four insights: I1 admitted, I2 a candidate edited by ann, I3 a candidate, I4 retired."""
    library = Library(place, actor="run nl4opt-train")
    for content, status in (
        (WHOLE, Status.ADMITTED),
        (SHARE, Status.CANDIDATE),
        (SUBTOURS, Status.CANDIDATE),
        (NAMES, Status.RETIRED),
    ):
        library.add(content, Provenance(("nl4opt-17", "nl4opt-203"), "qwen3-32b", "nl4opt-train"), status=status)
    library.record(Used(1, task, use, "r") for task, use in (("t3", Use.POSITIVE), ("t9", Use.POSITIVE)))
    library.record([Used(1, "t40", Use.IRRELEVANT, "r")])
    changed = "Write the share times the total on the right-hand side, so that the constraint stays linear."
    library.by("ann").edit(2, Content(*(*_texts(SHARE)[:4], changed, SHARE.example)), note="which side")
    return library


def _texts(content):
    return [content.stage, content.first, content.second, content.condition, content.explanation, content.example]


def speak(messages):
    """Answer as a model that finds I1 to apply, follows it, and draws one lesson from a correction."""
    head = messages[0]["content"]
    if '"questions"' in head:
        return json.dumps({"analysis": "clear", "questions": []})
    if "You judge whether pieces" in head:
        return json.dumps({"applies": ["I1"]})
    if '{"labels"' in head:
        return json.dumps({"labels": []})
    if "You teach modellers" in head:
        return json.dumps({"insights": [LESSON]})
    cited = "Used insights: I1" if "[I1]" in messages[-1]["content"] else "Used insights: none"
    return f"Briefly.\n{cited}\n```json\n{json.dumps(FORMULATION)}\n```"
