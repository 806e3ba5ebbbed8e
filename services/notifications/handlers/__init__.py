"""What notifications does, each in one transaction: load, decide, keep, announce."""
