"""Reference implementations of how neural networks are optimised and initialised.

A good order to read: `rules`, `descend`, `surfaces`, `oracles`, `schedules`, `plateau`, `averaging`, `range_test`,
`methods`, `conversions`; then `activations`, `backprop`, `mlp`, `data`, `scalers`, `train`, `gains`, `initialisers`,
`normalisers`, `differences`, `gradcheck`, `landscape`, `nets` for many networks at once, `trainability` for a map of
what trains, `checkpoints` for runs that go on, and `parallel` for several processes, with the script
`parallel_example`; `workloads` and `devices` measure what a GPU changes. `figures` and `explore` draw what these do,
`playground` lets the reader drag the start and choose the rules, and `show` shows the source of a function. `checks`
tells a student what is wrong with a function, and `doctor` what is missing on a machine. Underneath lie `_conditions`
and `_arguments`, which check what a function is given, `_arrays`, where NumPy and torch differ, and `_runs`, by which a
run finds what watches its loss.

The book, the editions of its exercises and their marking are another package, `gradlab_course`.

Words that come again and again:

grid            the axes before the last, or before those that are named: as many independent runs in one call
hyperparameter  what we choose and descent does not find, such as lr, the learning rate
twin            the same thing in another library, with which the tests compare ours; a second source is one that
                gets the same numbers by another way
"""
