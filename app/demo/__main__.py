"""``python -m app.demo``: the whole demo until Ctrl-C; with a command, one of its applications."""

import signal
import sys
import time
from pathlib import Path

import click

from app.demo.browser import PLACES
from app.demo.commands import demo as commands
from app.demo.deployment import Deployment, Ports
from app.demo.processes import CannotStart, Processes, check_free, servers
from app.demo.seed import prepare

NATIVE = (
    "--person han-meimei",
    "--connection wechat-mobile --person li-lei",
    "--platform ios --person li-lei",
    "--platform harmony --person li-lei",
)
"""By launching the mini program, by SendAuth, and on each kind of phone."""
COLOURS = {"qiao": "green", "sandbox": "magenta", "application": "cyan"}


@click.group(invoke_without_command=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65533),
    default=8000,
    show_default=True,
    help="Qiao's; the next two as well.",
)
@click.option(
    "--folder",
    default="var/demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Keeps the database and the secrets.",
)
@click.pass_context
def main(context: click.Context, port: int, folder: Path) -> None:
    """Start Qiao, a local WeChat and an application to sign in to. Ctrl-C stops all three."""
    if context.invoked_subcommand is None:
        start(Deployment.at(folder, Ports(port, port + 1, port + 2)))


def start(deployment: Deployment) -> None:
    """Runs until Ctrl-C, or until one of the servers ends by itself (exit code 1)."""
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes = Processes(show)
    try:
        for server in servers(deployment):
            check_free(server)  # before anything of a demo that runs is written anew
        processes.hold(deployment.folder)
        click.echo(f"Preparing {deployment.folder}")
        prepare(deployment)
        deployment.write_environment()
        for server in servers(deployment):
            processes.start(server)
        for server in servers(deployment):
            processes.wait_until_answers(server)
        click.echo(f"Ready after {time.monotonic() - begun:.0f} s.")
        tell(deployment)
        ended = processes.wait_until_one_ends()
        raise CannotStart(f"{ended} ended; its last lines are above.")
    except CannotStart as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second one hurries, and leaves nobody
            signal.signal(number, lambda *_: processes.kill())
        processes.stop()


def tell(deployment: Deployment) -> None:
    """What to open, in which order."""
    click.echo()
    click.secho("Sign in on a computer", bold=True)
    click.echo(f'  1. {deployment.application}         press "Sign in with Qiao"')
    click.echo(f"  2. {deployment.sandbox}/phone   the virtual phone: pick a person and scan,")
    click.echo("                                     confirm with the number that the page shows")
    click.echo()
    click.secho("Sign in as a native app does, without a browser", bold=True)
    click.echo(f"  {python()} -m app.demo native{ports(deployment)}")
    for more in NATIVE:
        click.echo(f"  {python()} -m app.demo native{ports(deployment)} {more}")
    click.echo()
    click.secho("Sign in everywhere else", bold=True)
    click.echo(f"  {python()} -m app.demo mini-program{ports(deployment)}")
    for place in PLACES:
        click.echo(f"  {python()} -m app.demo browser{at(deployment)} --in {place}")
    click.echo()
    click.secho("Configure it", bold=True)
    click.echo(f"  {deployment.issuer}/admin/   admin, password {deployment.admin_password}")
    click.echo()
    click.secho("Other commands", bold=True)
    click.echo(f"  set -a; . {relative(deployment.folder)}/env; set +a")
    click.echo(f"  {relative(Path(sys.executable).parent)}/qiao --help")
    click.echo()
    click.echo("Ctrl-C stops everything. What the servers say follows.")


def ports(deployment: Deployment) -> str:
    """The native app's options where the demo does not listen at its usual ports."""
    if deployment.ports == Ports():
        return ""
    return f" --issuer {deployment.issuer} --sandbox {deployment.sandbox}"


def at(deployment: Deployment) -> str:
    """The browser's options there."""
    if deployment.ports == Ports():
        return ""
    return f" --sandbox {deployment.sandbox} --application {deployment.application}"


def python() -> str:
    return str(relative(Path(sys.executable)))


def relative(path: Path) -> Path:
    """The path as somebody in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def show(name: str, line: str) -> None:
    """Prints a server's line with its name before it, each name in its own colour."""
    click.echo(click.style(f"{name:>11} | ", fg=COLOURS[name]) + line)


for command in commands.commands.values():
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="python -m app.demo")
