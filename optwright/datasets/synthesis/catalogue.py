"""Every family there is, found by its module in `families`."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from optwright.datasets.synthesis import families
from optwright.datasets.synthesis.family import Family
from optwright.errors import InputError


@cache
def catalogue() -> tuple[Family, ...]:
    """Return all families in the order of their names."""
    modules = sorted(module.name for module in iter_modules(families.__path__))
    found = [import_module(f"{families.__name__}.{name}").FAMILY for name in modules]
    return tuple(sorted(found, key=lambda family: family.name))


def family(name: str) -> Family:
    """Return the family of that name. Raises InputError for an unknown one."""
    known = {item.name: item for item in catalogue()}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        raise InputError(f"unknown family {name!r}; {hint}")
    return known[name]
