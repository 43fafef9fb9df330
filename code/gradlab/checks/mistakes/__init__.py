"""Mistakes that people make in the library's functions. Each has a name and a hint (see `checks.variants`)."""
