"""Writes ``docs/relying-parties.md`` from what was seen, and from nothing else."""

from collections.abc import Callable, Iterator, Sequence

from tests.interop.programs import results
from tests.interop.programs.program import API, MCP, PLAIN, SERVERS, Program, every
from tests.interop.programs.results import Result, Seen
from tests.source import ROOT

DOCUMENT = ROOT / "docs/relying-parties.md"
HEAD = """\
# Programs that were run with Qiao

Written by `make test-interop` from what it saw: each program with the example of its own documents,
in an environment of its own, and somebody who signs in by scanning with the sandbox's WeChat, which
tells neither a name nor an e-mail address of them. Everybody signs in twice, the second time in
another browser. What is not in these tables was not run by it.

**Plain** is `clients add --name … --redirect-uri …` and nothing else (`--post-logout-redirect-uri`
beside it where people come back after signing out, `--native` or `--auth-method none` for what has
no secret). **Preset** is `clients add --for NAME --url …`, where there is something to paste with
what it prints. "–": the program, or its example, has no such thing. Run one again with
`make test-interop ONLY=name`.
"""
COLUMNS = ("program", "versions", "plain", "preset", "refresh", "sign out", "is told", "run on")
PROGRAMS = "## Programs and libraries that sign people in\n"
CLIENTS = """\
## Clients of the Model Context Protocol

Each begins with the address of an MCP server, whose metadata name `openid`, `mcp:tools` or no
scope, registers itself, signs somebody in and calls a tool; in the last column it is known by a
document of its own.
"""
APIS = """\
## APIs that verify access tokens

Each lets somebody in whose application sends a token for them, and answers 401 without one, to one
that is nobody's and, where it verifies JWTs itself, to an ID token. It runs the code that
[protecting-apis.md](protecting-apis.md) has for it, and what its preset prints, for an API that
`apis add` registered. The last but one column says whether a token that was revoked is refused from
the next request on, as where each is asked about here; JWTs are good until they end.
"""
API_COLUMNS = (
    "program",
    "versions",
    "takes a person's token alone",
    "refuses a revoked one",
    "run on",
)
CLIENT_COLUMNS = ("client", "versions", *SERVERS, "run on")
TAIL = """\
## Run with every change

The suite itself (`make test`) drives more of them: openid-client, oauth4webapi and oidc-client-ts
of npm, idpyoidc, AppAuth for Android, Debian's mod_auth_openidc, and four SDKs of the Model Context
Protocol, all in `tests/interop`. [mcp.md](mcp.md) tells of those.
"""


Row = tuple[Program, Result]
Cells = Callable[[Program, Result], Iterator[str]]


def write() -> None:
    DOCUMENT.write_text(text(), encoding="utf-8")


def text() -> str:
    """The whole document."""
    seen = results.read()
    known = [(one, seen[one.name]) for one in every() if one.name in seen]
    known.sort(key=lambda pair: pair[0].title.casefold())
    apart = {one: [pair for pair in known if pair[0].section == one] for one in (MCP, API)}
    clients, apis = apart[MCP], apart[API]
    programs = [pair for pair in known if pair[0].section not in apart]
    tables = [PROGRAMS, _table(COLUMNS, programs, _cells), *_notes(programs)]
    if apis:
        tables += [APIS, _table(API_COLUMNS, apis, _api_cells), *_notes(apis)]
    if clients:
        tables += [CLIENTS, _table(CLIENT_COLUMNS, clients, _client_cells), *_notes(clients)]
    return "\n".join([HEAD, *tables, TAIL])


def _table(columns: Sequence[str], rows: Sequence[Row], cells: Cells) -> str:
    lines = [_row(columns), _row(["---"] * len(columns)), *(_row(cells(*row)) for row in rows)]
    return "\n".join(lines) + "\n"


def _client_cells(program: Program, result: Result) -> Iterator[str]:
    yield program.title
    yield _versions(result)
    yield from (_word(result.ways.get(server)) for server in SERVERS)
    yield result.date


def _api_cells(program: Program, result: Result) -> Iterator[str]:
    seen = _best(result)
    yield f"{program.title} (`{program.preset}`)" if program.preset else program.title
    yield _versions(result)
    yield _word(seen)
    yield _word_of(seen.logout)
    yield result.date


def _cells(program: Program, result: Result) -> Iterator[str]:
    yield program.title
    yield _versions(result)
    yield _word(result.ways.get(PLAIN))
    yield f"{_word(result.ways[program.preset])} (`{program.preset}`)" if program.preset else "–"
    yield _in_which_ways(result, lambda seen: seen.refresh)
    yield _in_which_ways(result, lambda seen: seen.logout)
    yield _claims(result)
    yield result.date


def _versions(result: Result) -> str:
    return ", ".join(f"{name} {version}" for name, version in result.versions.items())


def _best(result: Result) -> Seen:
    """The first way in which somebody came in, or else the first."""
    ways = list(result.ways.values())
    return next((seen for seen in ways if not seen.stopped), ways[0])


def _word(seen: Seen | None) -> str:
    if seen is None:
        return "–"
    return "no" if seen.stopped else "yes"


def _word_of(worked: bool | None) -> str:
    return {None: "–", True: "yes", False: "no"}[worked]


def _in_which_ways(result: Result, worked: Callable[[Seen], bool | None]) -> str:
    """Whether it worked in the first way in which somebody came in, or else with the preset."""
    first, *others = [worked(seen) for seen in result.ways.values() if not seen.stopped] or [None]
    return "with the preset" if first is False and True in others else _word_of(first)


def _claims(result: Result) -> str:
    """What the program knows of the person, and what it knows beyond that with its preset."""
    plain, *others = [seen.claims for seen in result.ways.values() if not seen.stopped] or [()]
    more = [name for claims in others for name in claims if name not in plain]
    words = _listed(plain) or "–"
    return f"{words}; with the preset {_listed(more)}" if more else words


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _notes(rows: Sequence[Row]) -> Iterator[str]:
    """What was refused, how, and what else there is to know."""
    said = []
    for program, result in rows:
        stopped = [
            f"{way}: {program.refuses.get(way, seen.stopped)}."
            for way, seen in result.ways.items()
            if seen.stopped
        ]
        if words := " ".join([*stopped, program.note]).strip():
            said.append(f"- **{program.title}**: {words}")
    if said:
        yield "\n".join(said) + "\n"


def _row(cells: Sequence[str] | Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
