"""The `cassava` command: its tree."""

import typer

from cli import (
    agents,
    analytics,
    channels,
    checkup,
    containers,
    customers,
    dead_letters,
    endpoints,
    intents,
    keys,
    knowledge,
    life,
    replies,
    show,
    tenants,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
life.add_to(app)
show.add_to(app)
checkup.add_to(app)
containers.add_to(app)
app.add_typer(tenants.app, name="tenant", help="Tenants: list, show, create.")
app.add_typer(channels.app, name="channel", help="Channel accounts: list, create, connect.")
app.add_typer(keys.app, name="key", help="API keys: list, create, revoke.")
app.add_typer(agents.app, name="agent", help="Who answers: list, create, archive.")
app.add_typer(customers.app, name="customer", help="Customers: list, export, erase.")
app.add_typer(endpoints.app, name="endpoint", help="Where events go: list, create, replay.")
app.add_typer(dead_letters.app, name="deadletter", help="What was not read: list, show, replay.")
app.add_typer(analytics.app, name="analytics", help="Figures: rebuild.")
app.add_typer(intents.app, name="intents", help="Intents: import, train, explain, evaluate.")
app.add_typer(knowledge.app, name="knowledge", help="Articles: list, import, search.")
app.add_typer(replies.app, name="replies", help="Shadows: try a model or rules, compare.")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
