"""The class of a problem, by which its solver is chosen."""

from __future__ import annotations

from enum import StrEnum


class ProblemClass(StrEnum):
    """What kind of mathematics a model is.

    A model without objective is of the class that its constraints alone have: a feasibility problem.
    """

    LP = "LP"
    MILP = "MILP"
    CONVEX_QP = "convex QP"
    """Continuous, linear rows, quadratic objective with its curvature on the right side, by an eigenvalue test."""
    NONCONVEX_QP = "nonconvex QP"
    """The same without proof of convexity: indefinite, or too large for the test."""
    MIQP = "MIQP"
    QCP = "QCP"
    MIQCP = "MIQCP"
    NLP = "NLP"
    MINLP = "MINLP"

    @property
    def linear(self) -> bool:
        """Whether every function of the model is linear."""
        return self in (ProblemClass.LP, ProblemClass.MILP)


def name_class(*, integer: bool, nonlinear: bool, quadratic_rows: bool, curved: bool, convex: bool) -> ProblemClass:
    """Return the class that has these features; `curved`: the objective is quadratic, `convex`: proven so."""
    if nonlinear:
        return ProblemClass.MINLP if integer else ProblemClass.NLP
    if quadratic_rows:
        return ProblemClass.MIQCP if integer else ProblemClass.QCP
    if curved:
        if integer:
            return ProblemClass.MIQP
        return ProblemClass.CONVEX_QP if convex else ProblemClass.NONCONVEX_QP
    return ProblemClass.MILP if integer else ProblemClass.LP
