"""The questions that `check` asks, a module for each kind of function. They hold no answers."""
