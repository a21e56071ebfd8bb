"""A shelf whose model is known beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.classifier.shelf import Serving, Shelf

if TYPE_CHECKING:
    from services.classifier.model import Model
    from services.classifier.weights import Weights


class Known(Shelf):
    """A shelf that was stocked by the run's own fit: fitting takes seconds, once is enough."""

    async def put(self, weights: Weights) -> None:
        await self._keep(self._default.key(), weights.to_bytes())

    def stand(self, model: Model) -> None:
        self._platform = Serving(model)
