"""What can be asked about a plan after the fact."""
