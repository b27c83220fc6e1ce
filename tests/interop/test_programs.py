"""``docs/relying-parties.md`` tells what was run, and that alone."""

from app.management.services import presets
from tests.interop.programs import document, results
from tests.interop.programs.program import every


def test_document_is_what_was_seen() -> None:
    assert document.DOCUMENT.read_text(encoding="utf-8") == document.text()


def test_each_program_was_run_as_it_says() -> None:
    seen = results.read()

    programs = {one.name: one for one in every()}
    assert seen.keys() == programs.keys()
    for name, program in programs.items():
        assert tuple(seen[name].ways) == program.ways
        refused = {way for way, one in seen[name].ways.items() if one.stopped}
        assert refused == program.refuses.keys(), name


def test_preset_says_the_version_that_was_run() -> None:
    seen = results.read()

    for one in every():
        version = next(iter(seen[one.name].versions.values()))
        assert not one.preset or version in presets.load(one.preset).run, one.name
