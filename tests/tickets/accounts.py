"""What tests say to ChannelService, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import channel_pb2 as pb
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from tests.tickets.builders import a_channel, a_secret

if TYPE_CHECKING:
    from tests.tickets.api import Api

WHATSAPP, TELEGRAM = kind_pb2.CHANNEL_KIND_WHATSAPP, kind_pb2.CHANNEL_KIND_TELEGRAM
APP_SECRET = a_secret(pb.SECRET_KIND_APP_SECRET, "hush")
VERIFY_TOKEN = a_secret(pb.SECRET_KIND_VERIFY_TOKEN, "verify me")


async def found(mesh: Api, **by: Any) -> list[pb.Account]:
    response = await mesh.channels.FindAccount(pb.FindAccountRequest(**by))
    return list(response.accounts)


def update(channel: pb.Channel, mask: tuple[str, ...] = (), **said: Any) -> pb.UpdateChannelRequest:
    return pb.UpdateChannelRequest(
        channel_id=channel.id, channel=pb.Channel(**said), update_mask=FieldMask(paths=mask)
    )


async def a_whatsapp(api: Api, number: str = "4712", **said: Any) -> pb.Channel:
    secrets = said.pop("secrets", [APP_SECRET, VERIFY_TOKEN])
    return await a_channel(api, WHATSAPP, external_id=number, secrets=secrets, **said)
