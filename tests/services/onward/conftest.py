"""The tables of the three services, which every test here needs."""

import pytest
from sqlalchemy import MetaData

from tests.services.onward.carrying import TABLES


@pytest.fixture
def tables() -> tuple[MetaData, ...]:
    return TABLES
