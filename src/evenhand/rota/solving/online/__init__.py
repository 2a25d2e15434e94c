"""The method online."""
