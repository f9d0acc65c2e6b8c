"""How often to run each process: inputs are used up, outputs come out."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

TASK = "how often to run each process"
OUTPUTS = ("dye", "glue", "soap", "plastic", "fertiliser", "perfume", "paint", "syrup")


def draw(dice: Dice) -> Draft:
    """Draw processes with inputs and outputs; a plan is planted, and stocks or demands are set around it."""
    draft = Draft("process_runs")
    processes = dice.names("process", dice.knob("processes"))
    planted = [dice.whole(3, 30) for _ in processes]
    unit = dice.pick(["kilograms", "litres", "units", "tons"])
    draft.set("PROCESSES", processes, "processes")
    draft.variable("runs", "runs of a process", index=["PROCESSES"], domain="NonNegativeIntegers")
    draft.fact(
        *ways(
            "<a firm> can [use|run|work with] {PROCESSES}",
            "[a chemical works|a laboratory|a plant] [uses|has] {PROCESSES}",
        ),
        tells=[],
        place="setting",
    )
    if dice.chance(0.6):
        _most_output(draft, dice, planted, unit)
    else:
        _least_input(draft, dice, planted, unit)
    amounts = Amounts("runs", "PROCESSES", processes, planted, "runs of {}", "all runs", "runs of {}", "made", "runs")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "runs", "runs")
    if len(processes) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _most_output(draft: Draft, dice: Dice, planted: list[int], unit: str) -> None:
    """Scarce inputs, one output that is to be large."""
    output = dice.pick(OUTPUTS)
    inputs = dice.names("input", dice.knob("goods"))
    uses = [[dice.whole(2, 25) for _ in inputs] for _ in planted]
    stock = [
        sum(row[i] * n for row, n in zip(uses, planted, strict=True)) + dice.whole(0, 20) for i in range(len(inputs))
    ]
    draft.set("INPUTS", inputs, "inputs")
    draft.parameter("gives", [dice.whole(2, 40) for _ in planted], f"{unit} of {output} a run", index=["PROCESSES"])
    draft.parameter("uses", uses, f"{unit} used in a run", index=["PROCESSES", "INPUTS"])
    draft.parameter("stock", stock, f"{unit} at hand", index=["INPUTS"])
    draft.constraint("enough", "sum(uses[p,i]*runs[p] for p in PROCESSES) <= stock[i]", "stocks", "i in INPUTS")
    _tell_gives(draft, f"{output}", unit, "gives[p]", "p in PROCESSES")
    draft.fact(
        *ways(
            f"<each> run of {{p}} [uses up|uses|consumes|needs|takes] {{uses[p,i]}} {unit} of {{i}}",
            f"{{uses[p,i]}} {unit} of {{i}} go into <each> run of {{p}}",
        ),
        tells=["uses"],
        for_each="p in PROCESSES, i in INPUTS",
        heading=f"{unit} of {{i}}",
    )
    draft.fact(
        *ways(
            f"<there are> {{stock[i]}} {unit} of {{i}} [<available>|in stock]",
            f"<at most> {{stock[i]}} {unit} of {{i}} <can> be used",
            f"the stock of {{i}} is {{stock[i]}} {unit}",
        ),
        tells=["stock", "enough"],
        for_each="i in INPUTS",
        heading=f"{unit} in stock",
        place="rule",
    )
    goal(draft, "maximize", "sum(gives[p]*runs[p] for p in PROCESSES)", f"total output of {output}", TASK)


def _least_input(draft: Draft, dice: Dice, planted: list[int], unit: str) -> None:
    """Demands for outputs, a cost that is to be small."""
    outputs = dice.some(OUTPUTS, min(dice.knob("goods"), len(OUTPUTS)))
    gives = [[dice.whole(1, 30) for _ in outputs] for _ in planted]
    made = [sum(row[g] * n for row, n in zip(gives, planted, strict=True)) // 5 * 5 for g in range(len(outputs))]
    draft.set("OUTPUTS", outputs, "outputs")
    draft.parameter("gives", gives, f"{unit} made in a run", index=["PROCESSES", "OUTPUTS"])
    draft.parameter("cost", [dice.whole(20, 400, 5) for _ in planted], "dollars for a run", index=["PROCESSES"])
    draft.parameter("demand", made, f"{unit} wanted", index=["OUTPUTS"])
    draft.constraint("enough", "sum(gives[p,g]*runs[p] for p in PROCESSES) >= demand[g]", "demands", "g in OUTPUTS")
    _tell_gives(draft, "{g}", unit, "gives[p,g]", "p in PROCESSES, g in OUTPUTS")
    draft.fact(
        *ways("<each> run of {p} costs {cost[p]} dollars", "[running|to run] {p} once costs {cost[p]} dollars"),
        tells=["cost"],
        for_each="p in PROCESSES",
        heading="dollars per run",
    )
    draft.fact(
        *ways(
            f"<at least> {{demand[g]}} {unit} of {{g}} <must> be [made|produced]",
            f"<at least> {{demand[g]}} {unit} of {{g}} are [wanted|needed|required]",
        ),
        tells=["demand", "enough"],
        for_each="g in OUTPUTS",
        heading=f"{unit} needed",
        place="rule",
    )
    goal(draft, "minimize", "sum(cost[p]*runs[p] for p in PROCESSES)", "total cost", TASK)


def _tell_gives(draft: Draft, output: str, unit: str, slot: str, for_each: str) -> None:
    draft.fact(
        *ways(
            f"<each> run of {{p}} [gives|makes|produces|yields] {{{slot}}} {unit} of {output}",
            f"{{{slot}}} {unit} of {output} [come out of|are made in] <each> run of {{p}}",
        ),
        tells=["gives"],
        for_each=for_each,
        heading=f"{unit} of {output}",
    )


FAMILY = Family(
    name="process_runs",
    title="runs of processes with inputs and outputs",
    group="mix",
    description="Processes turn inputs into outputs. The number of runs of each is wanted that gives most from "
    "scarce inputs, or meets the demands for the outputs at the least cost.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, chapter 3",
    draw=draw,
    knobs={"processes": Range(2, 6), "goods": Range(1, 5), "sides": Range(0, 5)},
)
