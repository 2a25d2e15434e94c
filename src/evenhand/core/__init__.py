"""What every other package uses: shares, statements, ledgers, errors, and the desk that solves and judges."""
