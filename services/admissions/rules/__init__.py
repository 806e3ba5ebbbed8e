"""How facts become stays: pure, total, and the same for every order in which the facts arrived."""
