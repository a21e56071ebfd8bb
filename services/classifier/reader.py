"""One text to every label: words first, the vector where they do not suffice, parts, context."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mesh import deadline, telemetry
from services.classifier.signals import STEERS, signals
from services.classifier.turn import Labels, label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from services.classifier.encoding import Encoders
    from services.classifier.intent import Heard
    from services.classifier.language import Languages
    from services.classifier.model import Glance, Model
    from services.classifier.shelf import Serving, Shelf

_COURTEOUS = 0.8  # PRODUCT 7: surer than this a thank-you is only a thank-you
_PART = re.compile(
    r"(?<=[.!?;])\s+|\n+|(?<!\s),?\s++(?:and|also|et|aussi|e|também|y|und|na|futhi)\s+"
)
_FEWEST_WORDS, _MOST_PARTS = 3, 6
_STRONG = 0.6  # how sure each of several intents has to be
_LIKELY = 0.3  # what the words think less of becomes strong so rarely that it is not encoded
# And so does what the whole message, in which it stands, shows no trace of among its likeliest.
_TRACED, _TRACE = 5, 0.001
_SEVERAL = 2
_LONGEST_ENCODED = 500  # characters whose parts are encoded each; longer ones go by their words
_SHORT_WORDS = 6  # a follow-up says little: "and the other one?"
_UNSURE = 0.5
# Of the caller's time, for each vector: a follow-up and its parts may wait three times.
_PATIENCE = 0.25
_hurried = telemetry.counter(
    "cassava_classifier_hurried", "Texts read by their words because their vector came too late."
)


class Reader:
    def __init__(self, shelf: Shelf, encoders: Encoders, languages: Languages) -> None:
        self._shelf = shelf
        self._encoders = encoders
        self._languages = languages

    async def read(  # all that is known of a turn
        self,
        tenant_id: str,
        text: str,
        *,
        among: Sequence[str] = (),
        prior: str = "",
        earlier: str = "",
    ) -> tuple[Labels, Model]:
        """The labels, and the model that gave them; `earlier` is what was said before."""
        serving, signalled = await self._shelf.serving(tenant_id), signals(text)
        heard, parts = await self._meant(serving, text, earlier)
        if signalled.jailbreak >= STEERS:
            heard, parts = replace(heard, outside=signalled.jailbreak, is_outside=True), []
        spoken = self._languages.spoken(text, among, prior)
        least = serving.least_urgencies.get(heard.intent, 0)
        labels = label(text, heard, spoken, signalled, parts=parts, least_urgency=least)
        return labels, serving.model

    async def _meant(self, serving: Serving, text: str, earlier: str) -> tuple[Heard, list[Heard]]:
        """The whole message, and what its parts mean where they mean several things."""
        heard = await self._hear(serving.model, text)
        if earlier and _may_follow(text, heard):
            heard = _surer(heard, await self._hear(serving.model, f"{earlier}\n{text}"))
        if heard.is_outside and serving.version:
            heard = await self._courtesy(text) or heard
        return heard, await self._parts(serving.model, text, heard)

    async def _hear(self, model: Model, text: str) -> Heard:
        return await self._hear_out(model, model.glance(text))

    async def _hear_out(self, model: Model, glance: Glance) -> Heard:
        if glance.heard is not None:
            return glance.heard
        left = deadline.remaining()
        try:
            async with asyncio.timeout(None if left is None else left * _PATIENCE):
                encoder = await self._encoders.get(model.encoder)
                vector = (await encoder.encode([glance.text]))[0]
        except TimeoutError:
            _hurried.inc()
            return model.hear_words(glance)
        heard = model.hear(glance, vector)
        if model.feels:
            return heard
        return replace(heard, feelings=self._shelf.platform.model.feelings(vector))

    async def _courtesy(self, text: str) -> Heard | None:
        """A greeting is one for everybody, also where a tenant taught none."""
        heard = await self._hear(self._shelf.platform.model, text)
        return heard if heard.is_courtesy and heard.confidence >= _COURTEOUS else None

    async def _parts(self, model: Model, text: str, whole: Heard) -> list[Heard]:
        """What the sentences mean each, when their words point to different intents.

        Where the words sufficed for the whole they have to suffice for its parts: no encoding.
        """
        traced = {one.intent for one in whole.ranked[:_TRACED] if one.confidence >= _TRACE}
        if len(traced) < _SEVERAL:
            return []
        parts = [part for part in _PART.split(text) if len(part.split()) >= _FEWEST_WORDS]
        if not 1 < len(parts) <= _MOST_PARTS:
            return []
        by_words = not whole.feelings or len(text) > _LONGEST_ENCODED
        hinted = _hinted(model, parts, traced)
        return await self._strong(model, hinted, by_words=by_words)

    async def _strong(
        self, model: Model, hinted: Sequence[Glance], *, by_words: bool
    ) -> list[Heard]:
        """Those that are sure, of different intents; nothing where there are not several."""
        strong: dict[str, Heard] = {}
        # The least sure first: where it fails, the others need not be encoded.
        waiting = sorted(hinted, key=lambda glance: glance.sure)
        while len({*strong, *(glance.best for glance in waiting)}) >= _SEVERAL and waiting:
            glance = waiting.pop(0)
            heard = glance.heard if by_words else await self._hear_out(model, glance)
            if heard is not None and _is_strong(heard):
                strong[heard.intent] = heard
        return list(strong.values()) if len(strong) >= _SEVERAL else []


def _hinted(model: Model, parts: Sequence[str], traced: Collection[str]) -> list[Glance]:
    """What the words of some parts say; nothing where they cannot mean several intents.

    The shortest first: it says least, and after it the others often need no look.
    """
    hinted: list[Glance] = []
    for left, part in zip(range(len(parts))[::-1], sorted(parts, key=len), strict=True):
        glance = model.glance(part)
        if glance.sure >= _LIKELY and glance.best in traced:
            hinted.append(glance)
        if len({glance.best for glance in hinted}) + left < _SEVERAL:
            return []
    return hinted


def _is_strong(heard: Heard) -> bool:
    return heard.confidence >= _STRONG and not (heard.is_outside or heard.is_courtesy)


def _may_follow(text: str, heard: Heard) -> bool:
    is_short = len(text.split()) <= _SHORT_WORDS
    return is_short and not heard.is_courtesy and (heard.is_outside or heard.confidence < _UNSURE)


def _surer(alone: Heard, in_context: Heard) -> Heard:
    if in_context.is_outside or in_context.is_courtesy:
        return alone
    return in_context if alone.is_outside or in_context.confidence > alone.confidence else alone
