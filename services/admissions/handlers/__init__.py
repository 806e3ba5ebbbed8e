"""Load, decide, keep, announce: what admissions does with a message, a person's request and the clock."""
