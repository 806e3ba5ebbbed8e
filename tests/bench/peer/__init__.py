"""The textbook peer: the service most teams would write with FastAPI, an async ORM and python-hl7.

Frozen: it exists to be measured against, so it is not improved. Each request is one session by `Depends`, a look for the
duplicate, an add, a commit, a refresh and a `response_model`; each event is one transaction of objects.
"""
