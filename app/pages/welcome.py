"""GET /: what this address is, for who comes by themselves."""

from flask import render_template

from app.pages.blueprint import pages


@pages.get("/")
def welcome() -> str:
    """What this is, and where to go: one's own page, the console, discovery."""
    return render_template("welcome.html")
