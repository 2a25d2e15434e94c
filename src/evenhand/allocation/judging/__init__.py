"""Statement, score, faults and certificates, from problem and awards alone."""
