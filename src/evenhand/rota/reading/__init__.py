"""Tables to problem."""
