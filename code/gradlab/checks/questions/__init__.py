"""The questions that `check` asks, with a module for each kind of function. They contain no answers."""
