"""Mistakes that people make in the functions of `tasks`. Like those, they are never published."""
