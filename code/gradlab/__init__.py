"""Reference implementations of how neural networks are optimised and initialised.

A good order to read: `rules`, `descend`, `oracles`, `surfaces`, `methods`, and `nets` for the torch side;
then `figures`, `panels` and `explore`, which draw them, and `show`, which shows their source.
What builds the book stands beside them: `book`, `notebooks`, `sphinx_ext` and `site_css`.
"""
