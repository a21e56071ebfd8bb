"""What `cassava up` prints when everything serves."""

import shlex
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.demo_tenant import tenant
from cli.options import usual_place
from cli.running import read_demo


def print_welcome(console: Console, edge: str, data: Path, *, is_secure: bool, ends: str) -> None:
    """Addresses, the demo tenant's keys and secrets, three commands to try."""
    table = Table.grid(padding=(0, 2))
    for name, value in rows(edge, data, is_secure=is_secure):
        table.add_row(name, value)
    console.print("\n[bold green]Cassava is ready[/bold green]\n")
    console.print(table)
    key = ' -H "Authorization: Bearer $KEY"' if is_secure else ""
    console.print("\nTry:")
    for command in (
        f"curl {edge}/health",
        f"curl -X POST {edge}/api/v1/test/test{key} -H 'Content-Type: application/json' "
        """-d '{"message": "I need help with billing", "customer_id": "me", "channel": "test"}'""",
        f".venv/bin/cassava demo{where(data)}",
    ):
        console.print(f"  {command}", highlight=False, soft_wrap=True, markup=False)
    if where(data):
        found_by = f"export CASSAVA_DATA={shlex.quote(str(data))}"
        console.print(f"\nEvery other command finds it by: {found_by}", soft_wrap=True)
    console.print(f"\n{ends} drains and stops all of it.", highlight=False, soft_wrap=True)


def where(data: Path) -> str:
    """What a command needs to find this mesh: nothing, where it keeps its data as usual."""
    return "" if data == usual_place() else f" --data {shlex.quote(str(data))}"


def rows(edge: str, data: Path, *, is_secure: bool) -> list[tuple[str, str]]:
    """Names and values; all secrets are the demo tenant's."""
    channel = {kind: tenant.stable_id(f"channel/{kind}") for kind in ("custom", "webchat")}
    keys = read_demo(data).get("keys", {})
    return [
        ("edge", f"{edge} (REST, gRPC, WebSocket, SSE)"),
        ("console", f"{edge}/console/" + (" (sign in with a key)" if is_secure else "")),
        ("documentation", f"{edge}/docs"),
        ("demo tenant", tenant.TENANT_ID),
        ("WhatsApp", f"{edge}/api/v1/webhooks/whatsapp  app secret {tenant.APP_SECRET}"),
        ("", f"phone_number_id {tenant.PHONE_NUMBER_ID}  verify token {tenant.VERIFY_TOKEN}"),
        ("Telegram", f"{edge}/api/v1/webhooks/telegram  secret {tenant.TELEGRAM_SECRET}"),
        ("custom", f"{edge}/api/v1/webhooks/custom/{channel['custom']}"),
        ("", f"signing secret {tenant.SIGNING_SECRET}"),
        ("web chat", f"{edge}/api/v1/webchat/{channel['webchat']}/"),
        *((f"key {name}", key) for name, key in keys.items()),
    ]
