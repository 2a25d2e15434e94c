"""Questions about a finished plan: why, who steps in, what a swap does, what to record."""
