"""Reference implementations of how neural networks are optimised and initialised.

A good order to read: `rules`, `descend`, `oracles`, `surfaces`,
`methods`; then `figures`, `panels` and `explore`, which draw them.
"""
