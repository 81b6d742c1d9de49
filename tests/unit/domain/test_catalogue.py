"""Every message exists in both languages with the same parameters, and reads as Indonesians write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor

import station.messages
from station.domain.errors import NotAllowed
from station.domain.staff import Role
from station.messages.catalogue import Catalogue
from station.messages.entries import Entries

FOLDER = Path(station.messages.__file__).parent
ROOMS = sorted(path.stem for path in (FOLDER / "id").glob("*.ftl"))


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - the visitor's own naming
        self.names.add(node.id.name)


def messages(language: str, room: str) -> dict[str, set[str]]:
    resource = FluentParser().parse((FOLDER / language / f"{room}.ftl").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for entry in resource.body:
        assert not isinstance(entry, Junk), f"{language}/{room}.ftl cannot be read near: {entry.content}"
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{language}/{room}.ftl has {entry.id.name} twice"
            variables = Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same_messages_with_the_same_parameters(room: str) -> None:
    assert messages("id", room) == messages("en", room)


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_entry_parsed_by_itself_says_what_the_whole_file_says(language: str) -> None:
    whole = FluentBundle([language], use_isolating=False)
    for room in ROOMS:
        whole.add_resource(FluentResource((FOLDER / language / f"{room}.ftl").read_text(encoding="utf-8")))
    catalogue = Catalogue(language)
    for room in ROOMS:
        for name, parameters in messages(language, room).items():
            pattern = whole.get_message(name).value
            arguments = dict.fromkeys(parameters, 3)
            assert pattern is not None
            assert catalogue.text(name, **arguments) == whole.format_pattern(pattern, arguments)[0], name


def test_threads_that_ask_at_once_all_get_the_words() -> None:
    names = [name for room in ROOMS for name in messages("id", room)][:60]
    fresh = Entries("id", sorted((FOLDER / "id").glob("*.ftl")))
    with ThreadPoolExecutor(8) as pool:
        for name in names:
            said = set(pool.map(lambda _turn, name=name: fresh.text(name, {}), range(8)))
            assert len(said) == 1
            assert None not in said


def test_no_message_is_defined_in_two_rooms() -> None:
    seen: dict[str, str] = {}
    for room in ROOMS:
        for name in messages("id", room):
            assert name not in seen, f"{name} is in {seen.get(name)} and {room}"
            seen[name] = room


def test_numbers_and_dates_are_written_the_indonesian_way() -> None:
    catalogue = Catalogue("id")
    assert catalogue.number(3734478) == "3.734.478"
    assert catalogue.number(96.1704, 2) == "96,17"
    assert catalogue.long_date(date(2017, 7, 16)) == "16 Juli 2017"
    assert catalogue.short_date(date(2017, 7, 16)) == "16-07-2017"


def test_an_unknown_message_shows_its_identifier_and_breaks_nothing() -> None:
    assert Catalogue("en").text("no-such-message", name="x") == "no-such-message"


def test_an_error_is_shown_in_the_words_of_the_language() -> None:
    from station.devices.errors import DeviceUnavailable

    error = DeviceUnavailable("Pemindai iris", "capture")
    assert "tidak tersambung" in Catalogue("id").error(error)
    assert "not connected" in Catalogue("en").error(error)


def test_roles_in_an_error_are_named_as_people_call_them() -> None:
    error = NotAllowed("staff-role-missing", roles=(Role.PRINT_OPERATOR, Role.DIVISION_HEAD))
    assert Catalogue("id").error(error).endswith("Operator pencetakan, Kabid dafduk")
    assert Catalogue("en").error(error).endswith("Print operator, Division head")
