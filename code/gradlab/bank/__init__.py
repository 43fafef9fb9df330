"""What `checks.check` knows: the references as people get them wrong, each with its name and a hint."""
