"""The questions to a function: the first are worked by hand, and all are those whose answers are on record."""

import json
from zlib import crc32

import pytest
from checking import WRITTEN, cases, label, told

from gradlab import checks, differences
from gradlab.checks import REFERENCES
from gradlab.checks.questions.initialisers import INITIALISER

LABELLED = {label(like): like for like in REFERENCES}

RUN = "x = [1], seed = 3, n = 5, b = 2, beta = 0.5, decay = 0.75, grad(x, rows) = x − rows.mean(), lr(t) = 1 / (3 + t)"

#: What is asked first, so that somebody can work it by hand; it is the same for every seed.
FIRST = {
    "differences.numerical_grad": [
        "For f(x) = x₁³, x = [0.5], eps = 0.25",
        "For f(x) = 2 x₁³, x = [-0.5], eps = 0.125",
        "For f(x) = x₁³ + 2 x₂³ + 4 x₁ x₂, x = [0.5, -0.5], eps = 0.25",
    ],
    "differences.weight_difference": ["For before = [1], after = [0.5], lr = 0.25"],
    "differences.relative_error": [
        "For a = [3], b = [1]",
        "For a = [1], b = [4]",
        "For a = [-1], b = [-4]",
        "For a = [-2], b = [1]",
        "For a = [1, -3], b = [2, 0]",
    ],
    "checks.tasks.adaptive.clip_all": [
        "For gradients = [[3, 4]], max_norm = 1: array 1 of 1",
        "For gradients = [[3, 4], [12]], max_norm = 6.5: array 1 of 2",
        "For gradients = [[0.3, 0.4], [1.2]], max_norm = 2: array 1 of 2",
        "For gradients = [[6, 8], [1], [2]], max_norm = 5: array 1 of 3",
        "For gradients = [[0, 0], [0]], max_norm = 1: array 1 of 2",
        "For gradients = [[[1, -2], [0, 2]], [2, -1], [5, 1, -3]], max_norm = 3.5: array 1 of 3",
    ],
    "checks.tasks.adaptive.clipped_step": [
        "For parts = [[6], [-2]], x = [1], v = [0], lr = 0.5, beta = 0.75, max_norm = 1: the new x",
        "For parts = [[6], [-2]], x = [1], v = [1], lr = 0.5, beta = 0.75, max_norm = 10: the new x",
        "For parts = [[3, 0], [3, 8]], x = [1, -1], v = [1, -1], lr = 0.5, beta = 0.75, max_norm = 1: the new x",
        "For parts = [[1, 0], [0, 1]], x = [0, 0], v = [6, 8], lr = 0.5, beta = 0.75, max_norm = 2: the new x",
        "For parts = [[9, 0], [0, 3], [0, 3]], x = [1, 2], v = [2, 0], lr = 0.5, beta = 0.75, max_norm = 3: the new x",
    ],
    "checks.tasks.adaptive.decay_left": [
        "For rates = [0.5], weight_decay = 0.5",
        "For rates = [0.5, 0.5], weight_decay = 0.5",
        "For rates = [0.8, 0.4, 0.2], weight_decay = 0.5",
        "For rates = [0.4, 0], weight_decay = 0.5",
    ],
    "checks.tasks.adaptive.adagrad_rates": [
        "For gradients = [[3], [4]], lr = 1, eps = 0: the rates",
        "For gradients = [[2], [0], [-1.5]], lr = 0.5, eps = 0.25: the rates",
        "For gradients = [[3, 0], [-4, 1], [0, 2]], lr = 0.5, eps = 0.25: the rates",
    ],
    "checks.tasks.descents.gradient_descent": [
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, steps = 1: the path",
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, steps = 3: the path",
        "From grad(x) = H @ x with H = [[2, 1], [1, 3]], x0 = [1, 1], lr = 0.25, steps = 3: the path",
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, steps = 60: the path",
    ],
    "checks.tasks.descents.best_lr": [
        "H = [[1, 0], [0, 4]]",
        "H = [[2, 1], [1, 3]]",
        "H = [[2, 1, 0], [1, 2, 0], [0, 0, 5]]",
    ],
    "checks.tasks.descents.largest_lr": [
        "H = [[1, 0], [0, 4]]",
        "H = [[2, 1], [1, 3]]",
        "H = [[2, 1, 0], [1, 2, 0], [0, 0, 5]]",
    ],
    "checks.tasks.descents.backtracking_step": [
        "f(x) = ½ xᵀ H x with H = [[0.5]], x = [1], g = [0.5], lr = 1, shrink = 0.5, c1 = 0.1",
        "f(x) = ½ xᵀ H x with H = [[4]], x = [1], g = [4], lr = 1, shrink = 0.4, c1 = 0.1",
        "f(x) = ½ xᵀ H x with H = [[4]], x = [1], g = [4], lr = 2, shrink = 0.5, c1 = 0.1",
        "f(x) = ½ xᵀ H x with H = [[4]], x = [1], g = [4], lr = 0.49, shrink = 0.5, c1 = 0.3",
        "f(x) = ½ xᵀ H x with H = [[4]], x = [0.1], g = [0.4], lr = 0.34, shrink = 0.9, c1 = 0.3",
        "f(x) = ½ xᵀ H x with H = [[4]], x = [2], g = [8], lr = 0.34, shrink = 0.9, c1 = 0.3",
    ],
    "checks.tasks.diagnoses.entry_slopes": [
        "For f(x) = 1 x³, x = [0.5], eps = 0.25",
        "For f(x) = 1 x³, x = [4], eps = 0.25",
        "For f(x) = ([1, 1] * x.ravel()**3).sum(), x = [0, 1], eps = 0.25",
        "For f(x) = ([1, 2, 1, 3] * x.ravel()**3).sum() + 4 * x.prod(), x = [[0.5, -0.5], [-2, 1]], eps = 0.25",
        "For f(x) = ([1, 1] * x.ravel()**3).sum(), x = [2, 3] of int64, eps = 0.25",
        "For f(x) = ([1, 1] * x.ravel()**3).sum(), x = [0.5, -1] of float32, eps = 9.31323e-10",
    ],
    "checks.tasks.diagnoses.first_not_finite": [
        f"For steps = [{steps}]: the step and the tensor, counted from 0, or −1 and −1 for None"
        for steps in (
            "{A: [1, nan], L: [nan]}",
            "{A: [1, 2], L: [3]}, {A: [1, inf], L: [nan]}",
            "{A: [1, 2], L: [3]}, {A: [1, 2], L: [3]}",
            "{A: [1e+308, 1e+308], B: [2, -inf], L: [1]}",
            "{A: [1, 2], B: [2, 0], L: [1]}, {A: [1, 2], B: [nan, 0], L: [1]}, "
            "{A: [inf, inf], B: [nan, nan], L: [nan]}",
        )
    ],
    "checks.tasks.diagnoses.gradient_of_step": [
        "For before = [1], after = [0.5], lr = 0.25, weight_decay = 0.5",
        "For before = [2, -1], after = [1, -2], lr = 0.25, weight_decay = 0.5",
    ],
    "checks.tasks.diagnoses.gradients_of_path": [
        "For path = [[2], [1], [0.5]], lr = 0.25, beta = 0.75: the gradients",
        "For path = [[2, 0], [1, 1], [0.5, 3], [1, 2]], lr = 0.25, beta = 0.75: the gradients",
    ],
    "checks.tasks.diagnoses.log_loss": [
        "For scores = [[0, 0]], y = [1]: the loss",
        "For scores = [[0, 0, 0.693147]], y = [0]: the loss",
        "For scores = [[0, 0], [1.09861, 0]], y = [1, 1]: the loss",
        "For scores = [[1000, 1001]], y = [0]: the loss",
        "For scores = [[1000, 0]], y = [1]: the loss",
        "For scores = [[-1000, -1001]], y = [0]: the loss",
        "For scores = [[1000, 1001], [0, 1]], y = [1, 0]: the loss",
    ],
    "checks.tasks.forecasts.prepare": [
        'For X = [[1], [3]], how = "raw"',
        'For X = [[1], [3]], how = "centred"',
        'For X = [[1], [3]], how = "scaled"',
        'For X = [[1], [3]], how = "both"',
        'For X = [[1, 10], [3, 10], [5, 40]], how = "raw"',
        'For X = [[1, 10], [3, 10], [5, 40]], how = "centred"',
        'For X = [[1, 10], [3, 10], [5, 40]], how = "scaled"',
        'For X = [[1, 10], [3, 10], [5, 40]], how = "both"',
    ],
    "checks.tasks.forecasts.hessian": ["For X = [[1, 2], [3, 4]]", "For X = [[1, 2], [3, 4], [5, 0]]"],
    "checks.tasks.forecasts.predict_steps": [
        "For X = [[1, 0], [0, 3]], factor = 100",
        "For X = [[1, 0], [0, 3]], factor = 90",
        "For X = [[2, 0], [0, 3], [0, 0]], factor = 10000",
    ],
    "checks.tasks.averages.corrected_ema": [
        "For points = [[2]], beta = 0.75: the averages",
        "For points = [[1], [3]], beta = 0.75: the averages",
        "For points = [[1, 0], [3, -1], [2, 4]], beta = 0.9: the averages",
        "For points = [[3], [1], [2], [6], [0], [4]], beta = 0.6: the averages",
    ],
    "checks.tasks.averages.loss_of_average": [
        "For f(x) = ½ xᵀ H x with H = [[2]], points = [[2]], beta = 0.75",
        "For f(x) = ½ xᵀ H x with H = [[2]], points = [[1], [3]], beta = 0.75",
        "For f(x) = ½ xᵀ H x with H = [[2, 0], [0, 3]], points = [[1, 0], [3, -1], [2, 4]], beta = 0.9",
        "For f(x) = ½ xᵀ H x with H = [[2]], points = [[3], [1], [2], [6], [0], [4]], beta = 0.6",
    ],
    "checks.tasks.checkpoints.go_on": [
        f"In one go: x after step 3; from {RUN}",
        f"In one go: x after step 5; from {RUN}",
        f"In one go: x after step 6; from {RUN}",
    ],
    "checks.tasks.searches.log_grid": [
        "For low = 1, high = 100, n = 3: the rates",
        "For low = 0.01, high = 10, n = 4: the rates",
        "For low = 0.1, high = 10, n = 5: the rates",
    ],
    "checks.tasks.searches.choose": [
        "For losses = [[3, 3], [1, 1], [2, 2]]: the index of the best",
        "For losses = [[1, 1], [2, 2], [3, 3]]: the index of the best",
        "For losses = [[3, 3], [2, 2], [1, 1]]: the index of the best",
        "For losses = [[3, 3], [2, 1], [0.5, 3], [4, 4]]: the index of the best",
        "For losses = [[3, 3], [0.5, 2.6], [2, 2.2], [4, 4]]: the index of the best",
        "For losses = [[3, 3], [2, 2], [4, 4], [nan, nan]]: the index of the best",
        "For losses = [[3, 3, 3], [2, 2, 2], [nan, 1, 1], [5, 5, 5]]: the index of the best",
        "For losses = [[3, 3, 3], [2, 2, 2], [nan, 7, 7], [1.9, 1.9, nan], [4, 4, 4]]: the index of the best",
        "For losses = [[3, 3], [2, 2], [1, 1], [nan, nan]]: the index of the best",
        "For losses = [[nan, 1], [3, 3], [2, 2], [4, 4]]: the index of the best",
        "For losses = [[2, 2, 2], [1.6, 1.6, 1.7], [1, 1.5, 3], [2, 2, 2]]: the index of the best",
    ],
    "checks.tasks.searches.paired": [
        "For a = [3, 5], b = [1, 2]: the mean difference",
        "For a = [1, 2, 6], b = [2, 4, 3]: the mean difference",
    ],
    "checks.tasks.warmups.warm_up_cosine": [
        "With lr = 1, epochs = 3, climb = 1, per_epoch = 2, lr_min = 0: the value at t = 0",
        "With lr = 1, epochs = 3, climb = 1, per_epoch = 2, lr_min = 0.2: the value at t = 0",
        "With lr = 1, epochs = 5, climb = 2, per_epoch = 4, lr_min = 0: the value at t = 0",
    ],
    "checks.tasks.swings.best_pair": [
        "For curvatures = [1, 9]: the best rate",
        "For curvatures = [4, 1]: the best rate",
        "For curvatures = [0.25, 16, 4]: the best rate",
    ],
    "checks.tasks.swings.worst_factor": [
        "For curvatures = [1], lr = 0.5, beta = 0.81",
        "For curvatures = [1], lr = 0.2, beta = 0.25",
        "For curvatures = [1], lr = 2.4, beta = 0.25",
        "For curvatures = [0.5, 0.25], lr = 0.5, beta = 0.25",
        "For curvatures = [1, 3], lr = 0.5, beta = 0.36",
        "For curvatures = [4, 0.1, 1], lr = 0.5, beta = 0.36",
        "For curvatures = [2, 1, 9], lr = 0.3, beta = 0.36",
    ],
    "checks.tasks.velocities.beta_outside": [
        "With the rates 0.4, and 0.1 from t = 1 on, beta = 0.8: the value at t = 0",
        "With the rates 0.1, 0.2, and 0.4 from t = 2 on, beta = 0.8: the value at t = 0",
        "With the rates 1, 1, 0.5, 0.5, and 2 from t = 4 on, beta = 0.9: the value at t = 0",
    ],
    "checks.tasks.velocities.look_ahead": [
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, beta = 0.8, steps = 1: the path",
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, beta = 0.8, steps = 3: the path",
        "From grad(x) = H @ x with H = [[2, 1], [1, 3]], x0 = [1, 1], lr = 0.25, beta = 0.8, steps = 3: the path",
        "From grad(x) = H @ x with H = [[2, 1], [1, 3]], x0 = [3, 2], lr = 0.25, beta = 0.8, steps = 3: the path",
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, beta = 0.2, steps = 60: the path",
    ],
    "checks.tasks.comparisons.spread": [
        "For results of shape (2, 3, 2), [[[0, 0],  [0, 0],  [0, 0]], [[4, 4],  [4, 4],  [4, 4]]]: the sd due"
        " to split, start and order",
        "For results of shape (2, 3, 2), [[[0, 1],  [2, 3],  [4, 5]], [[4, 5],  [6, 7],  [8, 9]]]: the sd due"
        " to split, start and order",
        "For results of shape (3, 2, 2), [[[0, 1],  [2, 3]], [[0, 5],  [2, 7]], [[0, 9],  [2, 11]]]: the sd "
        "due to split, start and order",
    ],
    "checks.tasks.comparisons.gap_and_error": [
        "For a = [3, 5], b = [1, 2], paired = True: the mean difference",
        "For a = [3, 5], b = [1, 2], paired = False: the mean difference",
        "For a = [1, 2, 6], b = [2, 4, 3], paired = True: the mean difference",
        "For a = [1, 2, 6], b = [2, 4], paired = False: the mean difference",
        "For a = [1, 3], b = [2, 2, 5, 7, 4], paired = False: the mean difference",
    ],
    "checks.tasks.comparisons.seeds_needed": [
        "For sd_a = 1, sd_b = 1, gap = 1, correlation = 0, power = 0.8: the runs of each method",
        "For sd_a = 1, sd_b = 1, gap = 1.2, correlation = 0, power = 0.8: the runs of each method",
        "For sd_a = 2, sd_b = 1, gap = 1, correlation = 0, power = 0.8: the runs of each method",
        "For sd_a = 2, sd_b = 1, gap = 1, correlation = 0.5, power = 0.8: the runs of each method",
        "For sd_a = 1, sd_b = 1, gap = -1, correlation = 0.4, power = 0.9: the runs of each method",
        "For sd_a = 1, sd_b = 1, gap = 20, correlation = 0, power = 0.8: the runs of each method",
    ],
    "checks.tasks.comparisons.expected_best": [
        "For scores = [0, 1], n = 1: the mean of the best of n",
        "For scores = [0, 1], n = 2: the mean of the best of n",
        "For scores = [1, 5, 2], n = 2: the mean of the best of n",
        "For scores = [4, 4, 1, 8], n = 3: the mean of the best of n",
        "For scores = [-3, -1], n = 2: the mean of the best of n",
        "For scores = [0, 1, 2], n = 5: the mean of the best of n",
    ],
    "checks.tasks.fleets.worker_rngs": [
        "For seed = 0, epoch = 0, workers = 2: how many generators",
        "For seed = 0, epoch = 0, workers = 12: how many generators",
    ],
    "checks.tasks.fleets.machines_step": [
        "For x = [0], gradients = [[1], [4]], sizes = [1, 3], lr = 0.5, lr_size = 4: the new x",
        "For x = [1], gradients = [[1], [4]], sizes = [2, 6], lr = 0.5, lr_size = 2: the new x",
        "For x = [1, -1], gradients = [[2, 0], [0, 4], [1, 1]], sizes = [5, 2, 3], lr = 0.1, lr_size = 20: the new x",
        "For x = [0], gradients = [[6]], sizes = [8], lr = 0.5, lr_size = 4: the new x",
        "For x = [0], gradients = [[1], [nan], [3]], sizes = [3, 0, 1], lr = 0.5, lr_size = 2: the new x",
    ],
    "checks.tasks.fleets.train_all": [
        "For starts = [[0]], rates = [0.5], X = [[2], [1]], y = [1, 3], rows = [[[0]]]: the weights at the end",
        "For starts = [[0], [1]], rates = [0.5, 0.25], X = [[2], [1]], y = [1, 3], rows = [[[0],  [1]]]: the "
        "weights at the end",
        "For starts = [[0], [0]], rates = [0.5, 0.25], X = [[2], [1]], y = [1, 3], rows = [[[0, 1],  [1, "
        "1]]]: the weights at the end",
        "For starts = [[0, 1], [1, 0]], rates = [0.5, 0.25], X = [[2, 1], [1, 0]], y = [1, 3], rows = [[[0],"
        "  [1]], [[1],  [1]]]: the weights at the end",
    ],
    "checks.tasks.fleets.bisected": [
        "For trains(lr) = lr < 3, low = 1, high = 16, halvings = 1: the highest rate known to train",
        "For trains(lr) = lr < 5, low = 1, high = 16, halvings = 1: the highest rate known to train",
        "For trains(lr) = lr < 3, low = 1, high = 16, halvings = 2: the highest rate known to train",
        "For trains(lr) = lr < 30, low = 0.01, high = 100, halvings = 6: the highest rate known to train",
        "For trains(lr) = lr < 3 or 5 < lr < 6, low = 1, high = 36, halvings = 4: the highest rate known to train",
    ],
    "checks.tasks.curvatures.hessian_product": [
        "For grad of f(x) = x₁⁴, x = [1], v = [1], eps = 0.5",
        "For grad of f(x) = x₁⁴, x = [1], v = [2], eps = 0.5",
        "For grad of f(x) = x₁⁴ + 0.5 x₂⁴ + 4 x₁ x₂, x = [1, -0.5], v = [3, 4], eps = 0.5",
    ],
    "checks.tasks.curvatures.power_iteration": [
        "For product(v) = H @ v with H = [[3, 0], [0, 1]], v = [1, 3], steps = 1: the eigenvalue",
        "For product(v) = H @ v with H = [[3, 0], [0, 1]], v = [1, 3], steps = 2: the eigenvalue",
        "For product(v) = H @ v with H = [[1, 2], [2, -2]], v = [1, 0], steps = 3: the eigenvalue",
        "For product(v) = H @ v with H = [[1, 0], [0, 0.95]], v = [1, 2], steps = 100: the eigenvalue",
    ],
    "checks.tasks.curvatures.other_end": [
        "For product(v) = H @ v with H = [[2, 0], [0, -1]], v = [1, 1], steps = 200",
        "For product(v) = H @ v with H = [[3, 0], [0, 1]], v = [1, 1], steps = 200",
        "For product(v) = H @ v with H = [[1, 2], [2, -2]], v = [1, 1], steps = 200",
    ],
    "checks.tasks.directions.normalised": [
        "For direction = [[[6, 0.6], [-8, 0.8]], [[2, 4]], [[1.8], [2.4]], [[-2]]], "
        "theta = [[[3, 0], [4, 2]], [[1, -6]], [[0], [1]], [[5]]]: W1 of the new direction",
        "For direction = [[[0.8], [-0.6]], [[2]], [[-4]], [[3]]], "
        "theta = [[[3], [4]], [[7]], [[2]], [[1]]]: W1 of the new direction",
    ],
    "checks.tasks.saddles.steps_to_leave": [
        "For mu = 1, lr = 0.5, s = 0.5: the steps",
        "For mu = 1, lr = 0.5, s = 0.1: the steps",
        "For mu = 0.5, lr = 0.2, s = 0.001: the steps",
        "For mu = 0.2, lr = 0.3, s = 0.0001: the steps",
    ],
    "checks.tasks.valleys.reordered": ["For W1 = [[1, 2]], b1 = [[3, 4]], W2 = [[5], [6]], order = [1, 0]: the new W1"],
    "checks.tasks.valleys.straight": [
        "For f(x) = ½ xᵀ H x with H = [[2]], a = [1], b = [3], n = 2: the losses",
        "For f(x) = ½ xᵀ H x with H = [[2]], a = [1], b = [-3], n = 3: the losses",
        "For f(x) = ½ xᵀ H x with H = [[2, 1], [1, 3]], a = [0, 2], b = [4, -2], n = 5: the losses",
    ],
    "checks.tasks.valleys.barrier": [
        "For losses = [1, 4, 1]: the barrier",
        "For losses = [1, 4, 3]: the barrier",
        "For losses = [3, 4, 1]: the barrier",
        "For losses = [1, 5, 6, 6.5, 9]: the barrier",
        "For losses = [2, 1, 1, 2]: the barrier",
        "For losses = [2, 0.5, 2, 3, 2]: the barrier",
    ],
    "checks.tasks.valleys.best_order": [
        "For A = [[2, 0], [0, 1]], B = [[0, 3], [2, 0]]: the order",
        "For A = [[3, 0], [0, 3]], B = [[3, 2], [2, -1]]: the order",
    ],
    "checks.tasks.starts.dead_units": [
        "For zs = [[[-1, 2]]]: the dead units of each layer",
        "For zs = [[[-1, -2, 1], [-3, 1, -1]]]: the dead units of each layer",
        "For zs = [[[0, 0, -3], [-2, 5, 1]]]: the dead units of each layer",
    ],
    "checks.tasks.starts.measured_gains": [
        "For φ(z) = 4 z for z > 0, else 0, z = [1, -1]: the gain on the way forward",
        "For φ(z) = 2 z + 1 for z > 0, else 0.5 z + 1, z = [1, -1]: the gain on the way forward",
        "For φ(z) = 1 z for z > 0, else -3 z, z = [1, -1, 1, 1]: the gain on the way forward",
    ],
    "checks.tasks.starts.prior_biases": [
        "For y = [0, 0, 0, 1]: the probabilities that the biases give",
        "For y = [1, 0, 1, 2, 2, 2, 2, 1]: the probabilities that the biases give",
    ],
    "checks.tasks.leaks.predicted": [
        "For X = [[3, 1], [-3, 2], [2, -1], [-2, 1]], y = [1, -1, 1, -1], train = [0, 1], test = [2, 3], k = "
        "1: the labels of the test cases",
        "For X = [[-3, 2], [3, 1], [1, 9], [2, 7]], y = [1, -1, 1, 1], train = [0, 1], test = [2, 3], k = 1: "
        "the labels of the test cases",
        "For X = [[-3, 1], [3, 2], [1, 9], [2, 7]], y = [1, -1, 1, 1], train = [0, 1], test = [2, 3], k = 1: "
        "the labels of the test cases",
        "For X = [[2, -2, 2], [1, 3, -1], [9, 1, 1], [-9, -1, 1]], y = [1, -1, 1, -1], train = [0, 1], test "
        "= [2, 3], k = 2: the labels of the test cases",
    ],
    "checks.tasks.running.recomputed": [
        "For batches = [[[1], [3]]]: the mean",
        "For batches = [[[1], [3]], [[5], [9]]]: the mean",
        "For batches = [[[1, 2], [3, 6]], [[5, 0], [9, 2]], [[2, 4], [4, 4]]]: the mean",
    ],
    "checks.tasks.scalers.ranged": [
        "For X_train = [[2], [6], [3]], X = [[5], [3]], low = 0, high = 1: X scaled",
        "For X_train = [[2], [6], [3]], X = [[5], [8]], low = -1, high = 1: X scaled",
    ],
    "checks.tasks.batches.accumulated": [
        "For grad(X, y) = X.T @ y / len(X), X = [[1], [2], [3], [6]], y = [1, 1, 1, 1], size = 2",
        "For grad(X, y) = X.T @ y / len(X), X = [[1], [2], [6]], y = [1, 1, 1], size = 2",
        "For grad(X, y) = X.T @ y / len(X), X = [[1, 0], [2, 1], [6, 2]], y = [1, -1, 2], size = 3",
    ],
    "checks.tasks.batches.batch_error": [
        "For each = [[0], [2]], b = 1, replace = True, draws = 2000, rng = default_rng(0)",
        "For each = [[0], [0], [4], [4]], b = 4, replace = True, draws = 2000, rng = default_rng(0)",
        "For each = [[0], [0], [4], [4]], b = 2, replace = False, draws = 2000, rng = default_rng(0)",
        "For each = [[0, 1], [0, 5], [4, 2], [4, 1], [3, 1], [1, 2]], b = 6, replace = False, draws = 2000, "
        "rng = default_rng(0)",
    ],
    "checks.tasks.batches.epoch_batches": [
        "12 examples, b = 4, epochs = 6, rng = default_rng(0): the sizes of all batches, the largest first",
        "12 examples, b = 5, epochs = 6, rng = default_rng(0): the sizes of all batches, the largest first",
        "12 examples, b = 1, epochs = 6, rng = default_rng(0): the sizes of all batches, the largest first",
        "12 examples, b = 12, epochs = 6, rng = default_rng(0): the sizes of all batches, the largest first",
    ],
    "checks.tasks.batches.largest_that_pays": [
        "For sizes = [1, 4, 16], steps = [100, 30, 20]",
        "For sizes = [1, 4, 16, 64], steps = [64, 16, 8, 4]",
        "For sizes = [2, 8, 32, 128], steps = [500, 100, 30, 14]",
        "For sizes = [1, 4, 16, 64, 256], steps = [40, 12, 9, 1.25, 1]",
        "For sizes = [4, 16, 64], steps = [inf, 50, 20]",
    ],
    "checks.tasks.networks.network_slopes": [
        "For W1 = [[1]], b1 = [-2], W2 = [[2]], b2 = [1], X = [[2]], y = [[0]]: the slopes by W1",
        "For W1 = [[1, 0.5], [-0.5, 1]], b1 = [0.5, -0.5], W2 = [[1, -1], [0.5, 2]], b2 = [0, 1], X = [[1, "
        "0], [0.5, 1]], y = [[2, 0], [1, -1]]: the slopes by W1",
    ],
    "checks.tasks.networks.score_slopes": [
        "For scores = [[0, 0]], y = [1]: the slopes",
        "For scores = [[0, 0, 0.693147]], y = [0]: the slopes",
        "For scores = [[0, 0], [1.09861, 0]], y = [1, 0]: the slopes",
        "For scores = [[1000, 0], [0, 1]], y = [0, 0]: the slopes",
    ],
}

#: The questions of seed 0 in short. A class has answers to these on record, and perhaps another NumPy: one whose random
#: numbers are others needs another record. Whoever means to ask something else writes down what the test then says.
ON_RECORD = """
differences.numerical_grad 54c906d7
differences.relative_error f5b43d72
differences.weight_difference 59c5b7c0
initialisers.he ca7ad8a4
initialisers.lecun ca7ad8a4
initialisers.normal b15a7a79
initialisers.orthogonal bae24d7e
initialisers.uniform 3ba60206
initialisers.variance_scaling b7a252be
initialisers.xavier ca7ad8a4
normalisers.batch_norm 467ed2ef
normalisers.batch_norm_backward fd581b5c
normalisers.batch_norm_eval 00bd1f91
normalisers.group_norm 29dafd2a
normalisers.layer_norm e6bff061
normalisers.layer_norm_backward 655fa49b
normalisers.rms_norm a98b7e99
normalisers.running_statistics 11683d47
rules.adadelta 47f8fc4d
rules.adagrad 56e83af6
rules.adam 59e37e71
rules.adamax 59e37e71
rules.adamw 9103b9b7
rules.amsgrad 59e37e71
rules.ewma_momentum 09471939
rules.heavy_ball 09471939
rules.lion 02e578ba
rules.momentum 09471939
rules.muon 1fa73566
rules.nadam 020941c7
rules.nesterov 09471939
rules.radam 313e8b00
rules.rmsprop 47f8fc4d
rules.sgd ed4432ad
schedules.cosine 3549c2a3
schedules.cosine_restarts 81126df4
schedules.exponential 205aaa95
schedules.inverse_time 01c099df
schedules.multi_step d09ac30d
schedules.one_cycle 4757f848
schedules.polynomial ef7a4709
schedules.step e83e13ad
schedules.triangular 2a265c69
schedules.triangular2 2a265c69
schedules.warm_up 40d38a18
schedules.warm_up_stable_decay dd850f32
checks.tasks.adaptive.adagrad_rates e64ddb77
checks.tasks.adaptive.clip_all 4e872fbc
checks.tasks.adaptive.clipped_step 525d8328
checks.tasks.adaptive.decay_left b79f305b
checks.tasks.averages.corrected_ema 4bfade4a
checks.tasks.averages.loss_of_average 41e65990
checks.tasks.checkpoints.go_on a90693bf
checks.tasks.batches.accumulated c69d0d4b
checks.tasks.batches.batch_error aa098389
checks.tasks.batches.epoch_batches 4c73c467
checks.tasks.batches.largest_that_pays ef8d681a
checks.tasks.comparisons.spread 59801992
checks.tasks.comparisons.gap_and_error e3efb414
checks.tasks.comparisons.seeds_needed c60c48bb
checks.tasks.comparisons.expected_best 72812672
checks.tasks.fleets.worker_rngs 2851c393
checks.tasks.fleets.machines_step b26c6309
checks.tasks.fleets.train_all c99cd5de
checks.tasks.fleets.bisected 5aff93de
checks.tasks.descents.backtracking_step 42ab56bf
checks.tasks.descents.best_lr e8eb6065
checks.tasks.descents.gradient_descent fa2f7b2d
checks.tasks.descents.largest_lr e8eb6065
checks.tasks.diagnoses.entry_slopes bdd34aa4
checks.tasks.diagnoses.first_not_finite 894e1767
checks.tasks.diagnoses.gradient_of_step 542f3523
checks.tasks.diagnoses.gradients_of_path 51aa2b61
checks.tasks.diagnoses.log_loss 9d053dde
checks.tasks.forecasts.hessian a2047c74
checks.tasks.forecasts.predict_steps b724d6d7
checks.tasks.forecasts.prepare f5ca2e83
checks.tasks.leaks.predicted c09a95d4
checks.tasks.networks.network_slopes e5aab96d
checks.tasks.networks.score_slopes 6d2fae68
checks.tasks.rules.momentum_l2 d4145a5f
checks.tasks.running.recomputed dc6e8c96
checks.tasks.scalers.ranged bde17949
checks.tasks.scalers.standardised 6e254d8a
checks.tasks.searches.choose c74d07c0
checks.tasks.searches.log_grid f5b6e566
checks.tasks.searches.paired a0eeeb8f
checks.tasks.starts.dead_units 94a75ebf
checks.tasks.starts.measured_gains 332abdf1
checks.tasks.starts.prior_biases b9071297
checks.tasks.swings.best_pair 27b3cbaf
checks.tasks.swings.worst_factor 6f19ebb9
checks.tasks.velocities.beta_outside 5ba8c16c
checks.tasks.velocities.corrected_momentum 09471939
checks.tasks.velocities.look_ahead ee78ecd9
checks.tasks.curvatures.hessian_product 01c5a010
checks.tasks.curvatures.other_end 0e019f46
checks.tasks.curvatures.power_iteration 3e7f853e
checks.tasks.directions.normalised 98456935
checks.tasks.saddles.steps_to_leave c8f4de0e
checks.tasks.valleys.barrier 9517b753
checks.tasks.valleys.best_order d82ffd01
checks.tasks.valleys.reordered 4b1bc5a6
checks.tasks.valleys.straight b2dd5ff9
checks.tasks.warmups.warm_up_cosine a3f59221
"""


@pytest.mark.parametrize("name", FIRST)
def test_the_first_questions_are_small(name):
    assert told(LABELLED[name], seed=7)[: len(FIRST[name])] == FIRST[name]


@pytest.mark.parametrize("like", [f for f in WRITTEN if REFERENCES[f][0] is not INITIALISER], ids=label)
def test_the_first_questions_stay_and_the_others_differ_with_the_seed(like):
    same = [one == other for one, other in zip(told(like), told(like, seed=1), strict=True)]
    drawn = same[same.index(False) :]
    if like is differences.relative_error:
        assert drawn.pop()  # the last is 0 / 0
    assert same[0] and not any(drawn)


@pytest.mark.parametrize("like", WRITTEN, ids=label)
def test_hyperparameters_are_plain_numbers_and_words(like):
    for case in cases(like):
        json.dumps(case.hyper)  # nothing of NumPy's


def in_short(like):
    question, _ = REFERENCES[like]
    right = checks._known(like, question, like, 0)
    asked = [(case, i) for case, values in zip(cases(like), right.values, strict=True) for i in range(len(values))]
    told = "\n".join(question.tell(case, i) for case, i in asked)
    return f"{crc32(told.encode()):08x}"


@pytest.mark.parametrize("line", ON_RECORD.split("\n")[1:-1])
def test_the_questions_are_those_whose_answers_are_on_record(line):
    name, _ = line.split()
    assert f"{name} {in_short(LABELLED[name])}" == line
