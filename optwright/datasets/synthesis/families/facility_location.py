"""Which facilities to open when each can serve everybody."""

from __future__ import annotations

import math

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("[a retailer|a wholesaler|a mail-order firm]", "warehouses", "warehouse", "customer", "supply", "supplying"),
    ("[a city|a health board|a council]", "clinics", "clinic", "district", "serve", "serving"),
    ("[a dairy|a bakery|a brewery]", "depots", "depot", "city", "deliver to", "delivering to"),
)


def draw(dice: Dice) -> Draft:
    """Draw sites and customers on a plane: the cost of serving grows with the distance."""
    draft = Draft("facility_location")
    who, many, one, kind, verb, doing = dice.pick(SKINS)
    sites = dice.names("site", dice.knob("sites"))
    customers = dice.names(kind, dice.knob("customers"))
    at = [(dice.whole(0, 90), dice.whole(0, 90)) for _ in [*sites, *customers]]
    away = [[round(math.dist(s, c)) + dice.whole(1, 9) for c in at[len(sites) :]] for s in at[: len(sites)]]
    draft.set("SITES", sites, f"sites for {many}")
    draft.set("CUSTOMERS", customers, "customers")
    least = 5 * max(3, len(customers))
    draft.parameter("rent", [dice.whole(least, 2 * least, 5) for _ in sites], f"cost of a {one}", index=["SITES"])
    draft.parameter("cost", away, f"cost of {doing} a customer from a site", index=["SITES", "CUSTOMERS"])
    draft.variable("open", f"whether a {one} is opened", index=["SITES"], domain="Binary")
    single = dice.chance(0.5)
    fields = {"domain": "Binary"} if single else {"upper": 1}
    draft.variable("serve", "share of a customer served from a site", index=["SITES", "CUSTOMERS"], **fields)
    draft.constraint("all_served", "sum(serve[s,c] for s in SITES) == 1", "everybody is served", "c in CUSTOMERS")
    draft.constraint("if_open", "serve[s,c] <= open[s]", "only what is open serves", "s in SITES, c in CUSTOMERS")
    total = "sum(rent[s]*open[s] for s in SITES) + sum(cost[s,c]*serve[s,c] for s in SITES for c in CUSTOMERS)"
    goal(draft, "minimize", total, "total cost", f"which {many} to open and from where to {verb} whom")
    _tell(draft, (who, many, one, verb, doing))
    _duties(draft, (kind, many, one, verb), single)
    choices = Choices(
        "open", "s in SITES", sites, dice.some(sites, 2), "open", "opening", "opened", many, f"the {one} at {{}}"
    )
    add_choices(draft, dice, choices, dice.knob("sides"))
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str]) -> None:
    who, many, one, verb, doing = words
    draft.fact(
        f"{who} [can open|may open|considers opening] {many} at {{SITES}} [to|in order to] {verb} {{CUSTOMERS}}",
        f"{who} [must|has to|wants to] {verb} {{CUSTOMERS}}; {many} [can|may] be opened at {{SITES}}",
        tells=["open"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"opening [a|the] {one} at {{s}} <costs> {{rent[s]}} dollars",
            f"[a|the] {one} at {{s}} <costs> {{rent[s]}} dollars",
            f"the fixed cost of [a|the] {one} at {{s}} is {{rent[s]}} dollars",
        ),
        tells=["rent"],
        for_each="s in SITES",
        heading="fixed cost ($)",
    )
    draft.fact(
        *ways(
            f"{doing} {{c}} from {{s}} <costs> {{cost[s,c]}} dollars",
            f"it costs {{cost[s,c]}} dollars to {verb} {{c}} from {{s}}",
        ),
        tells=["cost"],
        for_each="s in SITES, c in CUSTOMERS",
        heading=f"{doing} {{c}} ($)",
    )


def _duties(draft: Draft, words: tuple[str, str, str, str], single: bool) -> None:
    kind, many, one, verb = words
    if single:
        draft.fact(
            f"[each|every] {kind} must be [taken care of|provided for] from [exactly|just] one {one}",
            f"[no|not a single] {kind} can be [left out|forgotten|passed over], nor be shared by several {many}",
            f"for [each|every] {kind} [exactly|precisely] one {one} must be responsible",
            tells=["all_served", "serve"],
            place="rule",
        )
    else:
        draft.fact(
            f"[each|every] {kind} must be [taken care of|provided for] in full; several {many} may share this, at a "
            "cost in proportion [to their shares|]",
            f"[each|every] {kind} must get all it needs, [if need be|possibly] partly from one {one} and partly from "
            "another, at costs in proportion",
            tells=["all_served"],
            place="rule",
        )
    draft.fact(
        f"only [open {many}|{many} that are opened] can {verb} [anybody|anyone]",
        f"a {one} must be [open|opened] before it can {verb} [anybody|anyone]",
        f"[nobody|no {kind}] can be [taken care of|provided for] from a {one} that is not [open|opened]",
        tells=["if_open"],
        place="rule",
    )


FAMILY = Family(
    name="facility_location",
    title="uncapacitated facility location",
    group="location",
    description="Facilities are opened at a fixed cost and customers are served from open ones, so that the fixed "
    "costs and the costs of serving together are lowest.",
    source="M. L. Balinski, Integer Programming: Methods, Uses, Computation, Management Science 12, 1965; P. B. "
    "Mirchandani and R. L. Francis (editors), Discrete Location Theory, 1990, chapter 3",
    draw=draw,
    knobs={"sites": Range(3, 15), "customers": Range(3, 30), "sides": Range(0, 2)},
)
