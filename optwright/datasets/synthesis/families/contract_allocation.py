"""Which suppliers get which part of several contracts."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    (
        "supplier",
        "customer",
        "generators",
        "megawatts",
        "[an energy agency|a power authority|a grid operator]",
        "supply",
    ),
    ("supplier", "site", "growers", "tons", "[a food group|a canning firm|a supermarket chain]", "deliver"),
    ("supplier", "project", "builders", "hundred hours", "[a building authority|a developer|a council]", "provide"),
)


def draw(dice: Dice) -> Draft:
    """Draw suppliers and contracts; shares of the contracts are planted, and capacities lie around them."""
    draft = Draft("contract_allocation")
    skin = dice.pick(SKINS)
    suppliers = dice.names(skin[0], dice.knob("suppliers"))
    contracts = dice.names(skin[1], dice.knob("contracts"))
    share = [[dice.whole(4, 30) if dice.chance(0.6) else 0 for _ in contracts] for _ in suppliers]
    for c in range(len(contracts)):
        for s in dice.some(range(len(suppliers)), 2):
            share[s][c] = share[s][c] or dice.whole(4, 30)
    draft.set("SUPPLIERS", suppliers, skin[2])
    draft.set("CONTRACTS", contracts, "contracts")
    load = [sum(row) for row in share]
    least = [min((x for x in row if x), default=5) for row in share]
    price = [[dice.whole(20, 95) for _ in contracts] for _ in suppliers]
    draft.parameter("capacity", [x + dice.whole(2, 15) for x in load], skin[3], index=["SUPPLIERS"])
    draft.parameter("least", least, "least part of a contract", index=["SUPPLIERS"])
    size = [sum(row[c] for row in share) for c in range(len(contracts))]
    draft.parameter("size", size, skin[3], index=["CONTRACTS"])
    draft.parameter("price", price, "price of one unit", index=["SUPPLIERS", "CONTRACTS"])
    draft.variable("amount", f"{skin[3]} by a supplier to a contract", index=["SUPPLIERS", "CONTRACTS"])
    draft.variable("part", "whether a supplier takes part", index=["SUPPLIERS", "CONTRACTS"], domain="Binary")
    each = "s in SUPPLIERS, c in CONTRACTS"
    draft.constraint("able", "sum(amount[s,c] for c in CONTRACTS) <= capacity[s]", "capacity", "s in SUPPLIERS")
    draft.constraint("filled", "sum(amount[s,c] for s in SUPPLIERS) == size[c]", "contracts", "c in CONTRACTS")
    draft.constraint("only_if", "amount[s,c] <= capacity[s]*part[s,c]", "who does not take part gives nothing", each)
    draft.constraint("worth_it", "amount[s,c] >= least[s]*part[s,c]", "whoever takes part gives enough", each)
    total = "sum(price[s,c]*amount[s,c] for s in SUPPLIERS for c in CONTRACTS)"
    goal(draft, "minimize", total, "total cost", f"how much of each contract each of the {skin[2]} gets")
    _tell(draft, skin)
    if dice.knob("sides"):
        _several(draft, dice)
    return draft


def _tell(draft: Draft, skin: tuple[str, str, str, str, str, str]) -> None:
    _, _, many, unit, who, verb = skin
    draft.fact(
        f"{who} [awards|gives out|allocates] contracts for {{CONTRACTS}} to the {many} {{SUPPLIERS}}",
        f"{who} has contracts for {{CONTRACTS}} to [award|give out|allocate] among {{SUPPLIERS}}",
        f"the {many} {{SUPPLIERS}} share contracts for {{CONTRACTS}}, which {who} [awards|gives out]",
        tells=["part"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"the contract for {{c}} is for [exactly |]{{size[c]}} {unit}[, all of which must be covered|]",
            f"exactly {{size[c]}} {unit} are to be {_past(verb)} under the contract for {{c}}",
        ),
        tells=["size", "filled"],
        for_each="c in CONTRACTS",
        heading=f"size ({unit})",
    )
    draft.fact(
        *ways(
            f"{{s}} can {verb} <at most> {{capacity[s]}} {unit} [in all|altogether|over all contracts]",
            f"the capacity of {{s}} [over|for] all contracts [together |]is {{capacity[s]}} {unit}",
        ),
        tells=["capacity", "able"],
        for_each="s in SUPPLIERS",
        heading=f"capacity ({unit})",
    )
    draft.fact(
        *ways(
            f"{{s}} [takes part in|joins|accepts] a contract only with <at least> {{least[s]}} {unit}",
            f"if {{s}} takes part in a contract, it must {verb} <at least> {{least[s]}} {unit} [under it|for it]",
        ),
        tells=["least", "part", "only_if", "worth_it"],
        for_each="s in SUPPLIERS",
        heading=f"least amount if it takes part ({unit})",
        place="rule",
    )
    one = unit[:-1] if unit.startswith(("m", "t")) else "hundred hours"
    draft.fact(
        *ways(
            f"{{s}} [asks|charges|wants] {{price[s,c]}} dollars for [one|each] {one} for {{c}}",
            f"[one|each] {one} from {{s}} for {{c}} <costs> {{price[s,c]}} dollars",
        ),
        tells=["price"],
        for_each="s in SUPPLIERS, c in CONTRACTS",
        heading=f"price per {one} for {{c}} ($)",
    )


def _past(verb: str) -> str:
    return {"supply": "supplied", "deliver": "delivered", "provide": "provided"}[verb]


def _several(draft: Draft, dice: Dice) -> None:
    draft.parameter("several", 2, "fewest suppliers of a contract")
    draft.constraint("spread", "sum(part[s,c] for s in SUPPLIERS) >= several", "no dependence", "c in CONTRACTS")
    draft.fact(
        *ways(
            "[for safety|not to depend on one alone], [each|every] contract must be shared by <at least> {several} of "
            "them",
            "<at least> {several} of them must take part in [each|every] contract",
        ),
        tells=["several", "spread"],
        place="rule",
    )


FAMILY = Family(
    name="contract_allocation",
    title="contract allocation",
    group="assignment",
    description="Suppliers with limited capacity share contracts; whoever takes part in a contract must deliver a "
    "least amount, a contract may need several suppliers, and the cost is lowest.",
    source="G. L. Nemhauser and L. A. Wolsey, Integer and Combinatorial Optimization, 1988, chapter I.1 (fixed "
    "charges and variable bounds)",
    draw=draw,
    knobs={"suppliers": Range(3, 20), "contracts": Range(2, 15), "sides": Range(0, 1)},
)
