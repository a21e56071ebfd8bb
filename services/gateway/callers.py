"""Who calls one of the gateway's own routes: a key, or nobody where that is allowed."""

from collections.abc import Mapping

from mesh.access import Caller, KeyVerifier, Role, may
from mesh.errors import InvalidInput, NotAllowed, NotSignedIn

_LONGEST_KEY = 200


class Callers:
    """Reads the same header as every service of the mesh does."""

    def __init__(self, keys: KeyVerifier, anonymous_tenant: str | None) -> None:
        self._keys = keys
        self._anonymous_tenant = anonymous_tenant

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Raise `NotSignedIn` for a bad key, and for none unless somebody anonymous is allowed."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() == "bearer" and key.isascii() and 0 < len(key) <= _LONGEST_KEY:
            return await self._keys.verify(key)
        if scheme or self._anonymous_tenant is None:
            raise NotSignedIn("send your key as `authorization: Bearer <key>`")
        return Caller(self._anonymous_tenant, Role.ADMIN, name="anonymous")


def tenant_of(caller: Caller, tenant_id: str, *least: Role) -> str:
    """Whose data this is about; raises unless the caller has one of these rights there."""
    if not any(may(caller.role, role) for role in least):
        raise NotAllowed("this key has not the right to do that")
    if caller.tenant_id is None and not tenant_id:
        raise InvalidInput("a platform key names the tenant", field="tenant_id")
    if caller.tenant_id is not None and tenant_id not in ("", caller.tenant_id):
        raise NotAllowed("this key belongs to another tenant")
    return tenant_id or caller.tenant_id or ""
