"""Chapter 1's exercises got wrong, as students write them: each gets its name."""

import numpy as np
import pytest

from gradlab.checks import check
from gradlab.checks.question import answers
from gradlab.checks.questions.descents import PATIENCE, SEARCH
from gradlab.checks.tasks import descents as tasks
from gradlab.checks.tasks.mistakes.descents import MISTAKES

SEEDS = range(5)
each = pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)


@each
def test_random_questions_differ_with_the_seed(like):
    question = MISTAKES[like][0]
    one, other = ([question.tell(case, 0) for case in question.cases(like, np.random.default_rng(s))] for s in (0, 1))
    assert one[0] == other[0]
    assert one[-1] != other[-1]


def test_matrices_asked_for_are_bowls():
    for seed in SEEDS:
        for case in MISTAKES[tasks.best_lr][0].cases(tasks.best_lr, np.random.default_rng(seed)):
            [H] = case.arguments
            assert (H == H.T).all()
            assert np.linalg.eigvalsh(H).min() > 0.5


def test_what_is_told_of_a_bowl_is_true():
    for case in MISTAKES[tasks.backtracking_step][0].cases(tasks.backtracking_step, np.random.default_rng(0)):
        f, x, g = case.arguments
        H = f.__self__.H
        assert f(x) == pytest.approx(0.5 * np.sum(np.outer(x, x) * H))
        assert g == pytest.approx(np.sum(H * x, axis=1))


def test_random_paths_are_of_6_to_19_steps():
    *_, last = zip(
        *(MISTAKES[tasks.gradient_descent][0].cases(None, np.random.default_rng(seed)) for seed in range(200)),
        strict=True,
    )
    assert {case.hyper["steps"] for case in last} == set(range(6, 20))


# --- what students write ----------------------------------------------------------------------------------------------


def sequential(grad, x0, *, lr, steps):
    x = list(x0)
    path = [list(x)]
    for _ in range(steps):
        for i in range(len(x)):
            x[i] -= lr * grad(np.array(x))[i]
        path.append(list(x))
    return np.array(path)


def aliased(grad, x0, *, lr, steps):
    x = np.array(x0)
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


def no_start(grad, x0, *, lr, steps):
    path = []
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
        path.append(x0)
    return np.array(path)


def in_place(grad, x0, *, lr, steps):
    path = [x0.copy()]
    for _ in range(steps):
        x0 -= lr * grad(x0)
        path.append(x0.copy())
    return np.array(path)


def start_apart(grad, x0, *, lr, steps):
    path, x = [x0], x0.copy()
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


def start_moved(grad, x0, *, lr, steps):
    path, x = [x0], x0
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


def from_zeros(grad, x0, *, lr, steps):
    path = np.zeros((steps + 1, len(x0)))
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def unpacks_nothing(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append((path[-1] - lr * grad(path[-1]),))
    return np.array(path)


def in_whole_numbers(grad, x0, *, lr, steps):
    path = np.zeros((steps + 1, len(x0)), dtype=int)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def columns(grad, x0, *, lr, steps):
    path = np.zeros((len(x0), steps + 1))
    path[:, 0] = x0
    for t in range(steps):
        path[:, t + 1] = path[:, t] - lr * grad(path[:, t])
    return path


def returns_in_the_loop(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
        return np.array(path)


def last_only(grad, x0, *, lr, steps):
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
    return x0


def shrinks_first(f, x, g, *, lr, shrink, c1):
    while True:
        lr *= shrink
        if f(x - lr * g) <= f(x) - c1 * lr * np.sum(g**2):
            return lr


def any_decrease(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x):
        lr *= shrink
    return lr


def norm_not_squared(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * np.linalg.norm(g):
        lr *= shrink
    return lr


def once(f, x, g, *, lr, shrink, c1):
    if f(x - lr * g) > f(x) - c1 * lr * g @ g:
        lr *= shrink
    return lr


def point(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g @ g:
        lr *= shrink
    return x - lr * g


def halves(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g.dot(g):
        lr /= 2
    return lr


def by_the_first_rate(f, x, g, *, lr, shrink, c1):
    a = lr
    while f(x - a * g) > f(x) - c1 * lr * g.dot(g):
        a *= shrink
    return a


def by_no_rate(f, x, g, *, lr, shrink, c1):
    enough = f(x) - c1 * g.dot(g)
    while f(x - lr * g) > enough:
        lr = lr * shrink
    return lr


def the_wrong_way_round(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) <= f(x) - c1 * lr * g.dot(g):
        lr *= shrink
    return lr


def once_more(f, x, g, *, lr, shrink, c1):
    a, better = lr, False
    while not better:
        better = f(x - a * g) <= f(x) - c1 * a * g.dot(g)
        a = shrink * a
    return a


def walks(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g.dot(g):
        x = x - lr * g
        lr = lr * shrink
    return lr


def may_rise(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) + c1 * lr * g @ g:
        lr *= shrink
    return lr


WRONG = [
    (tasks.gradient_descent, sequential, "sequential for simultaneous update"),
    (tasks.gradient_descent, aliased, "every row the same array"),
    (tasks.gradient_descent, start_apart, "every row the same array"),
    (tasks.gradient_descent, start_moved, "the start moved"),
    (tasks.gradient_descent, from_zeros, "the start left out of account"),
    (tasks.gradient_descent, no_start, "path without its start"),
    (tasks.gradient_descent, in_place, "input modified in place"),
    (tasks.gradient_descent, last_only, "the end for the path"),
    (tasks.best_lr, lambda H: 1 / np.linalg.eigvals(H).max(), "1 / λmax for the best rate"),
    (tasks.best_lr, lambda H: 2 / (np.diag(H).min() + np.diag(H).max()), "entries of H for its eigenvalues"),
    (tasks.best_lr, lambda H: 2 / sum(sorted(np.linalg.eigvals(H))[:2]), "the two smallest for the extremes"),
    (tasks.best_lr, lambda H: 2 / sum(sorted(np.linalg.eigvals(H))[-2:]), "the two largest for the extremes"),
    (tasks.best_lr, lambda H: (np.linalg.cond(H) - 1) / (np.linalg.cond(H) + 1), "the factor for the rate"),
    (tasks.largest_lr, lambda H: 4 / np.linalg.eigvalsh(H)[[0, -1]].sum(), "twice the best rate for the largest"),
    (tasks.best_lr, lambda H: 2 / np.trace(H), "sum of all eigenvalues"),
    (tasks.largest_lr, lambda H: 1 / np.linalg.norm(H, 2), "1 / λmax for the largest rate"),
    (tasks.gradient_descent, unpacks_nothing, "a tuple for the point"),
    (tasks.gradient_descent, in_whole_numbers, "whole numbers only"),
    (tasks.gradient_descent, columns, "rows and columns exchanged"),
    (tasks.gradient_descent, returns_in_the_loop, "one step only"),
    (tasks.best_lr, lambda H: 2 / (1 + np.linalg.cond(H)), "λmin taken for 1"),
    (tasks.largest_lr, lambda H: 2 / H.max(), "entries of H for its eigenvalues"),
    (tasks.largest_lr, lambda H: 2 / np.linalg.eigvals(H)[-1], "order of the eigenvalues taken for granted"),
    (tasks.largest_lr, lambda H: 2 / np.trace(H), "sum of the eigenvalues for λmax"),
    (tasks.backtracking_step, halves, "a half for shrink"),
    (tasks.backtracking_step, by_the_first_rate, "the rate for the step in the condition"),
    (tasks.backtracking_step, by_no_rate, "the step missing in the condition"),
    (tasks.backtracking_step, the_wrong_way_round, "goes on when it should stop"),
    (tasks.backtracking_step, once_more, "shrunk once more at the end"),
    (tasks.backtracking_step, walks, "the point moved while searching"),
    (tasks.backtracking_step, shrinks_first, "shrunk before the first try"),
    (tasks.backtracking_step, any_decrease, "any decrease will do"),
    (tasks.backtracking_step, norm_not_squared, "‖g‖ for ‖g‖²"),
    (tasks.backtracking_step, once, "shrunk once only"),
    (tasks.backtracking_step, point, "the point for the step"),
    (tasks.backtracking_step, may_rise, "sign of the decrease"),
    (tasks.best_lr, lambda H: 2 / np.linalg.eigvalsh(H)[-1], "largest rate for the best"),
    (tasks.best_lr, lambda H: 1 / np.mean(np.linalg.eigvalsh(H)), "mean of all eigenvalues"),
    (tasks.largest_lr, lambda H: 2 / np.diag(H).max(), "entries of H for its eigenvalues"),
    (tasks.largest_lr, lambda H: 2 / np.linalg.norm(H, np.inf), "row sums for eigenvalues"),
]


@pytest.mark.parametrize(("reference", "student", "name"), WRONG, ids=[name for *_, name in WRONG])
def test_what_students_write_gets_its_name(reference, student, name):
    for seed in SEEDS:
        verdict = check(student, like=reference, seed=seed)
        assert not verdict
        assert verdict.names == (name,)


def test_right_ones_written_in_another_way_are_right():
    def loop(grad, x0, *, lr, steps):
        path = np.empty((steps + 1, len(x0)), np.float32)
        path[0] = x0
        for t in range(steps):
            path[t + 1] = path[t] - lr * grad(path[t])
        return path

    assert check(loop, like=tasks.gradient_descent)
    assert check(lambda H: 2 / (np.linalg.norm(H, 2) + np.linalg.norm(H, -2)), like=tasks.best_lr)
    assert check(lambda H: 2 / np.linalg.svd(H)[1][0], like=tasks.largest_lr)


def test_a_list_is_no_path_and_all_steps_are_taken():
    def listed(grad, x0, *, lr, steps):
        return [*tasks.gradient_descent(grad, x0, lr=lr, steps=steps)]

    def impatient(grad, x0, *, lr, steps):
        return tasks.gradient_descent(grad, x0, lr=lr, steps=min(steps, 59))

    def flat(grad, x0, *, lr, steps):
        return tasks.gradient_descent(grad, x0, lr=lr, steps=steps).ravel()

    def contented(grad, x0, *, lr, steps):
        path = tasks.gradient_descent(grad, x0, lr=lr, steps=steps)
        return path[: 1 + np.argmax([*(abs(path).max(1) < 1e-12), True])]

    message = str(check(listed, like=tasks.gradient_descent))
    assert message.startswith(
        "✗ listed is not right: it returns a list, where an array was asked for.\n  Its numbers are"
    )
    message = str(check(flat, like=tasks.gradient_descent))
    assert ": the path\n    yours has shape (2,)\n    right has shape (2, 1)\n" in message
    for student in (impatient, contented):
        message = str(check(student, like=tasks.gradient_descent))
        assert "steps = 60: the path\n    yours has shape" in message


def test_a_search_may_ask_for_f_so_many_times_and_no_more():
    def asks(times):
        def search(f, x, g, *, lr, shrink, c1):
            return sum(f(x) for _ in range(times))

        return answers(search, SEARCH, tasks.backtracking_step)

    assert asks(PATIENCE).error == ""
    assert asks(PATIENCE + 1).error == f"does not come to an end: it has asked for f {PATIENCE} times"


def test_the_example_is_told_with_small_numbers():
    message = str(check(no_start, like=tasks.gradient_descent))
    assert "From grad(x) = 2 x, x0 = [1], lr = 0.25, steps = 1: the path" in message
    assert "yours has shape (1, 1)\n    right has shape (2, 1)" in message
