"""What discharge reasons about: frozen values, no behaviour that touches the world."""
