"""The shim between NumPy and torch: the same for numbers, arrays and tensors."""

import numpy as np
import pytest
import torch

from gradlab._arrays import (
    Apart,
    apart,
    clip,
    copied,
    detached,
    dot,
    empty,
    fitted,
    floating,
    is_complex,
    is_tensor,
    like,
    maximum,
    norm,
    or_one,
    sign,
    stack,
    to_numpy,
    transposed,
    unit,
    where,
    wide,
)

VALUES = [-2.0, -0.0, 0.0, 1.0, np.nan, np.inf]
FORMS = [np.array, torch.tensor]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (sign, [-1, 0, 0, 1, np.nan, 1]),
        (or_one, [-2, 1, 1, 1, np.nan, np.inf]),
        (lambda x: maximum(x, 0.5), [0.5, 0.5, 0.5, 1, np.nan, np.inf]),
        (lambda x: clip(x, -1, 0.5), [-1, 0, 0, 0.5, np.nan, 0.5]),
        (lambda x: where(x > 0, x, 7.0), [7, 7, 7, 1, 7, np.inf]),
        (lambda x: where(x > 0, 7.0, x), [-2, 0, 0, 7, np.nan, 7]),
        (lambda x: where(x > 0, 1.0, 2.0), [2, 2, 2, 1, 2, 1]),
        (lambda x: where(True, x, 7.0), VALUES),
        (lambda x: where(np.array([[False]]), x, 7.0), [[7] * 6]),
    ],
)
def test_functions_work_entry_by_entry(form, function, expected):
    result = function(form(VALUES))
    assert type(result) is type(form([0.0]))
    np.testing.assert_array_equal(np.asarray(result), expected)


def test_numbers_stay_numbers():
    assert maximum(2.0, 5) == 5
    assert type(maximum(2.0, 5)) is float
    assert maximum(2, 1) == 2
    assert or_one(0.0) == 1
    assert or_one(-3) == -3
    assert sign(-0.1) == -1
    assert where(False, 1.0, 2.0) == 2


@pytest.mark.parametrize("form", FORMS)
def test_dot_and_norm_keep_the_last_axis(form):
    x, y = form([[3.0, 4.0], [0.0, 0.0]]), form([[1.0, 2.0], [5.0, 6.0]])
    assert dot(x, y).tolist() == [[11.0], [0.0]]
    assert norm(x).tolist() == [[5.0], [0.0]]


@pytest.mark.parametrize("wrong", [None, "here", "1.5", ["1"], [1.0, None], [1j], [object()], torch.ones(2) + 1j])
def test_what_is_no_number_is_not_made_one(wrong):
    with pytest.raises(ValueError, match="real numbers are needed"):
        floating(wrong)


@pytest.mark.parametrize("x", [3, True, [1, 2], np.float32(1), np.arange(3, dtype=np.uint8), torch.tensor([1, 2])])
def test_numbers_become_floats(x):
    assert "float" in str(floating(x).dtype)
    np.testing.assert_array_equal(np.asarray(floating(x)), np.asarray(x))
    assert floating(np.float32(1)).dtype == np.float32
    assert floating(torch.tensor([1.0], dtype=torch.float16)).dtype == torch.float16


def test_a_tensor_with_a_gradient_can_be_looked_at_in_numpy():
    assert isinstance(to_numpy(torch.ones(2, requires_grad=True)), np.ndarray)
    assert to_numpy([1.0, 2.0]).tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float8_e5m2, torch.int64, torch.bool])
def test_numbers_of_every_type_can_be_looked_at_in_numpy(dtype):
    array = to_numpy(torch.tensor([0, 1]).to(dtype))
    assert array.tolist() == [0, 1]
    assert array.dtype == {torch.float16: np.float16, torch.int64: np.int64, torch.bool: bool}.get(dtype, np.float32)


def test_what_is_complex():
    for x in (np.ones(2) + 1j, np.complex64(1), torch.ones(2) + 1j):
        assert is_complex(x)
    for x in (np.ones(2), np.float32(1), torch.ones(2), 1.0, [1.0], None, "x"):
        assert not is_complex(x)


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_has_memory_of_its_own_in_the_same_order(form):
    room = empty((3, 5, 2), form([0.0]))
    room[...] = 1
    copy = copied(room)
    room[...] = 2
    assert (copy == 1).all()
    strides = [part.stride() if is_tensor(part) else part.strides for part in (room, copy)]
    assert strides[0] == strides[1]
    assert copied(3.0) == 3.0
    assert copied(None) is None


def test_what_is_copied_or_detached_has_no_graph():
    x = torch.ones(2, requires_grad=True)
    for y in (2 * x, x):
        assert not copied(y).requires_grad
        assert not detached(y).requires_grad
    array = np.ones(2)
    assert detached(array) is array


@pytest.mark.parametrize("form", FORMS)
def test_a_function_apart_may_do_as_it_likes_with_what_it_gets_and_gives(form):
    kept = form([0.0, 0.0])

    def spoils(x):
        x *= 2
        kept[...] = x
        return kept

    f, x = apart(spoils), form([1.0, 2.0])
    first, second = f(x), f(3 * x)
    assert x.tolist() == [1, 2]
    assert first.tolist() == [2, 4]
    assert second.tolist() == [6, 12]
    assert apart(lambda x: 3.0)(x) == 3


def test_a_problem_apart_is_the_problem_in_all_else():
    class Problem:
        name, f = "bowl", staticmethod(lambda x: x)

    problem = Problem()
    ours = Apart(problem)
    assert ours.name == "bowl"
    assert repr(ours) == repr(problem)
    x = np.ones(2)
    assert ours.f(x) is not x
    assert not hasattr(ours, "grad")


@pytest.mark.parametrize("form", FORMS)
def test_few_coordinates_lie_apart_in_memory_and_many_side_by_side(form):
    x = form([0.0])
    for d, lie_apart in ((1, True), (2, True), (8, True), (9, False), (40, False)):
        room = empty((3, 5, d), x)
        strides = room.stride() if is_tensor(room) else room.strides
        assert (strides[-1] == max(strides)) == lie_apart
        assert (strides[-1] == min(strides)) == (not lie_apart)
        assert tuple(room.shape) == (3, 5, d)
        assert room.dtype == x.dtype


@pytest.mark.parametrize("form", FORMS)
def test_stack_joins_along_a_new_last_axis(form):
    parts = [form([[1.0, 2.0]]), form([[3.0, 4.0]]), form([[5.0, 6.0]])]
    assert stack(parts).tolist() == [[[1, 3, 5], [2, 4, 6]]]


@pytest.mark.parametrize("form", FORMS)
def test_transposed_in_memory_too(form):
    x = form(np.arange(24.0).reshape(2, 3, 4).tolist())
    turned = transposed(x)
    assert turned.tolist() == np.arange(24.0).reshape(2, 3, 4).transpose(0, 2, 1).tolist()
    strides = turned.stride() if is_tensor(turned) else turned.strides
    assert strides[-1] == min(strides)
    assert strides[-2] == 3 * strides[-1]


FLOATS = [(np.array, np.float16), (np.array, np.float32), (np.array, np.float64)]
FLOATS += [(torch.tensor, torch.bfloat16), *((torch.tensor, getattr(torch, f.__name__)) for _, f in FLOATS)]


@pytest.mark.parametrize(("form", "dtype"), FLOATS)
def test_lengths_neither_overflow_nor_vanish(form, dtype):
    finfo = (np if form is np.array else torch).finfo(dtype)
    for scale in (finfo.max / 4, 1.0, finfo.tiny):
        x = form([[3 * scale / 4, 0.0, -scale]], dtype=dtype)
        np.testing.assert_allclose(to_numpy(norm(x).to(torch.float64) if is_tensor(x) else norm(x)) / scale, 1.25, 0.01)
        assert unit(x).dtype == dtype
        np.testing.assert_allclose(unit(x).tolist(), [[0.6, 0.0, -0.8]], rtol=0.01)
    ends = form([finfo.max, -finfo.max], dtype=dtype)  # whose length there is no number for
    np.testing.assert_allclose(unit(ends).tolist(), [0.5**0.5, -(0.5**0.5)], rtol=0.01)


@pytest.mark.parametrize("form", FORMS)
def test_lengths_along_other_axes(form):
    x = form([[3.0, 0.0], [4.0, 0.0]])
    assert norm(x, -2).tolist() == [[5, 0]]
    assert norm(x, (-2, -1)).tolist() == [[5]]
    np.testing.assert_allclose(unit(x, -2), [[0.6, 0], [0.8, 0]], rtol=1e-7)


@pytest.mark.parametrize("form", FORMS)
def test_a_length_is_the_root_of_the_sum_of_squares_to_the_last_bit(form):
    x = form(np.random.default_rng(0).normal(size=(50, 7)).tolist())
    assert (norm(x) == (x * x).sum(-1)[..., None] ** 0.5).all()


def test_the_length_of_many_numbers_of_half_precision():
    assert unit(np.ones(100_000, np.float16))[0] == np.float16(1e-5**0.5)


def test_only_half_precision_is_made_wider():
    assert wide(np.ones(2, np.float16)).dtype == np.float32
    assert wide(torch.ones(2, dtype=torch.float16)).dtype == torch.float32
    for dtype in (np.float32, np.float64):
        assert wide(x := np.ones(2, dtype)) is x
    for dtype in (torch.bfloat16, torch.float32, torch.float64):
        assert wide(x := torch.ones(2, dtype=dtype)) is x


@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
def test_what_is_like_x_is_of_its_kind_and_dtype(x):
    for values in ([1, 2], np.array([1, 2]), np.array([1.0, 2.0]), torch.tensor([1.0, 2.0]), torch.tensor([1, 2])):
        made = like(values, x)
        assert type(made) is type(x) and made.dtype == x.dtype and made.tolist() == [1, 2]


@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
def test_what_is_fitted_leaves_x_as_it_is(x):
    for value in (0.5, 3, np.float64(0.5), np.float32(0.5), np.int64(3), np.array(0.5), torch.tensor(0.5)):
        assert (fitted(value, x) * x).dtype == x.dtype
    assert type(fitted(np.int64(3), x)) is int, "a count stays one"
    for value in (np.array([[0.5], [2]]), np.array([[1], [2]]), torch.tensor([[0.5], [2]], dtype=torch.float64)):
        product = fitted(value, x) * x
        assert type(product) is type(x) and product.dtype == x.dtype
        assert product[:, 0].tolist() == value[:, 0].tolist()
    for value in ("fast", None, [0.1], 0.1):
        assert fitted(value, x) is value
    assert fitted(np.float64(0.5), 2.0) == 0.5, "beside one of Python's numbers"


def test_complex_numbers_are_known():
    assert is_complex(np.ones(2, complex)) and is_complex(torch.ones(2) + 1j) and is_complex(np.complex64(1))
    assert not any(map(is_complex, (np.ones(2), torch.ones(2), [1j], "j", None, 1j)))
