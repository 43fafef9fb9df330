"""The references of the exercises' tasks, where the library has none: what students are asked to write."""
