"""Pure decisions of notifications: facts and the time in, a small frozen decision out."""
