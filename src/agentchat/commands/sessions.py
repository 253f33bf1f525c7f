"""`agentchat sessions`: the saved conversations, to look at and to keep in order."""

from pathlib import Path

import click

from agentchat.commands import options
from agentchat.commands.completing import conversations


class _ListByDefault(click.Group):
    """Without a command of its own it lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A line that names no command is one of "list", unless a shell asks what it can name."""
        names_none = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if names_none and not ctx.resilient_parsing else args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Their names in the order in which they stand below."""
        return list(self.commands)


_EPILOG = """\
Without a command the conversations are listed, as by "list". A SESSION is an id, the beginning of one, or a title.

\b
Exit status:
  0  done
  1  nothing was found, or the person said no
  2  the input cannot be used

\b
Examples:
  agentchat sessions --here
  agentchat sessions search "refund 1042"
  agentchat sessions export 3f2a -o refund.html
  agentchat sessions fork 3f2a --before 2
Each command has a --help of its own.
"""


@click.group(cls=_ListByDefault, epilog=_EPILOG, context_settings=options.CONTEXT, options_metavar="", subcommand_metavar="[COMMAND] ...")
def sessions() -> None:
    """List, read, search, export and keep the saved conversations."""


_session = click.argument("session", shell_complete=conversations)


_LIST_EPILOG = """\
A line has the id, when it was used last, how many items it has, and its title; in brackets whether calls of it wait for approval, whether
it was broken off half-way, and which conversation it was forked from.

\b
Examples:
  agentchat sessions                   all of them
  agentchat sessions list --here -n 5  the five used last in this folder
"""


@sessions.command("list", epilog=_LIST_EPILOG, context_settings=options.CONTEXT)
@click.option("--here", is_flag=True, help="Only those that began in this folder.")
@click.option("-n", "--limit", metavar="N", type=click.IntRange(min=1), help="Only the N that were used last.")
@options.database
def list_them(*, here: bool, limit: int | None, database: Path | None) -> None:
    """List the saved conversations, the one used last first."""
    from agentchat.actions.listing import show_sessions  # what `--help` need not wait for

    show_sessions(database, here=here, limit=limit)


_SHOW_EPILOG = """\b
Examples:
  agentchat sessions show 3f2a
  agentchat sessions show --whole "refund for order 1042" | less
"""


@sessions.command(epilog=_SHOW_EPILOG, context_settings=options.CONTEXT)
@_session
@click.option("--whole", is_flag=True, help="Show all of the outputs of tools and of what models thought.")
@options.database
def show(*, session: str, whole: bool, database: Path | None) -> None:
    """Show a conversation as text.

    On a terminal through your pager ($PAGER, else less), elsewhere plain. What others wrote cannot command the terminal: signs that
    one would not see are spelled out. Your messages are numbered; "fork" takes the number.
    """
    from agentchat.actions.reading import show as show_it  # what `--help` need not wait for

    show_it(database, session, whole=whole)


_SEARCH_EPILOG = """\b
Examples:
  agentchat sessions search refund
  agentchat sessions search order 1042     both words, in the same place
"""


@sessions.command(epilog=_SEARCH_EPILOG, context_settings=options.CONTEXT)
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--limit", metavar="N", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many places.")
@options.database
def search(*, words: tuple[str, ...], limit: int, database: Path | None) -> int:
    """Find what was said, in all conversations, the latest first.

    All of the WORDS have to stand in the same message, answer or output of a tool, or words that begin so. Capitals and accents do not
    count. The exit status is 1 when nothing is found.
    """
    from agentchat.actions.listing import show_hits  # what `--help` need not wait for

    return show_hits(database, " ".join(words), limit=limit)


_EXPORT_EPILOG = """\b
Formats:
  markdown  to read and to print
  html      one file in the look of the program, light and dark; without
            scripts, and nothing that it would fetch
  json      everything that is stored; "import" takes it in again

\b
Examples:
  agentchat sessions export 3f2a                 Markdown on standard output
  agentchat sessions export 3f2a -o refund.html  the ending names the format
  agentchat sessions export 3f2a --format json | gzip > refund.json.gz
"""


@sessions.command(epilog=_EXPORT_EPILOG, context_settings=options.CONTEXT)
@_session
@click.option(
    "--format", "form", type=click.Choice(["markdown", "html", "json"]), help="By default what the file's ending says, else markdown."
)
@click.option("-o", "--output", metavar="FILE", type=options.FILE, help='Write this file, for you alone to read; "-" is standard output.')
@click.option("--force", is_flag=True, help="Replace the file when it is there.")
@options.database
def export(*, session: str, form: str | None, output: Path | None, force: bool, database: Path | None) -> None:
    """Write a conversation down as Markdown, HTML or JSON."""
    from agentchat.actions.reading import export as export_it  # what `--help` need not wait for

    export_it(database, session, form=form, output=output, force=force)


_IMPORT_EPILOG = """\b
Examples:
  agentchat sessions import refund.json
  ssh shop agentchat sessions export 3f2a --format json |
    agentchat sessions import -
"""


@sessions.command("import", epilog=_IMPORT_EPILOG, context_settings=options.CONTEXT)
@click.argument("file", type=options.FILE)
@options.database
def import_it(*, file: Path, database: Path | None) -> None:
    """Take a conversation in that "export --format json" has written.

    It becomes a conversation of its own, with a new id, and belongs to this folder. What it allowed "for this session" is not allowed
    here, and a call that was open does not run here.
    """
    from agentchat.actions.keeping import take_in  # what `--help` need not wait for

    take_in(database, file)


_RENAME_EPILOG = """\b
Example:
  agentchat sessions rename 3f2a "refund for order 1042"
"""


@sessions.command(epilog=_RENAME_EPILOG, context_settings=options.CONTEXT)
@_session
@click.argument("title")
@options.database
def rename(*, session: str, title: str, database: Path | None) -> None:
    """Give a conversation another title.

    An empty TITLE leaves it with its first words.
    """
    from agentchat.actions.keeping import rename as rename_it  # what `--help` need not wait for

    rename_it(database, session, title)


_DELETE_EPILOG = """\b
Examples:
  agentchat sessions delete 3f2a          asks on the terminal
  agentchat sessions delete 3f2a --yes    in a script
"""


@sessions.command(epilog=_DELETE_EPILOG, context_settings=options.CONTEXT)
@_session
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.database
def delete(*, session: str, yes: bool, database: Path | None) -> int:
    """Delete a conversation for good.

    "yes" has to be typed on the terminal; without one --yes is needed. One that another process has open is not deleted. Forks of it
    stay. The exit status is 1 when you say no.
    """
    from agentchat.actions.keeping import delete as delete_it  # what `--help` need not wait for

    return delete_it(database, session, yes=yes)


_FORK_EPILOG = """\b
Examples:
  agentchat sessions fork 3f2a             all of it
  agentchat sessions fork 3f2a --before 2  to say message 2 otherwise
"""


@sessions.command(epilog=_FORK_EPILOG, context_settings=options.CONTEXT)
@_session
@click.option(
    "--before",
    metavar="N",
    type=click.IntRange(min=1),
    help='Copy what stands before your N-th message, which then stands in the prompt to be changed; "show" has the numbers.',
)
@options.database
def fork(*, session: str, before: int | None, database: Path | None) -> None:
    """Begin a conversation as another one did, and go on otherwise.

    The original stays as it is, and may be open. A call of it that waits is not taken along.
    """
    from agentchat.actions.keeping import fork as fork_it  # what `--help` need not wait for

    fork_it(database, session, before=before)
