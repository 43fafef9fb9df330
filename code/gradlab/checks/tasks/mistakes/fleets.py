"""Mistakes that people make with many workers, machines and networks at once.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.questions.fleets import EDGE, FLEET, STEP, WORKERS
from gradlab.checks.tasks import fleets
from gradlab.checks.variants import at_once, mistakes

#: name -> hint
HINTS = {
    "the number of networks for that of examples": "What do you divide by: how many examples has a minibatch?",
    "the number of all examples": "What do you divide by: how many examples has a minibatch?",
    # workers
    "all workers alike": "What do two workers draw that begin with the same seed?",
    "every epoch alike": "Does a worker draw the same in each epoch? Which of the arguments tells it the epoch?",
    "every worker and epoch alike": "Which of the arguments tell a worker that it is not another, in another epoch?",
    "two epochs share numbers": "Can a worker get the same seed as another one, in this epoch or in a later one?",
    "two seeds share numbers": "Can a worker of this run get the same seed as one of a run with the next seed, "
    "perhaps in another epoch?",
    "two epochs and two seeds share numbers": "If numbers are added up or multiplied, can two sums be the same?",
    "every epoch alike, and two seeds share numbers": "Which argument tells a worker the epoch? And can worker 1 of "
    "this seed and worker 0 of the next get the same number as a seed?",
    "a seed out of few": "How likely is it that two of hundreds of draws from a thousand numbers are the same?",
    "seed ignored": "Does a run with another seed draw other numbers?",
    "seed and epoch ignored": "Which of the arguments make a run or an epoch differ from another?",
    "not the same again": "Does the same call give the same numbers a second time?",
    "the global generator set": "Who else draws from NumPy's global generator?",
    "a generator too many": "How many generators were asked for?",
    "a generator too few": "How many generators were asked for?",
    # machines
    "plain average": "Three machines with 1, 1 and 98 examples: should each have the same say?",
    "sum for the mean": "Let all gradients be equal: should their combination be larger than each of them?",
    "weighted sum, not divided": "Are the weights of the machines shares, which sum to 1?",
    "means taken for sums": "Has each machine handed in a sum over its examples, or their mean?",
    "weighted twice": "By which share does each machine's gradient count, and is it counted in twice?",
    "divided by the machines too": "If the weights are shares already, what is left to divide by?",
    "weights upside down": "Does a machine with more examples have more say, or less?",
    "rate not scaled": "For which batch is this rate right, and how large is the total batch?",
    "rate for the number of machines": "By how much is the total batch larger than the one that the rate is right for?",
    "rate scaled twice": "The rate follows the total batch once. Does it in your step?",
    "rate by the root": "Does the rate of plain SGD grow with the batch or with its root, by the linear rule?",
    "rate upside down": "Does a larger batch want a higher rate, or a lower one?",
    "uphill": "The gradient points uphill.",
    "nan of an idle machine": "What is 0 times nan?",
    "the step for the point": "Was the step asked for, or the point where it ends?",
    "mean size for the total batch": "Is the total batch the mean of the sizes, or their sum?",
    # networks
    "one's minibatch for all": "Which rows does the second network see in step t?",
    "one start for all": "Where does the second network begin?",
    "rates along the inputs": "Which axis counts the networks? Along which one must the rates lie?",
    "one rate for all": "Has each network a rate of its own?",
    "mean over the networks too": "Add a thousand networks to the array: should the step of the first one change?",
    "one gradient for all": "Over which axis is the mean taken: that of the examples, or that of the networks?",
    "the error without the inputs": "By the chain rule, what is the slope of w · x by w?",
    "targets missing": "Which part of the error does not depend on w?",
    "error's sign": "If w · x is too large, should w · x become smaller?",
    "2 of the square": "Is there a ½ in the loss?",
    "one step alone": "How often does your loop come round?",
    "one step short": "How many steps has each network made at the end?",
    "all examples in each step": "Which examples are in the minibatch of this step?",
    "rows and networks exchanged": "In which order are the axes of rows: steps, networks, examples?",
    "the path for its end": "How many weights were asked for: those at the end, or all on the way?",
    "each step from the start": "At which weights is the gradient taken in the second step?",
    "the mean network": "What was asked for: the weights of each network, or their mean?",
    # edges
    "arithmetic middle": "Between 1 and 100, on a logarithmic scale: what lies half-way?",
    "sides exchanged": "If the rate in the middle trains, is the edge above it or below?",
    "one halving too few": "How many rates are tried?",
    "one halving too many": "How many rates are tried?",
    "only the lower end moves": "What becomes of the upper end if the middle does not train?",
    "only the upper end moves": "What becomes of the lower end if the middle trains?",
    "the ends exchanged": "Which of the two comes first, the rate that trains or the other one?",
    "root forgotten": "Does your middle lie between the two ends?",
    "middle of the first bracket": "Is the middle that of the present bracket, or of the first one?",
    "middle of logarithms, not raised": "Is the middle a rate, or its logarithm?",
    "ends at once where it does not train": "Does the search go on if a rate does not train?",
    "ends at once where it trains": "Does the search go on if a rate trains?",
    "a plain scan": "Is each rate chosen with what the last one has told?",
}

# --- workers ----------------------------------------------------------------------------------------------------------

_LIST = "[np.random.default_rng(child) for child in root.spawn(workers)]"


def _seeds(words):
    """The reference with a seed for each worker w: a formula of seed, epoch, w and workers."""
    return (_LIST, f"[np.random.default_rng({words}) for w in range(workers)]")


_ROOT = "np.random.SeedSequence([seed, epoch])"

WORKERS_TABLE = [
    ("all workers alike", _seeds("[seed, epoch]")),
    ("all workers alike", _seeds("1000 * seed + epoch")),
    ("all workers alike", (_LIST, "[np.random.default_rng(root)] * workers")),
    ("every worker and epoch alike", _seeds("seed")),
    ("every epoch alike", _seeds("[seed, w]")),
    ("every epoch alike, and two seeds share numbers", _seeds("seed + w")),
    ("every epoch alike", (_ROOT, "np.random.SeedSequence(seed)")),
    ("two epochs share numbers", _seeds("[seed, epoch + w]")),
    ("two epochs share numbers", _seeds("[seed, epoch * w]")),
    ("two epochs share numbers", _seeds("[seed, 10 * epoch + w]")),
    ("two epochs share numbers", _seeds("100000 * seed + epoch + w")),
    ("two seeds share numbers", _seeds("1000 * seed + 100 * epoch + w")),
    ("two seeds share numbers", _seeds("10000 * seed + 100 * epoch + w")),
    ("two seeds share numbers", _seeds("[seed + w, epoch]")),
    ("two seeds share numbers", (_ROOT, "np.random.SeedSequence([seed + epoch])")),
    ("two seeds share numbers", _seeds("seed + epoch * workers + w")),
    ("two epochs and two seeds share numbers", _seeds("seed + epoch + w")),
    ("two epochs and two seeds share numbers", _seeds("20 * seed + 10 * epoch + w")),
    ("a seed out of few", _seeds("np.random.default_rng([seed, epoch, w]).integers(300)")),
    ("seed ignored", _seeds("[epoch, w]")),
    ("seed ignored", (_ROOT, "np.random.SeedSequence(epoch)")),
    ("seed and epoch ignored", _seeds("w")),
    ("seed and epoch ignored", (_ROOT, "np.random.SeedSequence(0)")),
    ("not the same again", _seeds("None")),
    ("a generator too many", ("root.spawn(workers)", "root.spawn(workers + 1)")),
    ("a generator too few", ("root.spawn(workers)", "root.spawn(workers)[1:]")),
    ("the global generator set", ("root =", "np.random.seed(seed)\n    root =")),
]

# --- machines ---------------------------------------------------------------------------------------------------------

_G, _RATE, _STEP = "sizes[there] @ gradients[there] / total", "lr * total / lr_size", "lr * total / lr_size * g"

COMBINED = [
    ("plain average", (_G, "gradients[there].mean(axis=0)")),
    ("sum for the mean", (_G, "gradients[there].sum(axis=0)")),
    ("weighted sum, not divided", (_G, "sizes[there] @ gradients[there]")),
    ("means taken for sums", (_G, "gradients[there].sum(axis=0) / total")),
    ("divided by the machines too", (_G, f"{_G} / len(sizes)")),
]
SCALED = [
    ("rate not scaled", (_STEP, "lr * g")),
    ("rate for the number of machines", (_STEP, "lr * len(sizes) * g")),
    ("rate scaled twice", (_STEP, "lr * len(sizes) * total / lr_size * g")),
    ("rate by the root", (_STEP, "lr * (total / lr_size) ** 0.5 * g")),
    ("rate upside down", (_STEP, "lr * lr_size / total * g")),
    ("uphill", (f"x - {_STEP}", f"x + {_STEP}")),
]
# A sum with the plain rate is the average with a rate for the number of machines, and so on: such pairs are one step.
_PAIRS, _PAIR_HINTS = at_once(HINTS, COMBINED[:1], SCALED)

STEP_TABLE = [
    *COMBINED,
    *SCALED,
    *_PAIRS,
    ("plain average", (_G, "gradients[there].sum(axis=0) / len(sizes)")),
    ("weighted twice", (_G, "sizes[there] ** 2 @ gradients[there] / total**2")),
    ("weighted twice", (_G, "sizes[there] ** 2 @ gradients[there] / (sizes**2).sum()")),
    ("weights upside down", (_G, "(1 / sizes[there]) @ gradients[there] / (1 / sizes[there]).sum()")),
    ("rate scaled twice", (_STEP, "lr * (total / lr_size) ** 2 * g")),
    ("nan of an idle machine", ("sizes > 0", "sizes > -1")),
    ("nan of an idle machine", ("sizes > 0", "sizes > -1"), (_G, "gradients[there].mean(axis=0)")),
    ("the step for the point", (f"x - {_STEP}", f"{_STEP}")),
    ("the step for the point", (f"x - {_STEP}", f"-{_STEP}")),
    ("mean size for the total batch", (_RATE, "lr * sizes[there].mean() / lr_size")),
]

# --- networks ---------------------------------------------------------------------------------------------------------

_ERROR, _MEAN, _UPDATE = (
    "(x * w[:, None]).sum(axis=2) - y[batch]",
    "(error[:, :, None] * x).mean(axis=1)",
    "w = w - rates[:, None] * g",
)

_ROWS = "x = X[batch]"

FLEET_TABLE = [
    ("one's minibatch for all", (_ROWS, f"batch = np.broadcast_to(batch[:1], batch.shape)\n        {_ROWS}")),
    ("one start for all", ("w = starts\n", "w = starts[:1] + 0 * starts\n")),
    ("rates along the inputs", (_UPDATE, "w = w - rates * g")),
    ("one rate for all", (_UPDATE, "w = w - rates[0] * g")),
    ("one rate for all", (_UPDATE, "w = w - rates.mean() * g")),
    ("mean over the networks too", (_UPDATE, "w = w - rates[:, None] * g / len(w)")),
    ("one gradient for all", (_MEAN, "(error[:, :, None] * x).mean(axis=(0, 1))")),
    ("one gradient for all", (_MEAN, "(error[:, :, None] * x).mean(axis=1).mean(axis=0)")),
    ("sum for the mean", (_MEAN, "(error[:, :, None] * x).sum(axis=1)")),
    ("the number of networks for that of examples", (_MEAN, "(error[:, :, None] * x).sum(axis=1) / len(x)")),
    ("the number of all examples", (_MEAN, "(error[:, :, None] * x).sum(axis=1) / len(X)")),
    ("the error without the inputs", (_MEAN, "error.mean(axis=1)[:, None] + 0 * w")),
    ("targets missing", (_ERROR, "(x * w[:, None]).sum(axis=2)")),
    ("error's sign", (_ERROR, "y[batch] - (x * w[:, None]).sum(axis=2)")),
    ("error's sign", (_UPDATE, "w = w + rates[:, None] * g")),
    ("2 of the square", (_UPDATE, "w = w - 2 * rates[:, None] * g")),
    ("one step alone", ("in rows:", "in rows[:1]:")),
    ("one step short", ("in rows:", "in rows[1:]:")),
    ("one step short", ("in rows:", "in rows[:-1]:")),
    ("all examples in each step", ("batch in rows", "batch in np.zeros((len(rows), K, 1), int) + np.arange(n)")),
    ("rows and networks exchanged", ("batch in rows", "batch in rows.swapaxes(0, 1)")),
    (
        "the path for its end",
        ("w = starts\n", "w, path = starts, [starts]\n"),
        (_UPDATE, f"{_UPDATE}\n        path.append(w)"),
        ("return w", "return np.array(path)"),
    ),
    ("each step from the start", (_UPDATE, "w = starts - rates[:, None] * g")),
    ("the mean network", ("return w", "return w.mean(axis=0)")),
]

# --- edges ------------------------------------------------------------------------------------------------------------

_MIDDLE, _IF = "(low * high) ** 0.5", "if trains(middle):"
_LINE = f"        middle = {_MIDDLE}\n"
_BOTH_ENDS = "return low, high"
_MOVES = "            low = middle\n        else:\n            high = middle"

MIDDLES = [
    ("arithmetic middle", (_MIDDLE, "(low + high) / 2")),
    ("one halving too few", ("range(halvings)", "range(halvings - 1)")),
    ("one halving too many", ("range(halvings)", "range(halvings + 1)")),
]
MOVES = [("sides exchanged", (_IF, "if not trains(middle):")), ("the ends exchanged", (_BOTH_ENDS, "return high, low"))]
_MOVED, _MOVED_HINTS = at_once(HINTS, MIDDLES[:1], MOVES)


def _scan(trains, low, high, halvings):
    """As many rates as halvings, at equal distances, from below until one does not train."""
    last = low
    for lr in np.geomspace(low, high, halvings + 2)[1:-1]:
        if not trains(lr):
            return last, lr
        last = lr
    return last, high


EDGE_TABLE = [
    *MIDDLES,
    *MOVES,
    *_MOVED,
    ("only the lower end moves", (_MOVES, "            low = middle")),
    ("only the upper end moves", (_MOVES, "            pass\n        else:\n            high = middle")),
    ("root forgotten", (_MIDDLE, "low * high")),
    ("root forgotten", (_MIDDLE, "(low * high) / 2")),
    ("root forgotten", (_MIDDLE, "(high / low) ** 0.5")),
    ("middle of the first bracket", (_LINE, ""), ("    for", f"{_LINE[4:]}    for")),
    ("middle of logarithms, not raised", (_MIDDLE, "(np.log(low) + np.log(high)) / 2")),
    ("middle of logarithms, not raised", (_MIDDLE, "(np.log10(low) + np.log10(high)) / 2")),
    ("ends at once where it does not train", (_MOVES, f"{_MOVES}\n            break")),
    ("ends at once where it trains", (_MOVES, _MOVES.replace("low = middle", "low = middle\n            break"))),
    ("a plain scan", _scan),
]

HINTS |= _PAIR_HINTS | _MOVED_HINTS

MISTAKES = {
    fleets.worker_rngs: (WORKERS, mistakes(HINTS, fleets.worker_rngs, *WORKERS_TABLE)),
    fleets.machines_step: (STEP, mistakes(HINTS, fleets.machines_step, *STEP_TABLE)),
    fleets.train_all: (FLEET, mistakes(HINTS, fleets.train_all, *FLEET_TABLE)),
    fleets.bisected: (EDGE, mistakes(HINTS, fleets.bisected, *EDGE_TABLE)),
}
