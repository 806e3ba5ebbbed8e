"""What the simulator reads and keeps between runs."""
