"""Conversions: each is an identity of whole trajectories, with constants, arrays and schedules alike."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import replay, vectors

from gradlab.conversions import (
    batch_norm_momentum,
    eps_hat_to_eps,
    eps_to_eps_hat,
    ewma_to_momentum,
    heavy_ball_to_momentum,
    momentum_to_ewma,
    momentum_to_heavy_ball,
    shrinkage_to_weight_decay,
    weight_decay_to_shrinkage,
)
from gradlab.descend import descend, iterates
from gradlab.oracles import l2
from gradlab.plateau import ReduceOnPlateau
from gradlab.rules import adagrad, adam, adamw, amsgrad, ewma_momentum, heavy_ball, momentum, muon, nadam, rmsprop, sgd
from gradlab.schedules import cosine

STEPS = 8
RATE = st.floats(1e-3, 1)
BETA = st.floats(0, 0.99)
SMALL = st.floats(0, 0.5)

CONVERSIONS = [
    (momentum, momentum_to_heavy_ball, heavy_ball),
    (heavy_ball, heavy_ball_to_momentum, momentum),
    (momentum, momentum_to_ewma, ewma_momentum),
    (ewma_momentum, ewma_to_momentum, momentum),
]
each_conversion = pytest.mark.parametrize(
    ("rule", "convert", "other"), CONVERSIONS, ids=[convert.__name__ for _, convert, _ in CONVERSIONS]
)


def heavy_ball_to_ewma(**hyper):
    return momentum_to_ewma(**heavy_ball_to_momentum(**hyper))


def ewma_to_heavy_ball(**hyper):
    return momentum_to_heavy_ball(**ewma_to_momentum(**hyper))


def schedules(values):
    """Lists of a value for each step, given as the function of t that they are."""
    return st.lists(values, min_size=STEPS, max_size=STEPS).map(lambda listed: listed.__getitem__)


def warm_ups(values):
    return st.lists(values, min_size=STEPS, max_size=STEPS).map(lambda listed: sorted(listed).__getitem__)


def visit(gradients, x0, rule, hyper):
    return descend(replay(gradients), x0, rule, len(gradients), **hyper)


def same(path, other):
    np.testing.assert_allclose(path, other, rtol=1e-9, atol=1e-9)


@each_conversion
@given(data=st.data())
def test_converted_constants_give_the_same_path(rule, convert, other, data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    hyper = {"lr": data.draw(RATE), "beta": data.draw(BETA)}
    converted = convert(**hyper)
    assert not any(map(callable, converted.values()))
    same(visit(gradients, x0, rule, hyper), visit(gradients, x0, other, converted))


@pytest.mark.parametrize(
    ("rule", "convert", "other"),
    [*CONVERSIONS, (heavy_ball, heavy_ball_to_ewma, ewma_momentum), (ewma_momentum, ewma_to_heavy_ball, heavy_ball)],
    ids=lambda f: f.__name__,
)
@given(data=st.data())
def test_converted_schedules_give_the_same_path(rule, convert, other, data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    hyper = {
        "lr": data.draw(RATE | schedules(RATE) | warm_ups(RATE)),
        "beta": data.draw(schedules(BETA) | warm_ups(BETA)),
    }
    converted = convert(**hyper)
    assert all(map(callable, converted.values()))
    same(visit(gradients, x0, rule, hyper), visit(gradients, x0, other, converted))


@each_conversion
@given(data=st.data())
def test_a_converted_schedule_of_lr_alone_gives_the_same_path(rule, convert, other, data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    hyper = {"lr": data.draw(schedules(RATE)), "beta": data.draw(BETA)}
    same(visit(gradients, x0, rule, hyper), visit(gradients, x0, other, convert(**hyper)))


@each_conversion
def test_arrays_and_schedules_of_arrays(rule, convert, other):
    gradients = np.random.default_rng(0).normal(size=(STEPS, 2))
    lr, beta = np.array([[0.1], [0.5]]), np.array([[0.0], [0.9]])
    for hyper in (
        {"lr": lr, "beta": beta},
        {"lr": lambda t: lr * (t + 1), "beta": beta},
        {"lr": lambda t: lr / (t + 1), "beta": lambda t: beta * t / (t + 1)},
    ):
        path = visit(gradients, np.ones(2), rule, hyper)
        assert path.shape == (STEPS + 1, 2, 2)
        same(path, visit(gradients, np.ones(2), other, convert(**hyper)))


@each_conversion
def test_conversions_work_on_tensors(rule, convert, other):
    lr, beta = torch.tensor([[0.1], [0.5]]), torch.tensor([[0.0], [0.9]])
    numbers = convert(lr=lr.numpy(), beta=lambda t: beta.numpy() / (t + 1))
    tensors = convert(lr=lr, beta=lambda t: beta / (t + 1))
    for name in numbers:
        np.testing.assert_allclose(tensors[name](3), numbers[name](3), rtol=1e-5)


def test_conversions_worked_by_hand():
    assert momentum_to_heavy_ball(lr=0.1, beta=0.9) == {"lr": 0.1, "beta": 0.9}
    assert heavy_ball_to_momentum(lr=0.1, beta=0.9) == {"lr": 0.1, "beta": 0.9}
    assert momentum_to_ewma(lr=0.1, beta=0.75) == {"lr": 0.4, "beta": 0.75}
    assert ewma_to_momentum(lr=0.4, beta=0.75) == {"lr": 0.1, "beta": 0.75}
    # lr falls by half at t = 2: so does what the velocity of the heavy ball must forget, once.
    halved = momentum_to_heavy_ball(lr=lambda t: 0.2 if t < 2 else 0.1, beta=0.8)
    assert [halved["beta"](t) for t in range(4)] == pytest.approx([0.8, 0.8, 0.4, 0.8])


def test_in_a_warm_up_beta_passes_1():
    gradients = np.random.default_rng(0).normal(size=(STEPS, 2))
    hyper = {"lr": lambda t: 0.01 * 2.0 ** min(t, 7), "beta": 0.9}
    converted = momentum_to_heavy_ball(**hyper)
    assert [converted["beta"](t) for t in (0, 1, 7, 8)] == pytest.approx([0.9, 1.8, 1.8, 0.9])
    same(visit(gradients, [1.0, 1.0], momentum, hyper), visit(gradients, [1.0, 1.0], heavy_ball, converted))
    unconverted = visit(gradients, [1.0, 1.0], heavy_ball, hyper)
    assert abs(unconverted - visit(gradients, [1.0, 1.0], momentum, hyper)).max() > 0.1


@each_conversion
@given(data=st.data())
def test_a_conversion_there_and_back_changes_nothing(rule, convert, other, data):
    (back,) = (f for a, f, b in CONVERSIONS if (a, b) == (other, rule))
    hyper = {"lr": data.draw(schedules(RATE)), "beta": data.draw(schedules(BETA))}
    returned = back(**convert(**hyper))
    for t in range(STEPS):
        assert returned["lr"](t) == pytest.approx(hyper["lr"](t), rel=1e-9)
        assert returned["beta"](t) == pytest.approx(hyper["beta"](t), rel=1e-9, abs=1e-9)


def test_a_schedule_may_be_asked_in_any_order():
    converted = momentum_to_ewma(lr=1.0, beta=lambda t: t / (t + 1))
    later, before = converted["lr"](5), converted["lr"](2)
    assert converted["lr"](5) == later
    assert before == 1 + 2 / 3 * (1 + 1 / 2)


@pytest.mark.parametrize("wrap", [lambda plateau: plateau, lambda plateau: lambda t: plateau(t) / 2])
@each_conversion
def test_a_rate_that_falls_on_the_way_is_asked_for_the_step_before(rule, convert, other, wrap):
    def run(rule, convert):
        plateau = ReduceOnPlateau(0.1, factor=0.5, patience=0)
        hyper = {"lr": wrap(plateau), "beta": 0.9}
        points, path = [], iterates(lambda x: x, [1.0], rule, **(convert(**hyper) if convert else hyper))
        for loss in (3, 2, 2, 1, 1, 1, 0.5):
            points.append(next(path)[0].item())
            plateau.update(loss)
        return points

    np.testing.assert_allclose(run(other, convert), run(rule, None), rtol=1e-9)


def test_a_beta_that_is_another_one_in_the_next_run_is_asked_again():
    betas = [0.5, 0.5, 0.5]
    converted = momentum_to_ewma(lr=1.0, beta=lambda t: betas[t])
    for beta in (0.5, 0.75):
        betas[1:] = [beta] * 2
        gradients = np.ones((3, 1))
        same(visit(gradients, [1.0], momentum, {"lr": 1.0, "beta": betas.__getitem__}),
             visit(gradients, [1.0], ewma_momentum, converted))  # fmt: skip


# lr = 0: what comes meanwhile is remembered by the one velocity and lost on the other.


@pytest.mark.parametrize("lr", [0, 0.0])
def test_at_a_constant_rate_of_0_nothing_is_converted(lr):
    for convert in (momentum_to_heavy_ball, heavy_ball_to_momentum):
        assert convert(lr=lr, beta=0.9) == {"lr": 0, "beta": 0.9}


def test_a_schedule_may_end_at_0():
    gradients = np.random.default_rng(0).normal(size=(6, 2))
    hyper = {"lr": [0.2, 0.1, 0.05, 0.0, 0.0, 0.0].__getitem__, "beta": 0.9}
    converted = momentum_to_heavy_ball(**hyper)
    assert [converted["beta"](t) for t in range(6)] == [0.9, 0.45, 0.45, 0, 0, 0]
    same(visit(gradients, [1.0, 1.0], momentum, hyper), visit(gradients, [1.0, 1.0], heavy_ball, converted))
    # A heavy ball that is to lie still at once has beta = 0 too; then the way back is open.
    same(
        visit(gradients, [1.0, 1.0], heavy_ball, converted),
        visit(gradients, [1.0, 1.0], momentum, heavy_ball_to_momentum(**converted)),
    )


def test_a_heavy_ball_cannot_be_warmed_up_from_0_as_momentum_can():
    converted = momentum_to_heavy_ball(lr=lambda t: 0.1 * t, beta=0.9)
    with pytest.raises(ValueError, match=r"^momentum_to_heavy_ball: lr must be positive at t = 0, got 0.0"):
        descend(lambda x: x, [1.0], heavy_ball, 3, **converted)
    still = momentum_to_heavy_ball(lr=lambda t: 0.1 * t, beta=0.0)  # with no memory there is nothing to lose
    assert still["beta"](1) == 0


def test_momentum_cannot_roll_on_at_rate_0_as_a_heavy_ball_can():
    converted = heavy_ball_to_momentum(lr=[0.1, 0.1, 0.0].__getitem__, beta=0.9)
    with pytest.raises(ValueError, match=r"^heavy_ball_to_momentum: lr must be positive at t = 2, got 0.0"):
        descend(lambda x: x, [1.0], momentum, 3, **converted)


def test_one_rate_of_0_in_an_array_is_enough():
    lr = np.array([[0.1], [0.0]])
    converted = momentum_to_heavy_ball(lr=lambda t: lr if t == 0 else lr + 0.1, beta=0.9)
    with pytest.raises(ValueError, match=r"^momentum_to_heavy_ball: lr must be positive at t = 0, got array"):
        converted["beta"](1)
    ends = momentum_to_heavy_ball(lr=lambda t: lr, beta=0.9)
    assert ends["beta"](1).tolist() == [[0.9], [0.0]]


def test_what_is_negative_later_is_refused_or_left_for_descend_to_refuse():
    def later(value):
        return lambda t: value if t else 0.1

    with pytest.raises(ValueError, match=r"^shrinkage_to_weight_decay: lr must be positive at t = 1, got -0.1"):
        shrinkage_to_weight_decay(lr=later(-0.1), shrinkage=0.1)["weight_decay"](1)
    with pytest.raises(ValueError, match=r"^shrinkage_to_weight_decay: lr must be positive at t = 1, got 0"):
        shrinkage_to_weight_decay(lr=later(0), shrinkage=later(-0.1))["weight_decay"](1)
    assert shrinkage_to_weight_decay(lr=later(-1), shrinkage=later(0))["weight_decay"](1) == 0
    assert shrinkage_to_weight_decay(lr=0.5, shrinkage=later(-0.1))["weight_decay"](1) == -0.2


def test_what_a_schedule_may_not_do():
    with pytest.raises(ValueError, match=r"^momentum_to_ewma at t = 0: beta must be in \[0, 1\), got 1.5"):
        momentum_to_ewma(lr=0.1, beta=lambda t: 1.5)
    converted = ewma_to_momentum(lr=0.1, beta=lambda t: 0.5 * t)
    assert converted["beta"](0) == 0
    for name in ("lr", "beta"):
        with pytest.raises(ValueError, match=r"^ewma_to_momentum at t = 2: beta must be in \[0, 1\), got 1.0"):
            converted[name](2)


# Weight decay.


def decoupled_sgd(x, g, *, lr, shrinkage):
    return (x - lr * g - shrinkage * x,)


def decoupled_momentum(x, g, v=0, *, lr, beta, shrinkage):
    v = beta * v + g
    return x - lr * v - shrinkage * x, v


def adamw_of_the_paper(x, g, t=0, m=0, v=0, *, lr, shrinkage):
    """Loshchilov & Hutter (2019), Algorithm 2, lines 6 to 12, lr being ηα and shrinkage ηλ."""
    t = t + 1
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    return x - (lr * m_hat / (v_hat**0.5 + 1e-8) + shrinkage * x), t, m, v


@given(data=st.data())
def test_for_sgd_l2_is_decoupled_decay(data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    lr, weight_decay = data.draw(RATE | schedules(st.floats(0, 1))), data.draw(SMALL)
    coupled = descend(l2(replay(gradients), weight_decay), x0, sgd, STEPS, lr=lr)
    converted = weight_decay_to_shrinkage(lr=lr, weight_decay=weight_decay)
    same(coupled, visit(gradients, x0, decoupled_sgd, converted))


def test_for_momentum_l2_is_not_decoupled_decay():
    """Without a gradient, the first step fixes the rate; then only the penalty's velocity goes on."""
    x0, lr, beta, weight_decay = [1.0, 2.0], 0.1, 0.9, 0.5
    no_gradient = np.zeros((2, 2))
    coupled = descend(l2(replay(no_gradient), weight_decay), x0, momentum, 2, lr=lr, beta=beta)
    hyper = weight_decay_to_shrinkage(lr=lr, weight_decay=weight_decay) | {"beta": beta}
    decoupled = visit(no_gradient, x0, decoupled_momentum, hyper)
    same(coupled[1], decoupled[1])
    same(decoupled[2] - coupled[2], lr * beta * weight_decay * np.array(x0))


def test_for_adam_l2_is_not_decoupled_decay():
    """Without a gradient, L2 moves all coordinates equally far, at any rate; decoupled decay in proportion."""
    x0, no_gradient = [1.0, 2.0], np.zeros((1, 2))
    for weight_decay in (0.01, 0.5):
        coupled = descend(l2(replay(no_gradient), weight_decay), x0, adam, 1, lr=0.1, eps=0)
        same(coupled[1], [0.9, 1.9])
        decoupled = descend(replay(no_gradient), x0, adamw, 1, lr=0.1, weight_decay=weight_decay)
        same(decoupled[1], (1 - 0.1 * weight_decay) * np.array(x0))


@given(data=st.data())
def test_the_decay_of_the_paper_and_of_torch(data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    paper = {"lr": data.draw(RATE | schedules(RATE)), "shrinkage": data.draw(SMALL | schedules(SMALL))}
    torchs = shrinkage_to_weight_decay(**paper)
    path = visit(gradients, x0, adamw_of_the_paper, paper)
    same(path, visit(gradients, x0, adamw, torchs))
    same(path, visit(gradients, x0, adamw_of_the_paper, weight_decay_to_shrinkage(**torchs)))


def test_converted_decay_worked_by_hand():
    assert weight_decay_to_shrinkage(lr=0.5, weight_decay=0.25) == {"lr": 0.5, "shrinkage": 0.125}
    assert shrinkage_to_weight_decay(lr=0.5, shrinkage=0.125) == {"lr": 0.5, "weight_decay": 0.25}
    assert shrinkage_to_weight_decay(lr=0, shrinkage=0) == {"lr": 0, "weight_decay": 0}
    # One schedule for both, as in the paper, is a constant weight_decay in torch.
    annealed = shrinkage_to_weight_decay(lr=lambda t: 0.1 / (t + 1), shrinkage=lambda t: 0.05 / (t + 1))
    assert [annealed["weight_decay"](t) for t in range(3)] == pytest.approx([0.5] * 3)
    with pytest.raises(ValueError, match=r"^shrinkage_to_weight_decay: lr must be positive at t = 3, got 0"):
        shrinkage_to_weight_decay(lr=lambda t: 3 - t, shrinkage=0.1)["weight_decay"](3)


# eps.


def adam_of_keras(x, g, t=0, m=0, v=0, *, lr, beta2, eps_hat):
    """Kingma & Ba (2015), the order of computation at the end of section 2."""
    t = t + 1
    m = 0.9 * m + 0.1 * g
    v = beta2 * v + (1 - beta2) * g * g
    rate = lr * np.sqrt(1 - beta2**t) / (1 - 0.9**t)
    return x - rate * m / (np.sqrt(v) + eps_hat), t, m, v


@given(data=st.data())
def test_the_eps_of_keras_is_a_schedule_in_torch(data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    beta2 = st.floats(0.5, 0.999)
    keras = {"eps_hat": data.draw(st.floats(1e-3, 1)), "beta2": data.draw(beta2 | schedules(beta2))}
    ours = visit(gradients, x0, adam, {"lr": 0.1} | eps_hat_to_eps(**keras))
    same(ours, visit(gradients, x0, adam_of_keras, {"lr": 0.1} | keras))


def test_the_eps_of_keras_by_hand():
    eps = eps_hat_to_eps(eps_hat=1e-7, beta2=0.99)["eps"]
    assert eps(0) == pytest.approx(1e-6)
    assert eps(1) == pytest.approx(1e-7 / 0.0199**0.5)
    assert eps(10_000) == pytest.approx(1e-7)


@given(data=st.data())
def test_the_eps_of_torch_is_a_schedule_in_keras(data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    beta2 = st.floats(0.5, 0.999)
    torchs = {"eps": data.draw(st.floats(1e-3, 1)), "beta2": data.draw(beta2 | schedules(beta2))}
    keras = visit(gradients, x0, adam_of_keras, {"lr": 0.1} | eps_to_eps_hat(**torchs))
    same(keras, visit(gradients, x0, adam, {"lr": 0.1} | torchs))


def test_no_eps_outside_the_root_does_for_one_inside():
    g, eps = np.array([1.0, 2.0]), 0.5
    inside = g / np.sqrt(g**2 + eps)
    fitted = np.sqrt(g**2 + eps) - g  # what would do, coordinate by coordinate
    assert fitted[0] > 1.5 * fitted[1]
    for k in range(2):
        (x, _) = rmsprop(0 * g, g, lr=1.0, rho=0.0, eps=fitted[k])
        assert (abs(-x - inside) < 1e-12).tolist() == [k == 0, k == 1]


# Rows of the dictionary "Conventions of adaptive methods" (chapters/notation.md) that have no conversion here.

GRADIENTS = np.random.default_rng(0).normal(size=(STEPS, 2))


def visited_by_optax(optimiser, gradients=GRADIENTS):
    import jax
    import optax

    with jax.enable_x64(True):
        x = jax.numpy.zeros(2)
        state, path = optimiser.init(x), [np.zeros(2)]
        for g in gradients:
            updates, state = optimiser.update(jax.numpy.asarray(g), state, x)
            x = optax.apply_updates(x, updates)
            path.append(np.asarray(x))
    return np.array(path)


def rmsprop_inside(x, g, v=0, *, lr, rho, eps):
    v = rho * v + (1 - rho) * g * g
    return x - lr * g / np.sqrt(v + eps), v


def adam_inside(x, g, t=0, m=0, v=0, *, lr, eps):
    t = t + 1
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    return x - lr * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t) + eps), t, m, v


def test_optax_has_eps_outside_and_eps_root_inside():
    import optax

    x0 = np.zeros(2)
    outside = visit(GRADIENTS, x0, adam, {"lr": 0.1, "eps": 0.5})
    inside = visit(GRADIENTS, x0, adam_inside, {"lr": 0.1, "eps": 0.5})
    assert abs(outside - inside).max() > 0.01
    same(visited_by_optax(optax.adam(0.1, eps=0.5)), outside)
    same(visited_by_optax(optax.adam(0.1, eps=0.0, eps_root=0.5)), inside)


def test_optax_has_the_eps_of_rmsprop_inside_unless_told():
    import optax

    hyper = {"lr": 0.1, "rho": 0.9, "eps": 0.5}
    same(visited_by_optax(optax.rmsprop(0.1, eps=0.5)), visit(GRADIENTS, np.zeros(2), rmsprop_inside, hyper))
    theirs = visited_by_optax(optax.rmsprop(0.1, decay=0.9, eps=0.5, eps_in_sqrt=False))
    same(theirs, visit(GRADIENTS, np.zeros(2), rmsprop, hyper))


def adagrad_inside(x, g, s=0.1, *, lr, eps):
    s = s + g * g
    return x - lr * g / np.sqrt(s + eps), s


def test_adagrad_of_optax_begins_at_a_tenth_and_has_eps_inside():
    import optax

    hyper, x, s = {"lr": 0.1, "eps": 0.5}, np.zeros(2), 0.1
    inside, outside = visit(GRADIENTS, x, adagrad_inside, hyper), [x]
    same(visited_by_optax(optax.adagrad(0.1, eps=0.5)), inside)
    for g in GRADIENTS:
        x, s = adagrad(x, g, s, lr=0.1, eps=0.0)
        outside.append(x)
    same(visited_by_optax(optax.adagrad(0.1, eps=0.0)), np.array(outside))


def nadam_of_keras(x, g, t=0, m=0, v=0, p=1, *, lr):
    t = t + 1
    mu, later = (0.9 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
    p, m, v = p * mu, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    m_hat = later * m / (1 - p * later) + (1 - mu) * g / (1 - p)
    return x - lr * m_hat / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), t, m, v, p


def test_the_momentum_of_nadam_in_keras_and_optax():
    import optax

    ours, keras, constant = (
        visit(GRADIENTS, np.zeros(2), nadam, {"lr": 0.1, "momentum_decay": decay}) for decay in (4e-3, 1.0, 1e6)
    )
    assert abs(ours - keras).max() > 0.01 < abs(keras - constant).max()
    same(visit(GRADIENTS, np.zeros(2), nadam_of_keras, {"lr": 0.1}), keras)
    same(visited_by_optax(optax.nadam(0.1)), constant)


def amsgrad_of_optax(x, g, t=0, m=0, v=0, s=0, *, lr):
    t = t + 1
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    s = np.maximum(s, v / (1 - 0.999**t))
    return x - lr * (m / (1 - 0.9**t)) / (np.sqrt(s) + 1e-8), t, m, v, s


def test_torch_corrects_the_maximum_and_optax_takes_it_of_the_corrected():
    import optax

    loud = np.vstack([[10.0, 10.0], GRADIENTS[1:]])
    ours, theirs = (visit(loud, np.zeros(2), rule, {"lr": 0.1}) for rule in (amsgrad, amsgrad_of_optax))
    assert abs(ours - theirs).max() > 0.01
    same(visited_by_optax(optax.amsgrad(0.1), loud), theirs)


def test_torch_and_optax_multiply_decoupled_decay_by_lr():
    import optax

    ours = visit(GRADIENTS, np.zeros(2), adamw, {"lr": 0.1, "weight_decay": 0.5})
    assert abs(ours - visit(GRADIENTS, np.zeros(2), adam, {"lr": 0.1})).max() > 0.01
    same(visited_by_optax(optax.adamw(0.1, weight_decay=0.5)), ours)


@pytest.mark.parametrize("shape", [(8, 8), (16, 4), (4, 16)])
def test_the_two_lengths_of_a_step_of_muon(shape):
    rows, columns = shape
    g, steps = np.random.default_rng(0).normal(size=shape), {}
    for way in ("original", "match_rms_adamw"):
        x = torch.zeros(shape, requires_grad=True)
        x.grad = torch.tensor(g, dtype=torch.float32)
        torch.optim.Muon([x], lr=1.0, weight_decay=0.0, adjust_lr_fn=way).step()
        steps[way] = x.detach().numpy()
    factor = 0.2 * max(rows, columns) ** 0.5 / max(1, rows / columns) ** 0.5
    np.testing.assert_allclose(steps["match_rms_adamw"], factor * steps["original"], rtol=1e-5)
    ours, _ = muon(0 * g, g, lr=1.0, weight_decay=0.0)
    np.testing.assert_allclose(steps["original"], ours, atol=0.02)  # in bfloat16


# Batch norm.


@pytest.mark.parametrize("momentum", [0.0, 0.1, 0.75, 1.0])
def test_the_momentum_of_batch_norm(momentum):
    batches = np.random.default_rng(0).normal(size=(4, 8, 3))
    layer = torch.nn.BatchNorm1d(3, momentum=momentum, dtype=torch.float64)
    kept = batch_norm_momentum(momentum=momentum)["momentum"]
    mean = np.zeros(3)
    for batch in batches:
        layer(torch.tensor(batch))
        mean = kept * mean + (1 - kept) * batch.mean(0)  # as Keras has it
    np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-12, atol=1e-15)
    assert batch_norm_momentum(momentum=kept) == {"momentum": pytest.approx(momentum)}


def test_the_momentum_of_batch_norm_may_be_a_schedule():
    assert batch_norm_momentum(momentum=lambda t: 1 / (t + 1))["momentum"](3) == 0.75


# To draw what was converted.

FALLING = cosine(0.1, steps=10, lr_min=0.01)
CONVERTED = {
    "momentum_to_heavy_ball": momentum_to_heavy_ball(lr=FALLING, beta=0.9),
    "heavy_ball_to_momentum": heavy_ball_to_momentum(lr=FALLING, beta=0.9),
    "momentum_to_ewma": momentum_to_ewma(lr=FALLING, beta=lambda t: 0.5 + 0.4 * t / (t + 1)),
    "ewma_to_momentum": ewma_to_momentum(lr=FALLING, beta=lambda t: 0.5 + 0.4 * t / (t + 1)),
    "weight_decay_to_shrinkage": weight_decay_to_shrinkage(lr=FALLING, weight_decay=0.5),
    "shrinkage_to_weight_decay": shrinkage_to_weight_decay(lr=FALLING, shrinkage=0.5),
    "eps_hat_to_eps": eps_hat_to_eps(eps_hat=lambda t: 0.1 + 0 * t, beta2=0.9),
    "eps_to_eps_hat": eps_to_eps_hat(eps=lambda t: 0.1 + 0 * t, beta2=0.9),
    "batch_norm_momentum": batch_norm_momentum(momentum=FALLING),
    "a sweep": momentum_to_heavy_ball(lr=cosine(np.array([[0.1], [0.2]]), steps=10, lr_min=0.01), beta=0.9),
}


@pytest.mark.parametrize("converted", CONVERTED.values(), ids=CONVERTED)
def test_converted_schedules_take_arrays_of_steps(converted):
    for schedule in converted.values():
        one_by_one = np.broadcast_arrays(*(schedule(t) for t in range(6)))
        wanted = np.concatenate(one_by_one, -1) if one_by_one[0].ndim else np.array(one_by_one)
        for t in (np.arange(6), np.arange(6.0)):
            values = schedule(t)
            assert values.shape == (*one_by_one[0].shape[:-1], 6) or converted is CONVERTED["eps_hat_to_eps"]
            np.testing.assert_allclose(np.broadcast_to(values, wanted.shape), wanted, rtol=1e-12)


def test_an_array_of_steps_names_the_step_at_which_a_conversion_is_impossible():
    beta = heavy_ball_to_momentum(lr=cosine(0.1, steps=3), beta=0.9)["beta"]
    with pytest.raises(ValueError, match=r"^heavy_ball_to_momentum: lr must be positive at t = 3, got 0.0$"):
        beta(np.arange(5))


def test_a_sum_of_gradients_has_whole_steps():
    lr = momentum_to_ewma(lr=FALLING, beta=0.9)["lr"]
    assert lr(np.float64(2)) == lr(2)
    for t in (0.5, np.array([0, 0.5])):
        with pytest.raises(ValueError, match=r"^momentum_to_ewma: t must be a whole number of steps, got 0.5$"):
            lr(t)


# Wrong arguments.

RIGHT = {"lr": 0.1, "beta": 0.9}
WRONG_RATES = [-0.1, np.nan, np.inf, None, "fast", [0.1], lambda t: -1.0]
NO_DECAYS = [-0.1, 1.0, np.nan, None, lambda t: np.nan]
BAD_INPUT = [
    *((f, RIGHT | {"lr": lr}, "lr") for _, f, _ in CONVERSIONS for lr in WRONG_RATES),
    *((f, RIGHT | {"beta": beta}, "beta") for _, f, _ in CONVERSIONS for beta in NO_DECAYS),
    *((weight_decay_to_shrinkage, {"lr": lr, "weight_decay": 0.1}, "lr") for lr in WRONG_RATES),
    *((weight_decay_to_shrinkage, {"lr": 0.1, "weight_decay": w}, "weight_decay") for w in WRONG_RATES),
    *((shrinkage_to_weight_decay, {"lr": lr, "shrinkage": 0.1}, "lr") for lr in [0, *WRONG_RATES]),
    *((shrinkage_to_weight_decay, {"lr": 0.1, "shrinkage": s}, "shrinkage") for s in WRONG_RATES),
    *((eps_hat_to_eps, {"eps_hat": e, "beta2": 0.9}, "eps_hat") for e in WRONG_RATES),
    *((eps_hat_to_eps, {"eps_hat": 0.1, "beta2": b}, "beta2") for b in NO_DECAYS),
    *((eps_to_eps_hat, {"eps": e, "beta2": 0.9}, "eps") for e in WRONG_RATES),
    *((eps_to_eps_hat, {"eps": 0.1, "beta2": b}, "beta2") for b in NO_DECAYS),
    *((batch_norm_momentum, {"momentum": m}, "momentum") for m in [-0.1, 1.1, np.nan, None, lambda t: 2]),
]
