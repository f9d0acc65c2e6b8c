"""Exams into as few slots as possible, none together that share students."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw clashes between exams around a planted timetable; rooms limit how many sit at once."""
    draft = Draft("exam_timetable")
    exams = dice.names("subject", dice.knob("exams"))
    planted = [dice.whole(1, dice.knob("slots")) for _ in exams]
    slots = dice.knob("slots") + 1
    pairs = [(a, b) for a in range(len(exams)) for b in range(a + 1, len(exams)) if planted[a] != planted[b]]
    clashes = [pair for pair in pairs if dice.chance(0.6)] or [(0, 1)]
    draft.set("EXAMS", exams, "exams")
    draft.add("sets", "SLOTS", range=[1, slots], description="slots")
    draft.set("CLASHES", [[exams[a], exams[b]] for a, b in clashes], "pairs of exams with common students")
    draft.variable("held", "whether the exam is held in the slot", index=["EXAMS", "SLOTS"], domain="Binary")
    draft.variable("used", "whether the slot is used", index=["SLOTS"], domain="Binary")
    draft.constraint("each_exam", "sum(held[e,s] for s in SLOTS) == 1", "every exam has a slot", "e in EXAMS")
    rule = "held[a,s] + held[b,s] <= used[s]"
    draft.constraint("no_clash", rule, "exams with common students apart", "(a,b) in CLASHES, s in SLOTS")
    draft.constraint("slot_used", "held[e,s] <= used[s]", "only slots in use", "e in EXAMS, s in SLOTS")
    _tell(draft)
    if dice.chance(0.6):
        most = max(planted.count(slot) for slot in planted)
        draft.parameter("rooms", most, "rooms for exams")
        draft.constraint("room", "sum(held[e,s] for e in EXAMS) <= rooms", "a room for each", "s in SLOTS")
        draft.fact(
            *ways(
                "there are {rooms} rooms, so that <most> {rooms} exams <can> be held in a slot",
                "<at most> {rooms} exams <can> be held at the same time[, for want of rooms|]",
            ),
            tells=["rooms", "room"],
            place="rule",
        )
    if dice.chance(0.6):
        goal(
            draft, "minimize", "sum(used[s] for s in SLOTS)", "number of slots that are used", "which exam to hold when"
        )
    else:
        _add_preferences(draft, dice, len(exams), slots)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "[a school|a university|a college] holds exams in {EXAMS}; slots {SLOTS} are <available>",
            "exams in {EXAMS} are to be put into slots {SLOTS}",
        ),
        tells=["used"],
        place="setting",
    )
    draft.fact(
        *ways(
            "some students sit both {a} and {b}, which must not be held in one slot",
            "{a} and {b} have students in common and must be in different slots",
        ),
        tells=["no_clash"],
        for_each="(a,b) in CLASHES",
    )
    draft.fact(
        *ways("<each of> exam is held in <exactly> one slot", "<exactly> one slot is given to <each of> exam"),
        tells=["each_exam", "held", "slot_used"],
        place="rule",
    )


def _add_preferences(draft: Draft, dice: Dice, exams: int, slots: int) -> None:
    dislike = [[dice.whole(0, 9) for _ in range(slots)] for _ in range(exams)]
    draft.parameter("dislike", dislike, "points of dislike", index=["EXAMS", "SLOTS"])
    draft.fact(
        *ways(
            "holding {e} in slot {s} means {dislike[e,s]} points of dislike",
            "the teachers give {e} in slot {s} {dislike[e,s]} points of dislike",
        ),
        tells=["dislike"],
        for_each="e in EXAMS, s in SLOTS",
        heading="points of dislike for slot {s}",
    )
    total = "sum(dislike[e,s]*held[e,s] for e in EXAMS for s in SLOTS)"
    goal(draft, "minimize", total, "total number of points of dislike", "which exam to hold when")


FAMILY = Family(
    name="exam_timetable",
    title="exam timetabling",
    group="scheduling",
    description="Exams are put into slots so that no two with common students are together and the rooms "
    "suffice, in as few slots or with as little dislike as possible: graph colouring.",
    source="D. J. A. Welsh and M. B. Powell, An upper bound for the chromatic number of a graph and its "
    "application to timetabling problems, The Computer Journal 10, 1967",
    draw=draw,
    knobs={"exams": Range(3, 14), "slots": Range(2, 5)},
)
