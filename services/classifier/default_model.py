"""The model of a tenant without intents of its own: the examples, and what a fit of them gave.

The fit is shipped, so that a first start need not spend half a minute of processor on it;
`make model` repeats it after a change of examples, encoder or training.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from services.classifier.encoding import ENCODER_ID
from services.classifier.intent import OUT_OF_SCOPE, fingerprint, read_examples
from services.classifier.trainings.workshop import fit
from services.classifier.weights import TRAINING_VERSION, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.classifier.intent import Example


class DefaultModel:
    def __init__(self, folder: Path = Path(__file__).parent) -> None:
        self._folder = folder

    def intents(self) -> Sequence[Example]:
        return read_examples(self._folder / "default_intents")

    def feelings(self) -> Sequence[Example]:
        return read_examples(self._folder / "feelings")

    def key(self) -> str:
        """Names the weights that these examples give."""
        examples = [*self.intents(), *self.feelings()]
        return fingerprint(examples, ENCODER_ID, TRAINING_VERSION)

    def shipped(self) -> bytes | None:
        """None when the examples were changed and not fitted since."""
        file = self._file()
        return file.read_bytes() if file.exists() else None

    async def fitted(self) -> bytes:
        own = await fit(self.intents(), feelings=self.feelings())
        lent = await fit(self._as_a_small_tenants())
        return Weights.from_bytes(own.weights).lending(Weights.from_bytes(lent.weights)).to_bytes()

    def _as_a_small_tenants(self) -> Sequence[Example]:
        """Of the language that the encoder knows, if there are any, and nothing beside the point:
        what is lent to small tenants is fitted on examples like theirs (decision 0163).
        """
        inside = [one for one in self.intents() if one.intent != OUT_OF_SCOPE]
        english = [one for one in inside if one.language == "en"]
        return english if len({one.intent for one in english}) > 1 else inside

    async def ship(self) -> None:
        weights = await self.fitted()
        self._file().parent.mkdir(exist_ok=True)
        for outdated in self._file().parent.iterdir():
            outdated.unlink()
        self._file().write_bytes(weights)

    def _file(self) -> Path:
        return self._folder / "default_model" / f"{self.key()}.npz"


if __name__ == "__main__":
    asyncio.run(DefaultModel().ship())
