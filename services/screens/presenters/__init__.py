"""Presenters: contracts in, one frozen dataclass a page out, holding every word, date and colour. Pure."""
