"""ChannelService: accounts and their secrets, which come out to the mesh alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import channel_pb2 as pb
from cassava.tickets.v1 import channel_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.errors import InvalidInput
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.channels import secret, wire
from services.tickets.channels.channel_account import (
    ChannelAccount,
    ChannelNotFound,
    check_secrets,
    refuse_short,
    short_keys,
)
from services.tickets.channels.search import AccountSearch
from services.tickets.channels.store import ChannelStore, Held
from services.tickets.deliveries.withdrawal import WithdrawalStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings
from services.tickets.tenants.store import TenantStore

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import grpc

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.channels.sealing import Sealer


class Vault:
    """Opens accounts for the mesh; other rooms ask it within their own transaction."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def with_secrets(self, connection: Connection, account_id: UUID) -> pb.Account:
        """An account of the transaction's tenant, its secrets opened."""
        for held in await ChannelStore(connection).held([account_id]):
            return self.opened(held)
        raise ChannelNotFound(account_id)

    def opened(self, held: Held) -> pb.Account:
        tenant_id = held.account.tenant_id
        secrets = [(s.kind, secret.unseal(tenant_id, s, self._sealer)) for s in held.secrets]
        return wire.account_to_proto(held.account, secrets, is_tenant_active=held.is_tenant_active)


class ChannelServicer(rpc.ChannelServiceServicer):
    def __init__(
        self, pool: Pool, pages: Pages, bells: Bells, sealer: Sealer, *, may_be_plain: bool
    ) -> None:
        self._may_be_plain = may_be_plain
        self._pool = pool
        self._pages = pages
        self._bells = bells
        self._sealer = sealer
        self._vault = Vault(sealer)

    @change
    async def CreateChannel(
        self, request: pb.CreateChannelRequest, connection: Connection
    ) -> pb.CreateChannelResponse:
        store = ChannelStore(connection)
        await TenantStore(connection).get(request.tenant_id)
        secrets = wire.secrets_from_proto(request.channel.secrets)
        account = wire.account_from_proto(request.tenant_id, request.channel).identified(secrets)
        account.check()
        account.check_reply_url(may_be_plain=self._may_be_plain)
        check_secrets(account.kind, secrets)
        refuse_short(short_keys(account.kind, secrets))
        account = await store.open(account)
        await store.replace_secrets(account, secrets, secret.seal(account, secrets, self._sealer))
        await _note(connection, account, "channel.created", account.kind)
        return pb.CreateChannelResponse(channel=wire.channel_to_proto(account))

    @read
    async def GetChannel(
        self, request: pb.GetChannelRequest, connection: Connection
    ) -> pb.GetChannelResponse:
        account = await ChannelStore(connection).get(UUID(request.channel_id))
        return pb.GetChannelResponse(channel=wire.channel_to_proto(account))

    @read
    async def ListChannels(
        self, request: pb.ListChannelsRequest, connection: Connection
    ) -> pb.ListChannelsResponse:
        size = pages.size(request.page_size)
        after = position_of(self._pages, request)
        found = await ChannelStore(connection).page(after, size + 1)
        response = pb.ListChannelsResponse(
            channels=[wire.channel_to_proto(account) for account in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @rings(Bells.deliveries)
    @change
    async def UpdateChannel(
        self, request: pb.UpdateChannelRequest, connection: Connection
    ) -> pb.UpdateChannelResponse:
        store = ChannelStore(connection)
        known = await store.get(UUID(request.channel_id))
        known.expect(request.channel.etag)
        chosen = masks.paths(request.update_mask, request.channel, wire.CHANGEABLE)
        wanted = wire.channel_to_proto(known)
        masks.apply(chosen, request.channel, wanted)
        secrets = wire.secrets_from_proto(wanted.secrets)
        account = wire.account_from_proto(known.tenant_id, wanted, known=known).identified(secrets)
        account.check()
        if account.reply_url != known.reply_url:
            account.check_reply_url(may_be_plain=self._may_be_plain)
        check_secrets(account.kind, secrets)
        if short := short_keys(account.kind, secrets):
            # One from before there was a least length may stand beside its successor.
            held = await self._vault.with_secrets(connection, account.id)
            refuse_short(short - {each.value for each in held.secrets})
        account = await store.save(account)
        await store.replace_secrets(account, secrets, secret.seal(account, secrets, self._sealer))
        await WithdrawalStore(connection).of_account_if_off(account.id)
        await _tell(connection, known, account)
        await _note(connection, account, "channel.updated", ",".join(chosen))
        return pb.UpdateChannelResponse(channel=wire.channel_to_proto(account))

    async def FindAccount(
        self,
        request: pb.FindAccountRequest,
        context: grpc.aio.ServicerContext[pb.FindAccountRequest, Awaitable[pb.FindAccountResponse]],
    ) -> pb.FindAccountResponse:
        response = pb.FindAccountResponse()
        async with self._pool.transaction(None, readonly=True) as connection:
            search = AccountSearch(connection)
            for tenant_id, channel_ids in (await _found(connection, request)).items():
                await search.see(tenant_id)
                for held in await ChannelStore(connection).held(channel_ids):
                    response.accounts.append(self._vault.opened(held))
        return response


async def _found(connection: Connection, request: pb.FindAccountRequest) -> dict[str, list[UUID]]:
    """Account ids by tenant, by what the webhook showed; an id is enough without its kind."""
    search = AccountSearch(connection)
    if request.WhichOneof("by") == "channel_id":
        return await search.by_id(wire.channel_id_from_proto(request.channel_id))
    kind = wire.kind_from_proto(request.kind)
    match request.WhichOneof("by"):
        case "external_id":
            return await search.by_external_id(kind, request.external_id)
        case "business_account_id":
            return await search.by_business(kind, request.business_account_id)
        case "token_hash":
            return await search.by_token_hash(kind, request.token_hash)
        case "all":
            return await search.all(kind)
        case "tenant_id":
            await search.see(request.tenant_id)
            return {request.tenant_id: await ChannelStore(connection).oldest(kind)}
    raise InvalidInput("say what to find the account by", field="by")


async def _tell(connection: Connection, before: ChannelAccount, after: ChannelAccount) -> None:
    """Live readers hear of a pause by hand as they hear of one by a provider."""
    if (before.state == "active") == (after.state == "active"):
        return
    is_resumed = after.state == "active"
    said = {"channel_id": str(after.id)} | ({} if is_resumed else {"reason": f"set_{after.state}"})
    kind = "channel.resumed" if is_resumed else "channel.paused"
    await EventStore(connection).append(after.tenant_id, Event(kind, data=said))


async def _note(connection: Connection, account: ChannelAccount, action: str, detail: str) -> None:
    await AuditStore(connection).append(
        account.tenant_id, current_caller(), action, str(account.id), detail
    )
