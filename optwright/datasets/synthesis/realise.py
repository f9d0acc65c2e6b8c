"""From a draft to a problem in words: every fact told once, in one of many wordings and styles."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optwright.datasets.synthesis.attachment import Attached, attach, bind
from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft, Fact, Place
from optwright.datasets.synthesis.grid import Grid, Grids
from optwright.datasets.synthesis.numerals import Manner, listing
from optwright.datasets.synthesis.reading import Facts
from optwright.datasets.synthesis.saying import Chooser
from optwright.datasets.synthesis.style import Parts, Style, frames, write
from optwright.datasets.synthesis.telling import Form, Statement, Teller
from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Formulation
from optwright.problem import Problem, Table

TOO_MANY = 16
"""Sentences that one fact may take before it is put into a table or a list, if it can be."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in words with the formulation that it tells."""

    question: str
    tables: tuple[Table, ...]
    """Attached files; those inside the text are part of it."""
    formulation: Formulation
    statements: tuple[Statement, ...]
    """What was said, before it was put into a style."""
    wording: str
    """What was chosen everywhere: equal for equal templates."""

    @property
    def problem(self) -> Problem:
        """What a reader is given."""
        return Problem(self.question, self.tables, self.formulation.name)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a problem shall be told."""

    style: Style = Style.TEXTBOOK
    unseen: bool = False
    """With the alternatives that training never sees."""
    single: bool = False
    """With the first alternative everywhere: what variety is measured against."""
    attach: bool | None = None
    """Whether data come in attached files; drawn when None."""


def realise(draft: Draft, style: Style, dice: Dice, *, unseen: bool = False) -> Told:
    """Tell a draft in words. Raises InputError or FormulationError for facts that cannot be told."""
    return tell(draft, dice, Telling(style, unseen))


def tell(draft: Draft, dice: Dice, telling: Telling) -> Told:
    """Tell a draft in words; see `realise`."""
    return _Realisation(draft, dice, telling).run()


class _Realisation:
    def __init__(self, draft: Draft, dice: Dice, telling: Telling) -> None:
        self.draft, self.telling = draft, telling
        self.dice: random.Random = dice.apart("words")
        self.chooser = Chooser(self.dice, unseen=telling.unseen, single=telling.single)
        self.formulation = draft.formulation()
        self.data: Data = resolve(self.formulation)
        manner = Manner() if telling.single else Manner.drawn(self.dice)
        self.teller = Teller(Facts(self.data, manner), self.chooser)
        self.grids = Grids(self.teller)
        self.field = frames()["field"].get(dice.sector, []) if dice.native else []
        self.said: list[Statement] = []
        self.attached: list[Attached] = []
        self.captions: dict[str, str] = {}
        """What stands above each table in the text."""

    def run(self) -> Told:
        parts = Parts(goal_first=self._chance(0.25), field_names=self.field)
        parts.setting = self._sentences(self._placed(Place.SETTING))
        data, rules = self._placed(Place.DATA), self._placed(Place.RULE)
        parts.goal = self._sentences(self._placed(Place.GOAL))
        tabled = self._tabled([*data, *rules])
        rest = [fact for fact in data if fact not in tabled]
        sentences = [self._fact(fact) for fact in self._shuffled(rest)]
        tables = self._tables(tabled)
        parts.data = [
            text for group in ([*tables, *sentences] if self._chance(0.5) else [*sentences, *tables]) for text in group
        ]
        parts.rules = [text for fact in self._shuffled(rules) if fact not in tabled for text in self._fact(fact)]
        question = write(parts, self.telling.style, self.chooser)
        tables_given = tuple(one.table for one in self.attached)
        return Told(question, tables_given, self._quoted(), tuple(self.said), self._wording())

    def _chance(self, share: float) -> bool:
        return not self.telling.single and self.dice.random() < share

    def _shuffled(self, facts: Sequence[Fact]) -> list[Fact]:
        return list(facts) if self.telling.single else self.dice.sample(list(facts), len(facts))

    def _placed(self, place: Place) -> list[Fact]:
        return [fact for fact in self.draft.facts if fact.place is place]

    # Sentences -------------------------------------------------------------------------------------------------

    def _sentences(self, facts: Iterable[Fact]) -> list[str]:
        return [text for fact in facts for text in self._fact(fact)]

    def _fact(self, fact: Fact) -> list[str]:
        told = self.teller.tell(fact, self._form(fact))
        self.said += told
        return [statement.text for statement in told]

    def _form(self, fact: Fact) -> Form:
        many = len(self.teller.facts.environments(fact)) if fact.for_each else 1
        if many < 2 or self.telling.single:
            return Form.EACH
        forms = [Form.RESPECTIVELY, Form.RESPECTIVELY, Form.JOINED]
        if many <= TOO_MANY:
            forms += [Form.EACH, Form.EACH, Form.VARIED, Form.VARIED]
        if fact.heading:
            forms += [Form.INLINE] * (1 if many <= TOO_MANY else 4)
        return self.dice.choice(forms)

    # Tables ----------------------------------------------------------------------------------------------------

    def _tabled(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return the facts that a table tells."""
        fitting = [fact for fact in facts if self.grids.fits(fact)]
        share = {Style.REPORT: 1.0, Style.EMAIL: 0.35, Style.DIALOGUE: 0.2}.get(self.telling.style, 0.3)
        if self._chance(share) or self._wants_files():
            return fitting
        large = [fact for fact in fitting if len(self.teller.facts.environments(fact)) > TOO_MANY]
        return large if self._chance(0.8) else []

    def _wants_files(self) -> bool:
        if self.telling.attach is None:
            likely = self.telling.style in (Style.EMAIL, Style.REPORT)
            object.__setattr__(self.telling, "attach", self._chance(0.3 if likely else 0.08))
        return bool(self.telling.attach)

    def _tables(self, facts: Sequence[Fact]) -> list[list[str]]:
        """Return the tables with their captions; attached ones are only named."""
        if not facts:
            return []
        if self._wants_files() and (captions := self._files(facts)):
            return captions
        blocks = []
        for grid in self.grids.make(facts):
            caption = self._caption(grid)
            table = grid.markdown(self.teller.facts)
            self.said.append(Statement(table, grid.tells, grid.numbers, grid.labels))
            self.captions[table] = caption
            blocks.append([f"{caption}:", table])
        return blocks

    def _caption(self, grid: Grid) -> str:
        rows = f"the {_nouns(self.data, grid)}"
        matrix = any(column.heading == str(column.member) for column in grid.columns)
        columns = rows if matrix else listing([column.heading for column in grid.columns])
        return self.chooser.text(frames()["caption"]["says"], rows=rows, columns=columns)

    def _files(self, facts: Sequence[Fact]) -> list[list[str]]:
        """Attach the tables and bind the formulation to them, or return nothing where that cannot be."""
        single = [fact for fact in facts if len(self.teller.facts.sources(fact)) == 1]
        grids = [*self.grids.make(single)] + [
            g for fact in facts if fact not in single for g in self.grids.make([fact])
        ]
        by_heading = self._chance(0.5)
        attached: list[Attached] = []
        for grid in grids:
            name = _file_name(grid, [*self.data.elements, *(one.table.name for one in attached)])
            one = attach(grid, name, by_heading=by_heading)
            if one is None:
                return []
            attached.append(one)
        bound = bind(self.formulation, attached, self.data)
        if bound is None:
            return []
        self.formulation, self.attached = bound, attached
        return [[self._file_caption(one)] for one in attached]

    def _file_caption(self, one: Attached) -> str:
        columns = [f"`{key}`" for key in one.grid.keys]
        if one.wide:
            heading = self._describe(one.wide)
            columns.append(f"{self._each(one)} ({heading})")
        else:
            columns += [
                _explained(title, column.heading)
                for (_, title), column in zip(one.columns.items(), one.grid.columns, strict=True)
            ]
        rows = f"the {_nouns(self.data, one.grid)}"
        text = self.chooser.text(frames()["file"]["says"], rows=rows, file=f"`{one.file}`", columns=listing(columns))
        self.said.append(Statement(text, one.grid.tells))
        return text

    def _each(self, one: Attached) -> str:
        members = [column.member for column in one.grid.columns]
        if not all(isinstance(member, int) for member in members):
            return f"one for each of {listing([str(member) for member in members])}"
        spec = next(parameter for parameter in self.formulation.parameters if parameter.name == one.wide)
        return f"one for each {self.teller.facts.noun(spec.index[-1])} from {members[0]} to {members[-1]}"

    def _describe(self, name: str) -> str:
        element = self.data.elements[name]
        return element.description or name.replace("_", " ")

    # What comes of it ------------------------------------------------------------------------------------------

    def _quoted(self) -> Formulation:
        """Return the formulation with the words that tell each element."""
        quotes: dict[str, str] = {}
        for statement in self.said:
            for name in statement.tells:
                quotes.setdefault(name, self.captions.get(statement.text, statement.text))
        parts = self.formulation
        changes: dict[str, Any] = {}
        for kind in ("parameters", "variables", "expressions", "constraints"):
            changes[kind] = tuple(_quote(element, quotes) for element in getattr(parts, kind))
        goals = tuple(_quote(goal, quotes) for goal in parts.objectives)
        changes["objective"] = goals if isinstance(parts.objective, tuple) else goals[0] if goals else None
        return parts.model_copy(update=changes)

    def _wording(self) -> str:
        return f"{self.telling.style}:{','.join(map(str, self.chooser.taken))}"


def _quote(element: Any, quotes: Mapping[str, str]) -> Any:
    quote = quotes.get(element.name)
    return element.model_copy(update={"quote": quote}) if quote else element


def _explained(title: str, heading: str) -> str:
    """Name a column of a file, with what it means where its name does not say so: "`demand` (pallets)"."""
    if title == heading:
        return f"`{title}`"
    rest = heading[len(title) :].strip() if heading.lower().startswith(f"{title} (".lower()) else f"({heading})"
    return f"`{title}` {rest}"


def _nouns(data: Data, grid: Grid) -> str:
    """Say what the rows of a table are: "products"."""
    if grid.rows_are:
        return grid.rows_are
    names = []
    for name, key in zip(grid.over, grid.keys, strict=True):
        spec = data.elements.get(name)
        names.append((spec.description if spec else "") or f"{key}s")
    return listing(list(dict.fromkeys(names)))


def _file_name(grid: Grid, taken: Sequence[str]) -> str:
    base = "_".join(key.split()[0].lower() for key in grid.keys)
    base = "".join(letter for letter in base if letter.isalnum() or letter == "_") or "data"
    if len({column.parameter for column in grid.columns}) == 1:
        base = f"{grid.columns[0].parameter}_by_{base}"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
