"""What makes the book, the editions of its exercises and the pages of this library, from notebooks and docstrings."""
