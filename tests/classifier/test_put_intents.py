"""What a tenant teaches, as it is taken or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.classifier.v1 import intent_pb2 as pb

from mesh.errors import InvalidInput
from tests.classifier.desk import Desk

if TYPE_CHECKING:
    pass


async def test_the_same_examples_again_change_nothing(desk: Desk) -> None:
    await desk.put()

    again = await desk.put()

    assert (again.examples_added, again.examples_known) == (0, 18)


async def test_a_text_under_two_intents_is_refused_by_its_row_and_nothing_is_kept(
    desk: Desk,
) -> None:
    await desk.put({"a": ["one thing", "another thing"]})

    with pytest.raises(InvalidInput) as refused:
        await desk.put({"b": ["something new", "One  THING"]})

    assert refused.value.reason == "INTENTS_INVALID"
    assert [v.field for v in refused.value.violations] == ["examples[1].text"]
    listed = await desk.intents.ListIntents(pb.ListIntentsRequest(tenant_id="acme"))
    assert [one.name for one in listed.intents] == ["a"]


async def test_a_call_that_teaches_nothing_is_refused(desk: Desk) -> None:
    """A misspelt field of JSON is left out; such a call seemed to have worked."""
    with pytest.raises(InvalidInput) as refused:
        await desk.put({})

    assert [v.field for v in refused.value.violations] == ["intents"]
