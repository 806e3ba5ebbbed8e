"""Plays a fictional hospital from outside: HL7 over MLLP, and its people over REST. For demonstration and tests."""
