"""What several factories should make of a shared raw material."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw factories and products; a plan is planted, and all limits lie around it."""
    draft = Draft("multi_factory")
    factories = dice.names("factory", dice.knob("factories"))
    products = dice.names("product", dice.knob("products"))
    steps = dice.names("resource", min(dice.knob("steps"), 4))
    planted = [[dice.whole(2, 20) for _ in products] for _ in factories]
    hours = [[[dice.whole(1, 9) for _ in steps] for _ in products] for _ in factories]
    raw = [dice.whole(1, 8) for _ in products]
    f, p, s = range(len(factories)), range(len(products)), range(len(steps))
    draft.set("FACTORIES", factories, "factories")
    draft.set("PRODUCTS", products, "products")
    draft.set("STEPS", steps, "kinds of work")
    draft.parameter("profit", [dice.whole(10, 80) for _ in products], "profit of a unit", index=["PRODUCTS"])
    draft.parameter("raw", raw, "kilograms of material for a unit", index=["PRODUCTS"])
    draft.parameter("hours", hours, "hours for a unit", index=["FACTORIES", "PRODUCTS", "STEPS"])
    there = [[sum(hours[a][b][c] * planted[a][b] for b in p) + dice.whole(0, 20) for c in s] for a in f]
    draft.parameter("available", there, "hours", index=["FACTORIES", "STEPS"])
    material = sum(raw[b] * planted[a][b] for a in f for b in p)
    integral = len(factories) * len(products) <= 12 and dice.chance(0.5)
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("make", "units made", index=["FACTORIES", "PRODUCTS"], domain=domain)
    rule = "sum(hours[f,p,s]*make[f,p] for p in PRODUCTS) <= available[f,s]"
    draft.constraint("time", rule, "hours of each factory", "f in FACTORIES, s in STEPS")
    used = "sum(raw[p]*make[f,p] for p in PRODUCTS)"
    if dice.chance(0.5):
        draft.parameter("material", material + dice.whole(0, 30), "kilograms for all factories")
        draft.constraint("shared", "sum(raw[p]*make[f,p] for f in FACTORIES for p in PRODUCTS) <= material", "material")
        draft.fact(
            *ways(
                "the factories share {material} kilograms of material",
                "[all|the] factories together have <at most> {material} kilograms of material",
            ),
            tells=["material", "shared"],
            place="rule",
        )
    else:
        each = [sum(raw[b] * planted[a][b] for b in p) + dice.whole(0, 30) for a in f]
        draft.parameter("material", each, "kilograms for the factory", index=["FACTORIES"])
        draft.constraint("allotted", f"{used} <= material[f]", "material of each factory", "f in FACTORIES")
        draft.fact(
            *ways(
                "{f} is allotted {material[f]} kilograms of material",
                "{f} has <at most> {material[f]} kilograms of material",
            ),
            tells=["material", "allotted"],
            for_each="f in FACTORIES",
            heading="material (kg)",
        )
    task = "how many units of each product each factory should make"
    goal(draft, "maximize", "sum(profit[p]*make[f,p] for f in FACTORIES for p in PRODUCTS)", "total profit", task)
    _tell(draft)
    if integral:
        whole(draft, "make", "units")
    if dice.knob("sides"):
        made = [sum(planted[a][b] for a in f) for b in p]
        draft.parameter("orders", [dice.whole(1, n) for n in made], "units ordered", index=["PRODUCTS"])
        draft.constraint("filled", "sum(make[f,p] for f in FACTORIES) >= orders[p]", "orders", "p in PRODUCTS")
        draft.fact(
            *ways(
                "<at least> {orders[p]} units of {p} must be made in all",
                "there are orders for {orders[p]} units of {p}, which must be filled",
            ),
            tells=["orders", "filled"],
            for_each="p in PRODUCTS",
            heading="units ordered",
            place="rule",
        )
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> makes {PRODUCTS} at {FACTORIES}",
            "{PRODUCTS} are made at {FACTORIES} of [the same|one] firm",
            "<a firm> with the factories {FACTORIES} makes {PRODUCTS}",
        ),
        tells=["make"],
        place="setting",
    )
    draft.fact(
        *ways("<each> unit of {p} <earns> {profit[p]} dollars", "the profit on a unit of {p} is {profit[p]} dollars"),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit ($)",
    )
    draft.fact(
        *ways(
            "<each> unit of {p} <needs> {raw[p]} kilograms of material",
            "{raw[p]} kilograms of material go into a unit of {p}",
        ),
        tells=["raw"],
        for_each="p in PRODUCTS",
        heading="material (kg)",
    )
    draft.fact(
        "at {f} a unit of {p} takes {hours[f,p,s]} hours of {s}",
        "a unit of {p} made at {f} needs {hours[f,p,s]} hours of {s}",
        tells=["hours"],
        for_each="f in FACTORIES, p in PRODUCTS, s in STEPS",
        heading="time for a unit (hours)",
    )
    draft.fact(
        *ways(
            "{f} has {available[f,s]} hours of {s}", "<at most> {available[f,s]} hours of {s} are <available> at {f}"
        ),
        tells=["available", "time"],
        for_each="f in FACTORIES, s in STEPS",
        heading="hours of {s}",
        place="rule",
    )


FAMILY = Family(
    name="multi_factory",
    title="multi-factory production",
    group="mix",
    description="Several factories with working hours of their own make the same products from a raw material, shared "
    "or allotted, so that the total profit is largest.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, section 4.1 (multi-plant "
    "models)",
    draw=draw,
    knobs={"factories": Range(2, 6), "products": Range(2, 20), "steps": Range(1, 4), "sides": Range(0, 1)},
)
