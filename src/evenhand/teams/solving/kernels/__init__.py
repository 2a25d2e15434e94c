"""Inner loops that numba can compile, and that run without it."""
