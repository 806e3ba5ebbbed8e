"""The tables of discharge. Every name begins with `discharge_`, every key with the trust."""

from sqlalchemy import MetaData

metadata = MetaData()
