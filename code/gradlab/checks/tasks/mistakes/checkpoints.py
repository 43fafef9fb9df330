"""Mistakes that people make when they stop a run and go on with it.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.checkpoints import CHECKPOINT
from gradlab.checks.tasks import checkpoints
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "velocity forgotten": "What does a rule with momentum remember from one step to the next?",
    "average forgotten": "From what does the moving average go on, after a stop?",
    "average's count begins anew": "How many points are in the average at the end: those since the stop, or all?",
    "corrected average carried on": "Which of the two does the next step need: m, or the corrected average?",
    "step forgotten": "How many steps does the run make after the stop, and how many should it make?",
    "schedule begins anew": "What does the schedule's clock say in the first step after the stop?",
    "until taken for a number of steps": "A run stopped after step 2 goes on until step 5: how many steps are that?",
    "a step done twice": "Which is the first step after the stop, and was it made before?",
    "a step left out": "Which is the first step after the stop, and which was the last before?",
    "generator begins anew": "Are the orders that are drawn after the stop new ones, or those of the first epochs?",
    "generator seeded anew": "Is the order drawn after a stop the one that would have been drawn without the stop?",
    "rest of the epoch forgotten": "A stop may fall into the middle of an epoch: which rows would have been next?",
    "epoch begun again": "A stop may fall into the middle of an epoch: which of its rows have been used already?",
    "digits lost": "Compare a number before it is saved with what is read back, to its last digit.",
    "the given checkpoint changed": "Go on twice from one checkpoint, kept in a variable. What does it hold then?",
    "a step too many": "How many steps does a run make until step 1?",
    "a step too few": "How many steps does a run make until step 1?",
    "rest of the epoch used up": "What becomes of rows that are too few for a minibatch?",
    "the same rows at every step": "Which rows are used up when a step is made?",
}

_LOOP, _LEFT, _DRAW = "range(start, until)", 'np.array(saved.get("left", []), int)', "left = rng.permutation(n)"
_STATE, _NOW = (
    'rng.bit_generator.state = saved.get("generator", rng.bit_generator.state)',
    '"generator": rng.bit_generator.state',
)
_ANEW = (_STATE, "pass")
_ROUNDED = "np.array({}, np.float32).tolist()"

MISTAKES = {
    checkpoints.go_on: (
        CHECKPOINT,
        mistakes(
            HINTS,
            checkpoints.go_on,
            ("velocity forgotten", ('"v": v.tolist(),', "")),
            ("average forgotten", ('"m": m.tolist(),', "")),
            ("average's count begins anew", ("decay**until", "decay ** (until - start)")),
            ("corrected average carried on", ('"m": m.tolist()', '"m": average.tolist()')),
            ("step forgotten", ('"t": until,', "")),
            ("schedule begins anew", ("lr(t)", "lr(t - start)")),
            (
                "until taken for a number of steps",
                (_LOOP, "range(start, start + until)"),
                ('"t": until', '"t": start + until'),
            ),
            ("until taken for a number of steps", (_LOOP, "range(start, start + until)")),
            ("until taken for a number of steps", (_LOOP, "range(until)"), ("lr(t)", "lr(start + t)")),
            (
                "until taken for a number of steps",
                (_LOOP, "range(start, start + until)"),
                ('"t": until', '"t": start + until'),
                ("decay**until", "decay ** (start + until)"),
            ),
            ("a step done twice", ('"t": until', '"t": until - 1')),
            ("a step left out", ('"t": until', '"t": until + 1')),
            ("generator begins anew", _ANEW),
            ("generator seeded anew", ('saved["seed"])\n', 'saved["seed"] + start)\n'), _ANEW),
            (
                "generator begins anew",
                ("for t in", "before = rng.bit_generator.state\n    for t in"),
                (_NOW, '"generator": before'),
            ),
            ("rest of the epoch forgotten", ('"left": left.tolist(),', "")),
            (
                "epoch begun again",
                (_LEFT, f"order = {_LEFT}"),
                (_DRAW, "left = order = rng.permutation(n)"),
                ('"left": left.tolist()', '"left": order.tolist()'),
            ),
            ("digits lost", ('"x": x.tolist()', f'"x": {_ROUNDED.format("x")}')),
            ("digits lost", ('"v": v.tolist()', f'"v": {_ROUNDED.format("v")}')),
            ("digits lost", ('"m": m.tolist()', f'"m": {_ROUNDED.format("m")}')),
            *(
                (
                    "digits lost",
                    *((f'"{name}": {name}.tolist()', f'"{name}": {name}.round({k}).tolist()') for name in names),
                )
                for names in ("x", "xv", "xvm")
                for k in (2, 3, 4, 6)
            ),
            (
                "the given checkpoint changed",
                ("return {", "saved |= {"),
                ("bit_generator.state,\n    }", "bit_generator.state,\n    }\n    return saved"),
            ),
            ("a step too many", (_LOOP, "range(start, until + 1)")),
            ("a step too many", (_LOOP, "range(start, until + 1)"), ('"t": until', '"t": until + 1')),
            ("a step too few", (_LOOP, "range(start, until - 1)")),
            ("rest of the epoch used up", ("if len(left) < b:", "if not len(left):")),
            ("the same rows at every step", ("rows, left = left[:b], left[b:]", "rows = left[:b]")),
        ),
    )
}
