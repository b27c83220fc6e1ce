"""What every page of the console is given: who looks at it, and what its navigation says."""

from typing import Any

from app.groups import people
from app.management.console import access, desk, group_labels, labels, people_labels
from app.management.console.forms import aria
from app.management.console.places import groups_for
from app.sign_in.client_display import colour, initial
from app.web.addresses import addresses


def in_every_page() -> dict[str, Any]:
    """What the templates use beside what their view hands them."""
    return {
        "me": access.signed_in(),
        "may_change": access.may_change(),
        "is_owner": access.is_owner(),
        "words": labels,
        "group_words": group_labels,
        "people": people_labels,
        "aria": aria,
        "groups_for": groups_for,
        "colour_of": colour,
        "initial_of": initial,
        "requests_waiting": _requests_waiting,
        "url_for": addresses().url_for,  # a list asks for some with each row
    }


def _requests_waiting() -> int:
    """How many people ask to be let in somewhere, for the navigation."""
    return people.waiting(desk.session())
