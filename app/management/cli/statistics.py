"""``statistics``: sign-ins in numbers."""

import click

from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import clock, session
from app.management.cli.tables import print_facts, print_table
from app.management.services.statistics import told
from app.statistics.overview import Overview, overview
from app.statistics.periods import NAMES, Name
from app.statistics.worker import catch_up
from app.web.times import deployment_zone, said
from app.zones import zone_named


@command("statistics")
@click.option("--period", default="7d", show_default=True, type=click.Choice(NAMES))
@click.option("--time-zone", help="Whose days, such as Asia/Shanghai; QIAO_TIME_ZONE's otherwise.")
@as_json
def statistics(period: Name, time_zone: str | None, as_json: bool) -> None:
    """Show sign-ins, new people and failures of the last hours or days.

    Hours that are over and that no server has counted yet are counted first.

    \b
    qiao statistics
    qiao statistics --period 90d --json
    """
    zone = zone_named(time_zone) if time_zone else deployment_zone()
    if zone is None:
        refuse("--time-zone: write a name of the IANA database, such as Asia/Shanghai.")
    catch_up(clock())
    found = overview(session(), clock(), period, zone)
    if as_json:
        print_json(told(found))
        return
    _print(found)


def _print(found: Overview) -> None:
    rate, median = found.success_rate, found.median_seconds
    print_facts(
        [
            ("time zone", found.period.zone.key),
            ("sign-ins", found.sign_ins),
            ("new people", found.new_people),
            ("failures", found.failed),
            ("success rate", None if rate is None else f"{rate:.1%}"),
            ("median time", None if median is None else f"{median:g} s"),
            ("waiting now", sum(found.waiting.values())),
        ]
    )
    click.echo()
    style = "minute" if found.period.is_hours else "day"
    rows = [
        (said(bar.start, style, found.period.zone), bar.sign_ins, bar.new_people, bar.failed)
        for bar in found.bars
    ]
    print_table(("from", "sign-ins", "new people", "failures"), rows, "")
    for heading, counts in (
        ("connection", found.connections),
        ("application", found.clients),
        ("application at which new people came", found.new_at),
        ("why sign-ins failed", found.failures),
        ("connection at which they failed", found.failed_at),
        ("how they came", found.ways),
    ):
        if counts:
            click.echo()
            print_table((heading, "times"), [(name or "-", count) for name, count in counts], "")
