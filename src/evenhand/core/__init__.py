"""Words that every room speaks: frozen data and arithmetic. It chooses nothing."""
