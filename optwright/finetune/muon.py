"""Muon for the matrices inside a network, AdamW for everything else, as one optimiser.

Source: K. Jordan and others, Muon: An optimizer for hidden layers in neural networks, 2024; the step itself is
`torch.optim.Muon`. Embeddings, the output head, norms and biases are not for Muon.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import AdamW, Muon, Optimizer


class MuonAdamW(Optimizer):  # type: ignore[misc]
    """Two optimisers that a scheduler and a checkpoint see as one."""

    def __init__(self, model: nn.Module, *, lr: float, weight_decay: float = 0.0, momentum: float = 0.95) -> None:
        matrices, others = _divide(model)
        self._parts: list[Optimizer] = []
        if matrices:
            self._parts.append(Muon(matrices, lr=lr, weight_decay=weight_decay, momentum=momentum))
        if others:
            self._parts.append(AdamW(others, lr=lr, betas=(0.9, 0.95), weight_decay=0.0))
        super().__init__([group for part in self._parts for group in part.param_groups], {})
        self._share()

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Make one step of both."""
        loss = closure() if closure is not None else None
        for part in self._parts:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Return the state of both."""
        return {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._share()

    def _share(self) -> None:
        """Let a scheduler that sets a rate here set it in both."""
        self.param_groups = [group for part in self._parts for group in part.param_groups]


def _divide(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Return the matrices of the hidden layers, and every other parameter that is trained."""
    outer = {id(part.weight) for part in _ends(model)}
    trained = [entry for entry in model.parameters() if entry.requires_grad]
    inside = [entry for entry in trained if entry.ndim == 2 and id(entry) not in outer]
    known = {id(entry) for entry in inside}
    return inside, [entry for entry in trained if id(entry) not in known]


def _ends(model: nn.Module) -> list[Any]:
    """Return embedding and output head."""
    parts = [model.get_input_embeddings(), model.get_output_embeddings()]
    return [part for part in parts if part is not None]
