"""Each rendering of deploy/k8s, once a run."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from tests.deploy.rendering import NAMES, Rendering, render

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rendering]:
    return functools.partial(_render, tmp_path_factory)


def _render(folders: pytest.TempPathFactory, name: str) -> Rendering:
    return render(name, folders.getbasetemp() / "kustomize")


@pytest.fixture(params=NAMES, scope="session")
def k8s(request: pytest.FixtureRequest, rendered: Callable[[str], Rendering]) -> Rendering:
    return rendered(request.param)
