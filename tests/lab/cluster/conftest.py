"""A cluster on paper: its certificates are real, its programs aren't."""

from pathlib import Path

import pytest

from cloudlab.lab.cluster import certificates, components
from cloudlab.lab.cluster.components import Cluster


@pytest.fixture(scope="session")
def laid(tmp_path_factory) -> Path:
    """Certificates, made once."""
    folder = tmp_path_factory.mktemp("certificates")
    certificates.lay(folder)
    return folder


@pytest.fixture
def cluster(tmp_path) -> Cluster:
    return Cluster(tmp_path, 6443, 10250, 4443, {name: Path(name) for name in components.NAMES})
