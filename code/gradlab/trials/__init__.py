"""What `checks.check` asks a student's function and a reference: the same questions, answered as plain numbers."""
