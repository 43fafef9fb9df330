"""The functions of `tasks` as people get them wrong; like them, never published."""
