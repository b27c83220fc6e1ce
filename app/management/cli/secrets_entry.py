"""Secrets come from a prompt, from standard input or from the environment.

An option exists too, for what is no secret (demos, tests): other people on the machine can read
a command's arguments.
"""

import sys

import click


def enter(what: str, given: str | None, *, confirm: bool = False) -> str:
    """The secret.

    :param given: the value of the option or of its environment variable, when there is one.
    :param confirm: ask for it twice at a terminal.
    """
    if given is not None:
        return given
    if sys.stdin is not None and sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, confirmation_prompt=confirm)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
