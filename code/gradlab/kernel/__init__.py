"""What runs in a student's kernel while it is marked: the fence around it, and its end of the wire to the marker."""
