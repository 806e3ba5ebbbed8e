"""What happens in the fictional hospital, decided from a seed: no clock, no network."""
