"""The method optimise."""
