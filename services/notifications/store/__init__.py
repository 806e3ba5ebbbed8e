"""Every query of notifications, each a named function."""
