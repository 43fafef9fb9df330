"""References of exercises that the library has no function for. This folder is never published."""
