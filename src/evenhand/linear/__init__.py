"""The one wiring of HiGHS."""
