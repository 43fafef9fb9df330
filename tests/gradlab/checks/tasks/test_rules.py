"""Rules that students are asked to write: against torch, against the library, by hand; their mistakes."""

import numpy as np
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors, wrong_settings

from gradlab import rules
from gradlab.checks import REFERENCES
from gradlab.checks.tasks.rules import momentum_l2


@given(
    x=vectors(3),
    gradients=vectors(5, 3),
    hyper=st.fixed_dictionaries(
        {"lr": st.floats(0, 0.5), "beta": st.floats(0, 0.99), "weight_decay": st.floats(0, 0.5)}
    ),
)
def test_momentum_with_a_penalty_is_that_of_torch(x, gradients, hyper):
    twin = torch.tensor(x, requires_grad=True)
    optimiser = torch.optim.SGD([twin], hyper["lr"], momentum=hyper["beta"], weight_decay=hyper["weight_decay"])
    state = ()
    for g in gradients:
        x, *state = momentum_l2(x, g, *state, **hyper)
        twin.grad = torch.tensor(g)
        optimiser.step()
        np.testing.assert_allclose(x, twin.detach().numpy(), rtol=1e-9, atol=1e-9)


def test_a_step_worked_by_hand():
    # g + 0.5 · 2 = 4, v = 0.5 · 1 + 4
    assert momentum_l2(2.0, 3.0, 1.0, lr=0.1, beta=0.5, weight_decay=0.5) == (2 - 0.45, 4.5)


def test_without_decay_momentum_l2_is_momentum():
    assert momentum_l2(1.0, 2.0, 3.0) == rules.momentum(1.0, 2.0, 3.0)


def test_the_decay_goes_through_the_velocity():
    x, v = momentum_l2(1.0, 0.0, lr=0.5, beta=0.5, weight_decay=0.5)
    assert (x, v) == (0.75, 0.5)
    assert momentum_l2(x, 0.0, v, lr=0.5, beta=0.5, weight_decay=0.5) == (0.4375, 0.625)


def test_nothing_is_modified_in_place():
    x, g, v = np.ones(2), np.ones(2), np.ones(2)
    momentum_l2(x, g, v, weight_decay=0.5)
    assert x.tolist() == g.tolist() == v.tolist() == [1, 1]


def test_momentum_l2_has_all_mistakes_of_momentum():
    names = {rule: {m.name for m in REFERENCES[rule][1]} for rule in (rules.momentum, momentum_l2)}
    assert names[rules.momentum] < names[momentum_l2]


BAD_INPUT = [
    *wrong_settings(momentum_l2, x=1.0, g=1.0),
    (momentum_l2, {"x": "here", "g": 1.0}, "x"),
    (momentum_l2, {"x": 1.0, "g": "up"}, "g"),
    (momentum_l2, {"x": np.ones(2), "g": np.ones(3)}, "g"),
]
