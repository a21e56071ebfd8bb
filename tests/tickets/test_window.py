"""WhatsApp's 24 hours: known before sending, by the provider's clock; a template always passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput
from tests.tickets.arrivals import accept, arriving, noting
from tests.tickets.builders import a_begun_delivery, a_bot_reply, a_channel, finish
from tests.tickets.desk import messages, post, read, tickets

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

WHO = "wa_id=256700000001"
TEMPLATE = pb.Content(template=pb.Template(name="come_back", language="en_US", parameters=["Kim"]))


@pytest.fixture
async def whatsapp(admin: Api) -> Channel:
    return await a_channel(admin, kind_pb2.CHANNEL_KIND_WHATSAPP, external_id="100")


def ago(**span: float) -> Timestamp:
    moment = Timestamp()
    moment.FromDatetime(datetime.now(UTC) - timedelta(**span))
    return moment


async def a_conversation(mesh: Api, channel: Channel, **span: float) -> str:
    (result,) = await accept(mesh, arriving(channel, WHO, provider_time=ago(**span)))
    return result.conversation_id


async def test_the_window_closes_24_hours_after_the_providers_time(
    mesh: Api, admin: Api, whatsapp: Channel
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=3)

    closing = (await read(admin, conversation_id)).window_close_time.ToDatetime(UTC)

    assert timedelta(hours=20) < closing - datetime.now(UTC) < timedelta(hours=21, minutes=1)


async def test_free_text_after_the_window_is_refused_and_a_template_passes(
    mesh: Api, admin: Api, whatsapp: Channel
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=25)

    with pytest.raises(Conflict) as refused:
        await post(admin, conversation_id, "Still there?")
    sent = await post(admin, conversation_id, "", content=TEMPLATE)
    _, begun = await a_begun_delivery(mesh)

    assert refused.value.reason == "WINDOW_CLOSED"
    assert sent.text == "come_back · Kim"
    assert begun.content.template.name == "come_back"


async def test_a_customers_call_opens_the_window_again(
    mesh: Api, admin: Api, whatsapp: Channel
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=25)
    await accept(mesh, noting(whatsapp, "call", WHO, provider_time=ago(hours=1)))

    await post(admin, conversation_id, "Sorry that we missed you")


async def test_a_reply_whose_window_closed_meanwhile_is_a_persons_case(
    mesh: Api, admin: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=1)
    await a_bot_reply(mesh)
    await root.execute("UPDATE conversations SET last_customer_at = now() - interval '25 hours'")

    with pytest.raises(ChangedMeanwhile):
        await a_begun_delivery(mesh)

    sent = (await messages(admin, conversation_id))[-1]
    assert (sent.state, sent.failure) == (pb.MESSAGE_STATE_FAILED, "window")
    assert [ticket.conversation_id for ticket in await tickets(admin)] == [conversation_id]


async def test_other_channels_have_no_window(mesh: Api, admin: Api, channel: Channel) -> None:
    (result,) = await accept(mesh, arriving(channel, WHO, provider_time=ago(days=3)))

    assert not (await read(admin, result.conversation_id)).HasField("window_close_time")
    await post(admin, result.conversation_id, "Hello again")


async def test_content_goes_with_the_last_part_and_is_shown(
    mesh: Api, admin: Api, whatsapp: Channel
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=1)
    choices = pb.Choices(choices=[pb.Choice(id="y", title="Yes"), pb.Choice(id="n", title="No")])

    await post(admin, conversation_id, "Is it solved?", content=pb.Content(choices=choices))
    delivery, begun = await a_begun_delivery(mesh)
    await finish(mesh, delivery)

    assert (begun.text, len(begun.content.choices.choices)) == ("Is it solved?", 2)
    assert (await messages(admin, conversation_id))[-1].content.choices == choices


BAD: list[tuple[str, Any]] = [
    ("", pb.Content(choices=pb.Choices(choices=[pb.Choice(id="y", title="Yes")]))),
    ("?" * 1025, pb.Content(choices=pb.Choices(choices=[pb.Choice(id="y", title="Yes")]))),
    ("?", pb.Content(choices=pb.Choices(choices=[pb.Choice(id="y", title="t" * 21)]))),
    ("?", pb.Content(choices=pb.Choices(choices=[pb.Choice(id="y", title="Yes")] * 2))),
    (
        "?",
        pb.Content(choices=pb.Choices(choices=[pb.Choice(id=i, title="Yes") for i in ("y", "n")])),
    ),
    ("\N{GRINNING FACE}" * 513, pb.Content(media=pb.MediaLink(url="https://files.example/a.png"))),
    ("?" * 1025, pb.Content(media=pb.MediaLink(url="https://files.example/a.png"))),
    ("", pb.Content(media=pb.MediaLink(url="http://files.example/a.png"))),
    ("", None),
]


@pytest.mark.parametrize(("text", "content"), BAD)
async def test_what_the_provider_would_refuse_is_refused_here(
    mesh: Api, admin: Api, whatsapp: Channel, text: str, content: Any
) -> None:
    conversation_id = await a_conversation(mesh, whatsapp, hours=1)

    with pytest.raises(InvalidInput):
        await post(admin, conversation_id, text, content=content)
