"""A small product mix told in words, drawn from a seed: pairs that are right by construction."""

import json
import random

from optwright.finetune.example import Example
from optwright.formulation.read import read

GOODS = ["chairs", "tables", "lamps", "desks", "shelves", "stools"]


def formulation(goods, profit, hours, limit):
    told = " ".join(f"A unit of {name} takes {hour} hours." for name, hour in zip(goods, hours, strict=True))
    return {
        "name": "mix",
        "sets": [{"name": "GOODS", "members": list(goods), "description": "goods"}],
        "parameters": [
            {"name": "profit", "index": ["GOODS"], "value": list(profit), "description": "profit of one unit"},
            {"name": "hours", "index": ["GOODS"], "value": list(hours), "quote": told},
            {"name": "limit", "value": limit},
        ],
        "variables": [{"name": "make", "index": ["GOODS"], "domain": "NonNegativeIntegers", "upper": 50}],
        "objective": {"sense": "maximize", "expression": "sum(profit[g]*make[g] for g in GOODS)"},
        "constraints": [
            {
                "name": "time",
                "expression": "sum(hours[g]*make[g] for g in GOODS) <= limit",
                "quote": f"There are {limit} hours.",
            }
        ],
    }


def example(seed, *, family="mix", split="train", tables=()):
    chance = random.Random(seed)
    goods = chance.sample(GOODS, 2)
    profit, hours = [chance.randint(5, 40) for _ in goods], [chance.randint(1, 4) for _ in goods]
    limit = chance.randint(60, 99)
    data = formulation(goods, profit, hours, limit)
    words = " ".join(f"A unit of {name} earns {gain} dollars." for name, gain in zip(goods, profit, strict=True))
    question = (
        f"A firm makes {goods[0]} and {goods[1]}. {words} {data['parameters'][1]['quote']} There are {limit} hours. "
        "At most 50 units of each can be sold. Maximise the profit."
    )
    made = read(data).formulation
    assert made is not None
    return Example(
        f"{family}/easy/{seed}",
        question,
        made,
        optimum(profit, hours, limit),
        tuple(tables),
        family,
        "easy",
        "textbook",
        split,
        {"seed": seed},
    )


def optimum(profit, hours, limit):
    """The best of every whole plan, counted out."""
    return float(
        max(
            a * profit[0] + min(50, (limit - a * hours[0]) // hours[1]) * profit[1]
            for a in range(51)
            if a * hours[0] <= limit
        )
    )


def line(example):
    """One line as synthesis writes it."""
    return json.dumps(
        {
            "id": example.id,
            "family": example.family,
            "level": example.level,
            "style": example.style,
            "split": example.split,
            "question": example.question,
            "formulation": example.formulation.model_dump(mode="json", exclude_defaults=True),
            "objective": example.objective,
            "tables": [
                {
                    "name": one.name,
                    "file": one.source,
                    "columns": list(one.columns),
                    "rows": [list(r) for r in one.rows],
                }
                for one in example.tables
            ],
            "provenance": dict(example.provenance),
        }
    )


def write(path, examples):
    path.write_text("".join(line(one) + "\n" for one in examples), encoding="utf-8")
    return path
