"""The method quota."""
