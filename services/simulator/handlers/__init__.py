"""What the simulator does: plays the past, then the present, message by message and act by act."""
