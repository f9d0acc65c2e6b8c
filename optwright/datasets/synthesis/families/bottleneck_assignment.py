"""Assignment in which the slowest pair counts."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw travel times from posts to calls; the longest is minimised, perhaps within a total or without some pairs."""
    draft = Draft("bottleneck_assignment")
    calls = dice.names("district", dice.knob("calls"))
    crews = dice.names("depot", len(calls) + dice.whole(0, 2))
    unit = dice.pick(["minutes", "kilometres"])
    times = [[dice.whole(3, 60) for _ in calls] for _ in crews]
    what = dice.pick(["ambulance", "fire engine", "patrol car", "repair van", "snow plough", "tow truck"])
    draft.set("CREWS", crews, "depots")
    draft.set("CALLS", calls, "districts")
    draft.parameter("way", times, f"{unit} to get there", index=["CREWS", "CALLS"], unit=unit)
    draft.variable("sent", "whether the crew is sent there", index=["CREWS", "CALLS"], domain="Binary")
    draft.constraint("each_call", "sum(sent[c,d] for c in CREWS) == 1", "one crew for each call", "d in CALLS")
    draft.constraint("each_crew", "sum(sent[c,d] for d in CALLS) <= 1", "a crew goes to one call at most", "c in CREWS")
    draft.fact(
        *ways(
            f"one {what} waits at each of {{CREWS}}, and calls come from {{CALLS}}",
            f"{{CALLS}} have called for help; one {what} stands at each of {{CREWS}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"from {{c}} to {{d}} it is {{way[c,d]}} {unit}",
            f"the way from {{c}} to {{d}} is {{way[c,d]}} {unit}",
        ),
        tells=["way"],
        for_each="c in CREWS, d in CALLS",
        heading=f"{unit} to {{d}}",
    )
    draft.fact(
        *ways(
            f"<exactly> one {what} is sent to <each of> call, and each can answer one call only",
            f"<each of> call gets <exactly> one {what}, and none of them goes to more than one call",
        ),
        tells=["each_call", "each_crew", "sent"],
        place="rule",
    )
    if dice.chance(0.4):
        total = sum(times[number][number] for number in range(len(calls)))
        draft.parameter("most_in_all", total + dice.whole(0, 10), f"most {unit} in all", unit=unit)
        rule = "sum(way[c,d]*sent[c,d] for c in CREWS for d in CALLS) <= most_in_all"
        draft.constraint("total", rule, f"{unit} in all")
        draft.fact(
            *ways(
                f"all ways together must not exceed {{most_in_all}} {unit}",
                f"[in all|in total] <at most> {{most_in_all}} {unit} <can> be driven",
            ),
            tells=["most_in_all", "total"],
            place="rule",
        )
    noun = dice.pick(["way of the one that has farthest to go", "way to the call that is reached last"])
    longest = "max(way[c,d]*sent[c,d] for c in CREWS for d in CALLS)"
    goal(draft, "minimize", longest, noun, "which goes where")
    return draft


FAMILY = Family(
    name="bottleneck_assignment",
    title="bottleneck assignment",
    group="assignment",
    description="Crews are sent to calls, one to each, so that the longest way that any of them has is as short "
    "as possible.",
    source="R. Burkard, M. Dell'Amico and S. Martello, Assignment Problems, 2009, chapter 6",
    draw=draw,
    knobs={"calls": Range(2, 12)},
)
