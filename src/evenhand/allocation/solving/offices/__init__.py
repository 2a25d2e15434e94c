"""The method offices."""
