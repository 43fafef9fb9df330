"""The library's functions as people get them wrong: each mistake has a name and a hint. See `checks.variants`."""
