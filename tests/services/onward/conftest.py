"""The tables of the three services, which every test here needs."""

import pytest

from tests.servers.databases import Held
from tests.services.onward.carrying import TABLES


@pytest.fixture
def held() -> Held:
    return Held(TABLES)
