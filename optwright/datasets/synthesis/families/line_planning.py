"""Which lines to run how often so that every stretch of the network has enough seats."""

from __future__ import annotations

from itertools import pairwise

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw lines over stretches; frequencies are planted, and the passengers fit into them."""
    draft = Draft("line_planning")
    who, vehicle = dice.pick((("a city", "buses"), ("a tram company", "trams"), ("a railway", "trains")))
    stops = dice.names("district", dice.knob("stops"))
    ways_ = [f"{a}-{b}" for a, b in pairwise(stops)]
    ways_ += [f"{stops[0]}-{stops[-1]}"] if len(stops) > 3 else []
    lines = [f"line {number + 1}" for number in range(dice.knob("lines"))]
    runs = {line: dice.some(ways_, dice.whole(1, min(4, len(ways_)))) for line in lines}
    for way in ways_:
        if not any(way in group for group in runs.values()):
            runs[dice.pick(lines)].append(way)
    seats = dice.whole(30, 120, 10)
    planted = {line: dice.whole(1, 5) for line in lines}
    served = [seats * sum(planted[line] for line in lines if way in runs[line]) for way in ways_]
    draft.set("WAYS", ways_, "stretches")
    draft.set("LINES", lines, "possible lines")
    draft.add("sets", "RUNS", index=["LINES"], members=runs, description="stretches of a line")
    draft.parameter("passengers", [s - dice.whole(0, 25) for s in served], "passengers an hour", index=["WAYS"])
    draft.parameter("seats", seats, f"seats of one of the {vehicle}")
    draft.parameter("cost", [dice.whole(20, 40) * len(runs[line]) for line in lines], "cost of a run", index=["LINES"])
    draft.parameter("most", dice.whole(5, 9), "most runs an hour")
    fixed = dice.knob("sides") > 0
    draft.variable("often", "runs an hour", index=["LINES"], domain="NonNegativeIntegers", upper="most")
    enough = "sum(seats*often[l] for l in LINES if w in RUNS[l]) >= passengers[w]"
    draft.constraint("enough", enough, "seats for all", "w in WAYS")
    total = "sum(cost[l]*often[l] for l in LINES)"
    if fixed:
        draft.parameter("upkeep", [dice.whole(30, 200, 10) for _ in lines], "cost of a line", index=["LINES"])
        draft.variable("open", "whether the line is run", index=["LINES"], domain="Binary")
        draft.constraint("if_open", "often[l] <= most*open[l]", "only lines that are run", "l in LINES")
        total = "sum(cost[l]*often[l] + upkeep[l]*open[l] for l in LINES)"
        draft.fact(
            *ways(
                "running {l} at all <costs> {upkeep[l]} dollars an hour more",
                "{l} has fixed costs of {upkeep[l]} dollars an hour, which fall away only if it is not run",
            ),
            tells=["upkeep", "if_open", "open"],
            for_each="l in LINES",
            heading="fixed cost ($ an hour)",
        )
    goal(draft, "minimize", total, "total cost an hour", "how often to run each line")
    _tell(draft, who, vehicle)
    whole(draft, "often", "runs an hour")
    return draft


def _tell(draft: Draft, who: str, vehicle: str) -> None:
    draft.fact(
        f"{who} [plans|designs] its {vehicle} and can [choose among|run] {{LINES}}",
        f"{who} decides which of {{LINES}} its {vehicle} should run, and how often",
        tells=["often"],
        place="setting",
    )
    draft.fact(
        "{l} [runs over|covers|serves] {RUNS[l]}",
        "{RUNS[l]} would be served by {l}",
        "{l}: {RUNS[l]}",
        tells=["enough"],
        for_each="l in LINES",
    )
    draft.fact(
        "on {w}, {passengers[w]} passengers travel every hour",
        "the stretch {w} has {passengers[w]} passengers an hour",
        tells=["passengers"],
        for_each="w in WAYS",
        heading="passengers an hour",
    )
    draft.fact(
        *ways("one run of {l} <costs> {cost[l]} dollars", "the cost of a run of {l} is {cost[l]} dollars"),
        tells=["cost"],
        for_each="l in LINES",
        heading="cost of a run ($)",
    )
    draft.fact(
        f"[each|every] one of the {vehicle} has {{seats}} seats, and on every stretch there must be seats for all",
        f"with {{seats}} seats in [each|every one] of the {vehicle}, everybody must find a seat on every stretch",
        tells=["seats", "enough"],
        place="rule",
    )
    draft.fact(
        *ways(
            "a line can be run <at most> {most} times an hour",
            "no line can have more than {most} runs an hour",
        ),
        tells=["most"],
        place="rule",
    )


FAMILY = Family(
    name="line_planning",
    title="transit line planning",
    group="network",
    description="For each possible line of a transit network it is decided how often to run it so that every stretch "
    "has seats for all passengers, at the lowest cost.",
    source="R. Borndorfer, M. Grotschel and M. E. Pfetsch, A Column-Generation Approach to Line Planning in Public "
    "Transport, Transportation Science 41, 2007",
    draw=draw,
    knobs={"stops": Range(3, 30), "lines": Range(3, 40), "sides": Range(0, 1)},
)
