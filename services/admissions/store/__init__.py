"""Every query of admissions, each a named function. They take a reading or a transaction and decide nothing."""
