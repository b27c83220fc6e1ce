"""Views that are loaded when the first request comes for one of them."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


class LateViews:
    """A part of the application that most processes never load: its routes are known, what answers
    them is not loaded yet.

    All modules are loaded together, whichever is asked for first: what stands before a view, as
    whoever may open it, goes by what each module has said of its own.

    :param package: the one that they are in.
    :param modules: their names in it.
    """

    def __init__(self, package: str, modules: Iterable[str]) -> None:
        self._places = {name: f"{package}.{name}" for name in modules}
        self._views: dict[tuple[str, str], LateView] = {}
        self._loaded: Mapping[str, ModuleType] | None = None

    def load(self) -> Mapping[str, ModuleType]:
        """The modules by their names; who comes while they are loaded waits (importlib sees to
        that) until all are."""
        if self._loaded is None:
            self._loaded = {name: import_module(place) for name, place in self._places.items()}
        return self._loaded

    def view(self, module: str, name: str) -> "LateView":
        """What is called so in a module: a view, or a hook around views. The same, asked again."""
        made = LateView(self, module, self._places[module], name)
        return self._views.setdefault((module, name), made)


class LateView:
    """Does what the function does that it stands for, and bears its name."""

    def __init__(self, part: LateViews, module: str, place: str, name: str) -> None:
        self._part, self._module = part, module
        self.__module__, self.__name__, self.__qualname__ = place, name, name

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function itself (`inspect.unwrap`)."""
        found: Callable[..., Any] = getattr(self._part.load()[self._module], self.__name__)
        return found

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.__wrapped__(*arguments, **named)
