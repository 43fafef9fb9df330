"""Each rule against its twin in torch, and against numbers worked out by hand.

Both are needed: the twins could share a mistake with us, and by hand one checks but a few steps.
"""

import inspect
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import DECAY, RATE, RULES, TWINS, replay, torch_path, vectors, wrong_settings

from gradlab import rules
from gradlab.descend import descend, iterates

STEPS = 8
each_twin = pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule.__name__)
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def agree(ours, torchs):
    np.testing.assert_allclose(ours, torchs, rtol=1e-9, atol=1e-9)


def test_every_rule_has_a_twin():
    public = [
        f
        for name, f in vars(rules).items()
        if inspect.isfunction(f) and f.__module__ == rules.__name__ and not name.startswith("_")
    ]
    assert public == RULES


def drawn(data, twin):
    """A starting point and gradients."""
    return data.draw(vectors(*twin.shape)), data.draw(vectors(STEPS, *twin.shape))


@each_twin
@given(data=st.data())
def test_rule_agrees_with_torch(twin, data):
    x0, gradients = drawn(data, twin)
    hyper = data.draw(st.fixed_dictionaries(twin.hyper))
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **hyper)
    agree(ours, torch_path(twin, x0, gradients, **hyper))


@each_twin
@given(data=st.data())
def test_arrays_of_hyperparameters_agree_with_one_optimiser_of_torch_each(twin, data):
    x0, gradients = drawn(data, twin)
    settings = data.draw(st.lists(st.fixed_dictionaries(twin.hyper), min_size=2, max_size=4))
    column = (-1,) + (1,) * len(twin.shape)
    grid = {name: np.reshape([s[name] for s in settings], column) for name in twin.hyper}
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **grid)
    for k, hyper in enumerate(settings):
        agree(ours[:, k], torch_path(twin, x0, gradients, **hyper))


@each_twin
@given(data=st.data())
def test_schedules_agree_with_setting_torchs_options_before_each_step(twin, data):
    x0, gradients = drawn(data, twin)
    values = twin.hyper | {"lr": st.floats(0, 1)}  # a schedule may well end at 0
    hyper = data.draw(
        st.fixed_dictionaries({k: st.lists(v, min_size=STEPS, max_size=STEPS) for k, v in values.items()})
    )
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **{k: listed.__getitem__ for k, listed in hyper.items()})
    agree(ours, torch_path(twin, x0, gradients, **hyper))


@each_twin
def test_defaults_are_those_of_torch(twin):
    ours = inspect.signature(twin.rule).parameters
    ours = {name: p.default for name, p in ours.items() if p.kind is p.KEYWORD_ONLY}
    assert ours.keys() == twin.hyper.keys()
    if twin.rule is rules.lion:  # Chen et al. (2023) in their code; optax has a decay of its own
        assert ours == {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0}
        return
    torchs = inspect.signature(twin.optimiser).parameters
    switches = {"nesterov", "amsgrad"}
    if issubclass(twin.optimiser, torch.optim.SGD):  # its own default switches momentum off
        assert ours.get("beta", 0.9) == 0.9
        switches |= {"momentum"}
    for name, default in twin.renamed(**ours).items():
        if name not in switches:
            assert default == torchs[name].default, name


# Worked out by hand: the gradient is the same at each step, so that the sums are geometric.

G = np.array([0.5, -2.0])
X0 = np.array([1.0, 1.0])


def moved(rule, steps=1, g=G, **hyper):
    """How far `rule` has moved after `steps` steps with the constant gradient g."""
    return descend(lambda x: g, X0, rule, steps, **hyper)[-1] - X0


def visited(n, rule, **hyper):
    """The first n pairs (x, state) that `rule` yields with the constant gradient G."""
    return list(islice(iterates(lambda x: G, X0, rule, **hyper), n))


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


def test_sgd_on_a_quadratic_shrinks_each_coordinate_by_its_own_factor():
    lam = np.array([1.0, 10.0])
    path = descend(lambda x: lam * x, X0, rules.sgd, 30, lr=0.15)
    close(path, (1 - 0.15 * lam) ** np.arange(31)[:, None])


@pytest.mark.parametrize("n", [1, 2, 5])
def test_momentum_with_a_constant_gradient_is_a_geometric_sum(n):
    beta = 0.8
    x, (v,) = visited(n, rules.momentum, lr=0.1, beta=beta)[-1]
    close(v, G * (1 - beta**n) / (1 - beta))
    close(x, X0 - 0.1 * G * sum((1 - beta**k) / (1 - beta) for k in range(1, n + 1)))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_moving_average_of_a_constant_gradient_rises_from_0_to_it(n):
    _, (m,) = visited(n, rules.ewma_momentum, beta=0.8)[-1]
    close(m, G * (1 - 0.8**n))
    close(moved(rules.ewma_momentum, 2, lr=0.1, beta=0.8), -0.1 * G * (0.2 + 0.36))


def test_the_heavy_ball_goes_on_as_it_came():
    # The first step is lr g, the second that and beta times the first.
    (first, (before,)), (second, (after,)) = visited(2, rules.heavy_ball, lr=0.1, beta=0.5)
    close(first, X0 - 0.1 * G)
    close(second, first - 0.1 * G - 0.5 * 0.1 * G)
    assert before.tolist() == X0.tolist()
    assert after is first


@given(data=st.data())
def test_at_constant_lr_the_heavy_ball_and_momentum_visit_the_same_points(data):
    x0, gradients = data.draw(vectors(3)), data.draw(vectors(STEPS, 3))
    hyper = data.draw(st.fixed_dictionaries({"lr": RATE, "beta": DECAY}))
    ball, torchs = (descend(replay(gradients), x0, rule, STEPS, **hyper) for rule in (rules.heavy_ball, rules.momentum))
    agree(ball, torchs)


def test_two_steps_of_nesterov():
    # v = g: the step is (1 + beta) g. Then v = (1 + beta) g: the step is (1 + beta + beta²) g.
    close(moved(rules.nesterov, 1, lr=0.1, beta=0.5), -0.1 * 1.5 * G)
    close(moved(rules.nesterov, 2, lr=0.1, beta=0.5), -0.1 * (1.5 + 1.75) * G)


@pytest.mark.parametrize("rule", [rules.momentum, rules.nesterov, rules.ewma_momentum, rules.heavy_ball])
def test_without_momentum_they_are_gradient_descent(rule):
    close(moved(rule, 5, lr=0.1, beta=0.0), moved(rules.sgd, 5, lr=0.1))


def test_the_nth_step_of_adagrad_has_length_lr_over_root_n():
    path = descend(lambda x: G, X0, rules.adagrad, 9, lr=0.3, eps=0)
    close(np.diff(path, axis=0), -0.3 * np.sign(G) / np.arange(1, 10)[:, None] ** 0.5)


def test_the_first_step_of_rmsprop_is_too_long_by_its_missing_correction():
    close(moved(rules.rmsprop, lr=0.1, rho=0.99, eps=0), -0.1 * np.sign(G) / 0.01**0.5)


def test_the_first_step_of_adadelta():
    v, eps = 0.1 * G**2, 1e-6
    d = (eps / (v + eps)) ** 0.5 * G
    close(moved(rules.adadelta, lr=0.5), -0.5 * d)
    (_, (v1, u1)) = visited(1, rules.adadelta)[0]
    close(v1, v)
    close(u1, 0.1 * d**2)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_adam_with_a_constant_gradient_steps_by_lr(n):
    """Bias correction makes m̂ = g and v̂ = g² from the very first step on."""
    close(moved(rules.adam, n, lr=0.1, eps=1e-2), -n * 0.1 * G / (abs(G) + 1e-2))


def test_adam_counts_its_steps_from_one():
    assert [state[0] for _, state in visited(3, rules.adam)] == [1, 2, 3]


def test_eps_stands_outside_the_root():
    # With g = eps = 1 each of these halves its step; under the root it would divide by √2.
    one = np.ones(2)
    for rule, hyper in ((rules.adagrad, {}), (rules.adam, {}), (rules.amsgrad, {}), (rules.rmsprop, {"rho": 0.0})):
        close(moved(rule, g=one, lr=0.1, eps=1.0, **hyper), -0.1 * one / 2)


def test_decay_is_decoupled():
    """A parameter whose gradient is zero shrinks by exactly lr · weight_decay; Adam leaves it alone."""
    zero = np.zeros(2)
    assert (moved(rules.adam, g=zero, lr=0.1) == 0).all()
    close(moved(rules.adamw, 3, g=zero, lr=0.1, weight_decay=0.5), X0 * ((1 - 0.1 * 0.5) ** 3 - 1))
    close(moved(rules.adamw, g=G, lr=0.1, weight_decay=0.5, eps=0), -0.1 * 0.5 * X0 - 0.1 * np.sign(G))


def fed(rule, *gradients, **hyper):
    """The steps that `rule` makes in one dimension, in units of lr, fed with these gradients."""
    path = descend(replay([[g] for g in gradients]), [0.0], rule, len(gradients), lr=0.1, **hyper)
    return -np.diff(path[:, 0]) / 0.1


def test_amsgrad_remembers_the_largest_gradient_and_adam_forgets_it():
    without_memory = {"beta1": 0.0, "beta2": 0.0, "eps": 0.0}
    close(fed(rules.adam, 2, 1, -4, 2, **without_memory), [1, 1, -1, 1])
    close(fed(rules.amsgrad, 2, 1, -4, 2, **without_memory), [1, 0.5, -1, 0.5])


def test_adamax_divides_by_a_maximum_that_fades():
    close(fed(rules.adamax, -2, 1, 1, 1, beta1=0.0, beta2=0.75, eps=0.0), [-1, 1 / 1.5, 1 / 1.125, 1])
    close(fed(rules.adamax, 1, 1, eps=1.0), [0.5, 0.5])  # its eps stands beside |g|


def test_the_first_step_of_nadam():
    beta1, eps = 0.8, 0.5
    now, following = (0.8 * (1 - 0.5 * 0.96 ** (k * 2.0)) for k in (1, 2))
    m_hat = following * 0.2 * G / (1 - now * following) + G  # the weight of g is 1 at first
    close(moved(rules.nadam, lr=0.1, beta1=beta1, eps=eps, momentum_decay=2.0), -0.1 * m_hat / (abs(G) + eps))


def test_radam_does_not_divide_in_its_first_five_steps():
    path = descend(lambda x: G, X0, rules.radam, 6, lr=0.1, eps=0)
    steps = -np.diff(path, axis=0) / 0.1
    close(steps[:5], [G] * 5)
    # Liu et al. (2020), Algorithm 2, with the numbers of t = 6.
    rho_inf = 1999
    rho = rho_inf - 12 * 0.999**6 / (1 - 0.999**6)
    r2 = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
    np.testing.assert_allclose(steps[5], r2**0.5 * np.sign(G), rtol=1e-9)


@pytest.mark.parametrize("beta2", [0.0, 1 / 3, 0.5, 0.6])
def test_radam_never_divides_where_its_average_is_too_short(beta2):
    """2 / (1 − beta2) − 1 is 5 or less; at 2 and at 4 its rectifying term is not defined."""
    close(moved(rules.radam, 8, lr=0.1, beta2=beta2), -8 * 0.1 * G)


def test_radam_becomes_adam_even_where_its_average_is_short():
    path = descend(lambda x: G, X0, rules.radam, 99, lr=0.1, beta2=0.7, eps=0)  # rho tends to rho_inf, which is 5.67
    close(path[-1] - path[-2], -0.1 * np.sign(G))


def test_lion_steps_by_lr_whatever_the_gradients_length():
    close(fed(rules.lion, 1e-9, 5, -1e-9, 0), [1, 1, 1, 1])
    close(fed(rules.lion, 0, 1, 0), [0, 1, 1])
    # c = ½ m + ½ g with the m from before: 0 + 1, then 0.25 · 2 − 1.
    close(fed(rules.lion, 2, -2, beta1=0.5, beta2=0.75), [1, -1])
    close(moved(rules.lion, g=np.zeros(2), lr=0.1, weight_decay=0.5), -0.05 * X0)


# Muon: matrices.


def quintic(s):
    return 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5


@pytest.mark.parametrize("shape", [(4, 4), (5, 2), (2, 5), (3, 4, 2)])
def test_muon_keeps_the_singular_vectors_and_maps_the_singular_values(shape):
    g = np.random.default_rng(0).normal(size=shape)
    x, m = rules.muon(np.ones(shape), g, lr=0.1, beta=0.9, weight_decay=0.5)
    close(m, 0.1 * g)
    U, S, Vt = np.linalg.svd(g, full_matrices=False)
    s = S / np.linalg.norm(S, axis=-1, keepdims=True)
    for _ in range(5):
        s = quintic(s)
    assert ((s > 0.6) & (s < 1.3)).all()  # nearly orthogonal
    factor = max(1, shape[-2] / shape[-1]) ** 0.5
    np.testing.assert_allclose(x, 1 - 0.1 * 0.5 - 0.1 * factor * (U * s[..., None, :]) @ Vt, rtol=1e-9, atol=1e-12)


def test_muon_does_not_magnify_a_gradient_shorter_than_eps():
    g = np.array([[1e-5, 0], [0, 0]])
    x, _ = rules.muon(0 * g, g, lr=1.0, beta=0.0, eps=1e-2, weight_decay=0.0)
    s = 1e-3
    for _ in range(5):
        s = quintic(s)
    np.testing.assert_allclose(x, [[-s, 0], [0, 0]], rtol=1e-9)
    assert (rules.muon(g, 0 * g, weight_decay=0.0)[0] == g).all()


def test_muon_looks_ahead_as_nesterov_does():
    """The step has the direction of beta · m + (1 − beta) · g, and not of m: here the two differ."""
    a, b = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    _, m = rules.muon(0 * a, a, beta=0.9)
    x, _ = rules.muon(0 * a, b, m, lr=1.0, beta=0.9, weight_decay=0.0)
    u = np.array([0.9 * 0.9 * 0.1, 0.9 * 0.1 + 0.1])
    s = u / np.hypot(*u)
    for _ in range(5):
        s = quintic(s)
    np.testing.assert_allclose(x, -np.diag(s), rtol=1e-9)


def test_torchs_own_muon_differs_by_its_bfloat16_alone():
    (muon,) = (twin for twin in TWINS if twin.rule is rules.muon)
    x0, gradients = np.ones((3, 2)), np.random.default_rng(0).normal(size=(STEPS, 3, 2))
    ours = descend(replay(gradients), x0, rules.muon, STEPS, lr=0.1)
    rounded = torch_path(muon._replace(optimiser=torch.optim.Muon), x0, gradients, lr=0.1, beta=0.95, weight_decay=0.1)
    np.testing.assert_allclose(ours, rounded, atol=0.02 * 0.1 * STEPS)
    assert not np.allclose(ours, rounded, atol=1e-6)


@pytest.mark.parametrize("x", [1.0, np.ones(3), torch.ones(3)], ids=["number", "array", "tensor"])
def test_muon_wants_a_matrix(x):
    with pytest.raises(ValueError, match=r"^muon: x must be a matrix.*got shape \((3,)?\)"):
        rules.muon(x, x)


# What all rules share.

SHAPES = {twin.rule: twin.shape for twin in TWINS}
OF_NUMBERS = [rule for rule in RULES if len(SHAPES[rule]) == 1]


def somewhere(rule):
    """A point and a gradient for this rule."""
    return np.ones(SHAPES[rule]), np.resize([0.5, -2.0, 0.0], SHAPES[rule])


@each_rule
def test_nothing_is_modified_in_place(rule):
    x, g = somewhere(rule)
    _, *state = rule(x, g)
    inputs = [x, g, *map(np.asarray, state)]
    for array in inputs:
        array.flags.writeable = False  # from here on, writing into any of them raises
    before = [array.copy() for array in inputs]
    first = rule(x, g, *state)
    assert all(map(np.array_equal, first, rule(x, g, *state)))
    assert all(map(np.array_equal, inputs, before))
    # The heavy ball's state is the old x itself; a view of another's memory would be a trap.
    assert not any(np.shares_memory(new, old) and new is not old for new in first for old in inputs)


@pytest.mark.parametrize("rule", OF_NUMBERS, ids=lambda rule: rule.__name__)
def test_numbers_do_as_well_as_arrays(rule):
    x, *state = rule(1.0, 0.5)
    again, *_ = rule(x, -2.0, *state)
    path = descend(replay([[0.5], [-2.0]]), [1.0], rule, 2)
    close([x, again], path[1:, 0])


@each_rule
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rules_work_on_tensors(rule, dtype):
    """All hyperparameters are tensors, each with two values."""
    shape = SHAPES[rule]
    gradients = np.random.default_rng(1).normal(size=(STEPS, 2, *shape))
    hyper = {
        name: np.reshape([p.default, 0.8 * p.default + 0.01], (2,) + (1,) * len(shape))
        for name, p in inspect.signature(rule).parameters.items()
        if p.kind is p.KEYWORD_ONLY
    }
    numpys = descend(replay(gradients), np.ones(shape), rule, STEPS, **hyper)
    rest = iter(torch.tensor(gradients, dtype=dtype))
    tensors = {name: torch.tensor(value, dtype=dtype) for name, value in hyper.items()}
    torchs = descend(lambda x: next(rest), torch.ones(shape, dtype=dtype), rule, STEPS, **tensors)
    assert torchs.dtype == dtype
    tolerance = 1e-10 if dtype == torch.float64 else 1e-4
    np.testing.assert_allclose(torchs.numpy(), numpys, rtol=tolerance, atol=tolerance)


@each_rule
def test_tensors_are_not_modified_in_place(rule):
    x, g = map(torch.tensor, somewhere(rule))
    _, *state = rule(x, g)
    inputs = [x, g, *map(torch.as_tensor, state)]
    before = [tensor.clone() for tensor in inputs]
    rule(x, g, *state)
    assert all(map(torch.equal, inputs, before))


@each_rule
def test_single_precision_stays_single(rule):
    x, g = (array.astype(np.float32) for array in somewhere(rule))
    state = ()
    for _ in range(8):  # RAdam begins to divide at the sixth
        x, *state = rule(x, g, *state)
    assert {array.dtype for array in (x, *state) if np.ndim(array)} == {np.dtype(np.float32)}


RIGHT = {"x": np.ones((2, 2)), "g": np.ones((2, 2))}
BAD_INPUT = [
    *(case for rule in RULES for case in wrong_settings(rule, **RIGHT)),
    *((rule, RIGHT | {"x": x}, "x") for rule in RULES for x in ([[1.0]], "here", None)),
    *((rule, RIGHT | {"g": g}, "g") for rule in RULES for g in (np.ones(3), 1.0, [[1.0]], None)),
    *((rules.muon, {"x": x, "g": x}, "x") for x in (1.0, np.ones(3))),
]


# x keeps its type.

TYPES = [np.float32, np.float64, np.float16, torch.float32, torch.float64, torch.float16, torch.bfloat16]


def of(dtype, values):
    """The values as an array or a tensor of this dtype."""
    return torch.tensor(np.asarray(values, float), dtype=dtype) if "torch" in str(dtype) else np.asarray(values, dtype)


def in_each_form(value):
    """A hyperparameter as NumPy and torch give it: as numbers, and as a sweep of two."""
    return [
        np.float64(value),
        np.array(value),
        np.array([[[value]], [[value]]]),
        torch.tensor([[[value]]] * 2).double(),
    ]


@each_rule
@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_hyperparameters_and_gradients_of_any_type_leave_that_of_x(rule, dtype):
    x, g = somewhere(rule)
    names = [name for name, p in inspect.signature(rule).parameters.items() if p.kind is p.KEYWORD_ONLY]
    right, *_ = rule(of(dtype, x), of(dtype, g), **dict.fromkeys(names, 0.5))
    for hyper in zip(*(in_each_form(0.5) for _ in names), strict=True):
        for gradient in (of(dtype, g), g, torch.tensor(g)):
            after, *_ = rule(of(dtype, x), gradient, **dict(zip(names, hyper, strict=True)))
            assert after.dtype == right.dtype == dtype
            assert type(after) is type(right)
            np.testing.assert_allclose(after.tolist(), np.broadcast_to(right.tolist(), after.shape), rtol=1e-2)


@each_rule
def test_integers_are_taken_for_floats(rule):
    x, g = np.ones(SHAPES[rule]), np.resize([200.0, 3.0, 0.0], SHAPES[rule])
    right, *_ = rule(x, g)
    for dtype in (np.uint8, np.int64):
        np.testing.assert_array_equal(rule(x.astype(dtype), g.astype(dtype))[0], right)
    ints, *_ = rule(torch.tensor(x).int(), torch.tensor(g).int())
    np.testing.assert_allclose(ints, right, rtol=1e-5)


@each_rule
@pytest.mark.parametrize("dtype", [np.float16, torch.float16])
def test_half_precision_has_no_room_for_squares_and_eps_so_float32_is_used(rule, dtype):
    x, g = np.ones(SHAPES[rule]), np.resize([0, 1e-3, 300.0], SHAPES[rule])
    half, single = of(dtype, g), of(np.float32, of(np.float16, g))
    wanted, *state = rule(np.ones_like(single), single)
    after, *rest = rule(of(dtype, x), half)
    assert after.dtype == dtype
    np.testing.assert_allclose(after.tolist(), wanted, rtol=1e-3)
    again, *_ = rule(after, half, *rest)
    wanted, *_ = rule(np.asarray(after.tolist(), np.float32), single, *state)
    np.testing.assert_allclose(again.tolist(), wanted, rtol=1e-3)


@pytest.mark.parametrize(
    ("name", "size"),
    [("rmsprop", 1.8e20), *((name, size) for name in ("adam", "adamw", "amsgrad") for size in (1.9e19, 1e20, 5e20))],
)
def test_in_float32_squares_go_as_far_as_those_of_torch(name, size):
    (twin,) = (twin for twin in TWINS if twin.rule.__name__ == name)
    hyper = {"lr": 0.1}
    ours, *_ = twin.rule(np.ones(1, np.float32), np.full(1, size, np.float32), **hyper)
    x = torch.ones(1, requires_grad=True)
    x.grad = torch.full((1,), size)
    options = {"amsgrad": True} if name == "amsgrad" else {}
    twin.optimiser([x], **hyper, **options).step()
    np.testing.assert_allclose(ours, x.detach().numpy(), rtol=1e-6)
    assert ours < 0.95


def test_muon_knows_the_length_of_any_gradient():
    for size in (1e-30, 1.0, 3e37):
        x, _ = rules.muon(np.zeros((2, 2), np.float32), np.diag([3, 4]).astype(np.float32) * np.float32(size),
                          lr=1.0, eps=0.0, weight_decay=0.0)  # fmt: skip
        np.testing.assert_allclose(x, rules.muon(0 * x, np.diag([3.0, 4.0]), lr=1.0, weight_decay=0.0)[0], rtol=1e-5)


def test_muon_brings_singular_values_near_1_unless_they_are_small():
    shares = np.array([0.0015, 0.01, 0.1, 0.5, 0.9])
    shares = np.append(shares, (1 - (shares[:4] ** 2).sum()) ** 0.5)
    for share in shares:
        g = np.diag([share, (1 - share**2) ** 0.5])  # of length 1
        after, _ = rules.muon(0 * g, g, lr=1.0, beta=0.0, weight_decay=0.0)
        assert ((-np.diag(after) > 0.67) & (-np.diag(after) < 1.21)).all()
    small, _ = rules.muon(np.zeros((2, 2)), np.diag([1.0, 1e-4]), lr=1.0, beta=0.0, weight_decay=0.0)
    assert -small[1, 1] == pytest.approx(0.05, abs=0.005)


def test_the_rates_of_amsgrad_grow_at_first_and_not_in_the_long_run():
    gradients = [[1.0]] + [[0.0]] * 20_000
    path = iterates(replay(gradients), [0.0], rules.amsgrad, lr=1.0, beta1=0.0)
    s, t = np.array([(s.item(), t) for _, (t, _, _, s) in islice(path, len(gradients))]).T
    rates = ((1 - 0.999**t) / s) ** 0.5
    assert rates[1000] > 20 * rates[0]
    assert rates[-1] == pytest.approx(rates[10_000], rel=1e-4)
