"""How many people from each base to send to each post."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = (
    ("an army", "soldiers", "base", "camp"),
    ("a relief agency", "helpers", "centre", "camp"),
    ("a police force", "officers", "station", "event"),
)


def draw(dice: Dice) -> Draft:
    """Draw bases, grades and posts; a deployment is planted, and numbers at the bases lie a little above it."""
    draft = Draft("personnel_deployment")
    who, people, base, post = dice.pick(SKINS)
    bases = dice.names("city", dice.knob("bases"))
    posts = dice.names("region", dice.knob("posts"))
    grades = ["drivers", "medics", "engineers", "cooks"][: dice.knob("grades")]
    planted = [[[dice.whole(0, 12) for _ in posts] for _ in bases] for _ in grades]
    g, b, p = range(len(grades)), range(len(bases)), range(len(posts))
    draft.set("BASES", bases, f"{base}s")
    draft.set("POSTS", posts, f"{post}s")
    draft.set("GRADES", grades, "grades")
    has = [[sum(planted[x][y]) + dice.whole(0, 6) for y in b] for x in g]
    needs = [[max(1, sum(planted[x][y][z] for y in b)) for z in p] for x in g]
    if any(sum(has[x]) < sum(needs[x]) for x in g):
        has = [[n + len(posts) for n in row] for row in has]
    draft.parameter("has", has, people, index=["GRADES", "BASES"])
    draft.parameter("needs", needs, people, index=["GRADES", "POSTS"])
    draft.parameter(
        "cost", [[dice.whole(50, 900, 10) for _ in posts] for _ in bases], "dollars", index=["BASES", "POSTS"]
    )
    draft.variable("send", people, index=["GRADES", "BASES", "POSTS"], domain="NonNegativeIntegers")
    draft.constraint(
        "there", "sum(send[g,b,p] for p in POSTS) <= has[g,b]", "people at hand", "g in GRADES, b in BASES"
    )
    draft.constraint("meet", "sum(send[g,b,p] for b in BASES) >= needs[g,p]", "needs", "g in GRADES, p in POSTS")
    moved = "sum(cost[b,p]*send[g,b,p] for g in GRADES for b in BASES for p in POSTS)"
    goal(draft, "minimize", moved, "total cost of travel", f"how many of the {people} to send from where to where")
    _tell(draft, (who, people, base, post))
    whole(draft, "send", people)
    if dice.knob("sides"):
        crowd = [[sum(planted[x][y][z] for x in g) for z in p] for y in b]
        seats = max(max(row) for row in crowd) + len(posts) + dice.whole(0, 8)
        draft.parameter("seats", max(seats, -(-max(sum(needs[x][z] for x in g) for z in p) // len(bases))), "seats")
        rule = "sum(send[g,b,p] for g in GRADES) <= seats"
        draft.constraint("lift", rule, "room on the way", "b in BASES, p in POSTS")
        draft.fact(
            *ways(
                f"<at most> {{seats}} {people} in all can be moved from any one {base} to any one {post}",
                f"the transport between a {base} and a {post} has room for {{seats}} {people} [altogether|in all]",
            ),
            tells=["seats", "lift"],
            place="rule",
        )
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str]) -> None:
    who, _, base, post = words
    draft.fact(
        f"{who} [sends|deploys] {{GRADES}} from its {base}s in {{BASES}} to {{POSTS}}",
        f"{{GRADES}} are to be [sent|deployed] by {who} from {base}s in {{BASES}} to {{POSTS}}",
        tells=["send"],
        place="setting",
    )
    draft.fact(
        f"the {base} in {{b}} has {{has[g,b]}} {{g}}",
        "{has[g,b]} {g} are [stationed|at hand] in {b}",
        "in {b} there are {has[g,b]} {g}",
        tells=["has", "there"],
        for_each="g in GRADES, b in BASES",
        heading="at hand in {b}",
    )
    draft.fact(
        *ways(
            f"the {post} in {{p}} needs <at least> {{needs[g,p]}} {{g}}",
            "<at least> {needs[g,p]} {g} are [needed|required] in {p}",
        ),
        tells=["needs", "meet"],
        for_each="g in GRADES, p in POSTS",
        heading="needed in {p}",
    )
    draft.fact(
        *ways(
            "moving one person from {b} to {p} <costs> {cost[b,p]} dollars",
            "the journey from {b} to {p} <costs> {cost[b,p]} dollars a person",
        ),
        tells=["cost"],
        for_each="b in BASES, p in POSTS",
        heading="to {p} ($ a person)",
    )


FAMILY = Family(
    name="personnel_deployment",
    title="military personnel deployment",
    group="assignment",
    description="People of several grades are sent from bases to posts so that every post has enough of each grade "
    "and the cost of travel is lowest.",
    source="G. B. Dantzig, Linear Programming and Extensions, 1963, chapter 15 (personnel assignment and "
    "transportation)",
    draw=draw,
    knobs={"bases": Range(2, 10), "posts": Range(2, 10), "grades": Range(1, 4), "sides": Range(0, 1)},
)
