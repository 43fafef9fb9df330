"""Reference implementations of how neural networks are optimised and initialised.

A good order to read: `rules`, `descend`, `surfaces`, `oracles`, `schedules`, `plateau`, `averaging`, `range_test`,
`methods`, `conversions`; then `activations`, `backprop`, `mlp`, `data`, `scalers`, `train`, `gains`, `initialisers`,
`normalisers`, `differences`, `gradcheck`, `landscape`, and `nets` for many networks at once. `arguments` says what
each argument may be, and `ops` what NumPy and torch spell differently. `figures`, `panels` and `explore` draw them,
and `show` shows their source.

`checks` tells a student what is wrong with a function. It asks the questions of `gradlab.trials`, knows the mistakes of
`gradlab.bank`, and finds what the library has no function for in `gradlab.tasks`. `gradlab.marker` marks what a class
hands in, with `gradlab.kernel` at the students' end; `gradlab.publishing` makes the book and the editions of its
exercises.

Words that come again and again:

grid            the axes before the last, or before those that are named: as many independent runs in one call
hyperparameter  what we choose and descent does not find, such as lr, the learning rate
twin            the same thing in another library, with which the tests compare ours; a second source is one that
                gets the same numbers by another way
"""
