"""The playground: the tested rules run in the page, turned and dragged by the reader."""
