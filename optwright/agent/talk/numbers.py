"""Numbers as they go into a formulation and come out of a sentence."""

from __future__ import annotations

import re

NUMBER = r"(?:[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+)(?:\s?(?:%|percent|per cent|k\b|thousand|million))?"
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12,
}  # fmt: skip
_SHARES = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
SHARE = r"(?:(?:an? |one |two |three |four )?(?:half|third|quarter|fifth|tenth)s?)\b"
WORD_NUMBER = rf"\b(?:{'|'.join(_WORDS)})\b"
_SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "%": 0.01, "percent": 0.01, "per cent": 0.01}


def tidy(value: float) -> int | float:
    """Round off what only binary fractions made, and write whole numbers as such."""
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def read_number(text: str) -> float | None:
    """Return the number that a text is: `1,200`, `15%` (0.15), `2.5 million`, `twelve`; None for another text."""
    text = text.strip().lower().lstrip("$€£").strip()
    if text in _WORDS:
        return float(_WORDS[text])
    if (match := re.fullmatch(rf"(?:(a|an|one|two|three|four) )?({'|'.join(_SHARES)})s?", text)) is not None:
        return _WORDS.get(match[1] or "one", 1) * _SHARES[match[2]]
    match = re.fullmatch(r"([-+]?[\d,]*\.?\d+)\s?(%|percent|per cent|k|thousand|million)?", text)
    if match is None:
        return None
    return float(match[1].replace(",", "")) * _SCALES.get(match[2] or "", 1.0)
