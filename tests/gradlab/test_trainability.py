"""The map of what trains: against one network trained by torch, its stored copies, and fractals of known dimension."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import trainability
from gradlab.mlp import MLP
from gradlab.trainability import LAST, LIMIT, WIDTH, axes, box_dimension, store, stored, what_trains

STEPS = 60


def level_by_torch(lr, scale, steps=STEPS, seed=0):
    """The level of one pixel, by autograd, as the equation has it: nothing is given up before the end."""
    rng = np.random.default_rng([seed, 1])
    X, y = (torch.tensor(rng.standard_normal(shape)) for shape in ((WIDTH, WIDTH), (WIDTH, 1)))
    net = MLP([WIDTH, WIDTH, 1])
    parts = [torch.tensor(scale * part, requires_grad=True) for part in net.unpack(net.start(seed))]
    optimiser, losses = torch.optim.SGD(parts, lr=lr), []
    for _ in range(steps):
        optimiser.zero_grad()
        W, b, w, c = parts
        loss = torch.nn.functional.mse_loss(torch.tanh(X @ W + b) @ w + c, y) / 2
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    v = np.array(losses) / losses[0]
    over = ~(v <= LIMIT)
    if over.any():
        v[over.argmax() :] = LIMIT
    trains = v[-LAST:].mean() < 1
    if not trains and not over.any():
        return 0
    size = 127 * np.log((v if trains else 1 / v).sum()) / np.log(steps)
    return (1 if trains else -1) * np.clip(np.rint(size), 1, 127)


def test_each_pixel_is_what_torch_makes_of_its_network():
    seen = what_trains(0.7, 0.7, resolution=5, steps=STEPS)
    wanted = [[level_by_torch(lr, scale) for lr in seen.lr.tolist()] for scale in seen.scale.tolist()]
    np.testing.assert_allclose(seen.level, wanted, atol=1)
    assert {True, False} <= set(seen.trains.ravel().tolist())


def test_what_neither_trains_nor_diverges_has_level_0():
    """At a rate just past the limit the loss has not grown to LIMIT when it ends."""
    seen = what_trains(1.0, 1.0, zoom=20, resolution=12, steps=LAST + 1)
    slow = np.argwhere(seen.level == 0)
    assert len(slow)
    i, j = slow[0]
    assert level_by_torch(float(seen.lr[j]), float(seen.scale[i]), LAST + 1) == 0


def test_neither_the_block_nor_the_subset_changes_a_pixel(monkeypatch):
    whole = what_trains(1.0, 0.3, resolution=12, steps=STEPS)
    part = what_trains(1.0, 0.3, resolution=12, steps=STEPS, every=5)
    np.testing.assert_array_equal(part.level, whole.level[::5, ::5])
    np.testing.assert_array_equal(part.lr, whole.lr[::5])
    monkeypatch.setattr(trainability, "BLOCK", 7)
    np.testing.assert_array_equal(what_trains(1.0, 0.3, resolution=12, steps=STEPS).level, whole.level)


def test_a_device_of_torch_and_float32_see_the_same_map():
    own = what_trains(1.0, 1.0, resolution=12, steps=STEPS)
    for other in (
        what_trains(1.0, 1.0, resolution=12, steps=STEPS, device="cpu"),
        what_trains(1.0, 1.0, resolution=12, steps=STEPS, dtype="float32"),
    ):
        assert (np.abs(other.level.astype(int) - own.level) <= 1).mean() > 0.95


def test_the_window_shrinks_about_its_middle():
    lr, scale = axes(2.0, 0.5, 10.0, 100)
    assert lr[0] * lr[-1] == pytest.approx(4.0)
    assert scale[0] * scale[-1] == pytest.approx(0.25)
    assert np.log10(lr[-1] / lr[0]) == pytest.approx(0.2 * 99 / 100)
    np.testing.assert_allclose(np.diff(np.log(scale)), np.log(scale[1] / scale[0]))


def test_the_stored_maps_are_what_the_function_makes():
    """A coarse part of each. Another processor rounds otherwise, and at a rough boundary that shows in a few pixels."""
    maps, about = stored()
    assert about["windows"] == trainability.WINDOWS
    for name, window in about["windows"].items():
        again = what_trains(**window, every=window["resolution"] // 8)
        kept = maps[name].level[:: window["resolution"] // 8, :: window["resolution"] // 8]
        assert maps[name].level.shape == (window["resolution"],) * 2
        assert (np.abs(again.level.astype(int) - kept) <= 1).mean() > 0.9, name
    assert {"device", "versions", "date", "command"} < set(about)


def test_what_is_stored_is_read_again(tmp_path, monkeypatch):
    window = {"lr": 1.0, "scale": 1.0, "zoom": 2.0, "resolution": 6, "steps": 30}
    store(tmp_path / "maps.npz", {"one": window})
    monkeypatch.setattr(trainability, "files", lambda package: tmp_path)
    monkeypatch.setattr(trainability, "DATA", "maps.npz")
    maps, about = stored()
    seen = what_trains(**window)
    np.testing.assert_array_equal(maps["one"].level, seen.level)
    np.testing.assert_array_equal(maps["one"].lr, seen.lr)
    assert about["windows"] == {"one": window}


def koch(depth):
    """The corners of a line that is replaced by four of a third of its length, again and again."""
    points = np.array([0.0, 1.0], complex)
    for _ in range(depth):
        step = np.diff(points) / 3
        start = points[:-1]
        parts = [start, start + step, start + step * (1 + np.exp(1j * np.pi / 3)), start + 2 * step]
        points = np.append(np.stack(parts, -1).ravel(), 1.0)
    return points


@pytest.mark.parametrize(
    ("name", "dimension"), [("line", 1.0), ("circle", 1.0), ("koch", np.log(4) / np.log(3)), ("noise", 2.0)]
)
def test_known_dimensions_come_out(name, dimension):
    n = 512
    y, x = np.mgrid[:n, :n] / n
    if name == "koch":
        curve = koch(7)
        columns = np.clip((curve.real * n).astype(int), 0, n - 1)
        height = curve.imag + 0.3
        trains = np.zeros((n, n), bool)
        trains[(height * n).astype(int), columns] = True
        trains[(height * n).astype(int) + 1, columns] = True
    else:
        trains = {
            "line": y > 0.3 * x + 0.2,
            "circle": (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.1,
            "noise": np.random.default_rng(0).random((n, n)) < 0.5,
        }[name]
    found = box_dimension(trains)
    assert found.dimension == pytest.approx(dimension, abs=0.07)
    assert found.sizes.tolist() == [1, 2, 4, 8, 16, 32, 64]
    assert np.all(np.diff(found.counts) <= 0)


def test_a_map_without_a_boundary_has_no_dimension():
    found = box_dimension(np.ones((16, 16), bool))
    assert np.isnan(found.dimension)
    assert not found.counts.any()


WINDOW = {"lr": 1.0, "scale": 1.0, "resolution": 4, "steps": 30}
BAD_INPUT = [
    (what_trains, WINDOW | {"lr": 0.0}, "lr"),
    (what_trains, WINDOW | {"scale": -1.0}, "scale"),
    (what_trains, WINDOW | {"zoom": 0}, "zoom"),
    (what_trains, WINDOW | {"resolution": 1}, "resolution"),
    (what_trains, WINDOW | {"steps": LAST}, "steps"),
    (what_trains, WINDOW | {"seed": -1}, "seed"),
    (what_trains, WINDOW | {"dtype": "float16"}, "dtype"),
    (what_trains, WINDOW | {"every": 0}, "every"),
    (what_trains, WINDOW | {"device": "abacus"}, "device"),
    (axes, {"lr": 0.0, "scale": 1.0, "zoom": 1.0, "resolution": 4}, "lr"),
    (axes, {"lr": 1.0, "scale": 0.0, "zoom": 1.0, "resolution": 4}, "scale"),
    (axes, {"lr": 1.0, "scale": 1.0, "zoom": -1.0, "resolution": 4}, "zoom"),
    (axes, {"lr": 1.0, "scale": 1.0, "zoom": 1.0, "resolution": 0}, "resolution"),
    (box_dimension, {"trains": np.ones((4, 5), bool)}, "trains"),
    (store, {"path": 3, "windows": {}}, "path"),
    (store, {"path": "maps.npz", "windows": []}, "windows"),
]
