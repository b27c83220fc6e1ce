"""The product's own source as data, for the tests that hold the house rules."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "oidc", "federation")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        """Its dotted name, as an import statement would spell it."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        yield from (node for node in self.nodes if isinstance(node, Function))

    def imports(self) -> set[str]:
        """Dotted names of all that it imports, wherever in the file; relative ones resolved."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                found |= {f"{origin}.{alias.name}" for alias in node.names}
        return found

    def calls(self) -> set[str]:
        """What it calls, as written: ``time.time``, ``datetime.now``."""
        return {ast.unparse(node.func) for node in self.nodes if isinstance(node, ast.Call)}

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])


@cache
def module_at(path: Path) -> Module:
    return Module(path)


def modules(*folders: str) -> list[Module]:
    """Every Python file below these folders of the repository, in a stable order."""
    return [
        module_at(path)
        for folder in folders or PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts
    ]
