"""The journal: durable before anyone is told, whole up to any cut, unreadable without its key."""

import random
import secrets
from pathlib import Path

import pytest

from station.capture.journal import Journal, new_journal_key, unwrap_journal_key
from station.domain.errors import StorageFailure

SITTING, KEY = "ab" * 16, bytes(range(32))
CONTENTS = [secrets.token_bytes(size) for size in (0, 1, 700, 5000)]


def filled(path: Path) -> Journal:
    journal = Journal(path, KEY, SITTING)
    for number, content in enumerate(CONTENTS):
        assert journal.append(content) == number
    return journal


def test_what_was_appended_is_read_by_the_next_start(tmp_path: Path) -> None:
    filled(tmp_path / "j")
    again = Journal(tmp_path / "j", KEY, SITTING)
    assert [content for _number, content in again.records()] == CONTENTS
    assert again.append(b"more") == len(CONTENTS)
    assert again.record(2) == CONTENTS[2]


def test_a_cut_at_any_byte_keeps_every_whole_record_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "j"
    filled(path)
    whole = path.read_bytes()
    source = random.Random(3)
    for cut in sorted({24, len(whole) - 1, *source.sample(range(24, len(whole)), 60)}):
        path.write_bytes(whole[:cut])
        journal = Journal(path, KEY, SITTING)
        kept = [content for _number, content in journal.records()]
        assert kept == CONTENTS[: len(kept)]
        assert len(kept) < len(CONTENTS)
        journal.append(b"next")
        assert [content for _number, content in Journal(path, KEY, SITTING).records()] == [*kept, b"next"]


def test_a_changed_byte_ends_the_journal_before_it(tmp_path: Path) -> None:
    path = tmp_path / "j"
    filled(path)
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(bytes(content))
    assert len(list(Journal(path, KEY, SITTING).records())) == len(CONTENTS) - 1


def test_records_cannot_be_left_out_moved_or_taken_from_another_sitting(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path, KEY, SITTING)
    journal.append(b"first")
    first_end = path.stat().st_size
    journal.append(b"second")
    content = path.read_bytes()
    path.write_bytes(content[:24] + content[first_end:])
    assert list(Journal(path, KEY, SITTING).records()) == []
    path.write_bytes(content)
    with pytest.raises(StorageFailure, match="journal-damaged"):
        list(Journal(path, KEY, "cd" * 16).records())


def test_nothing_readable_is_in_the_file(tmp_path: Path) -> None:
    Journal(tmp_path / "j", KEY, SITTING).append(b"sidik jari " * 50)
    assert b"sidik" not in (tmp_path / "j").read_bytes()
    assert list(Journal(tmp_path / "j", bytes(32), SITTING).records()) == []


def test_taking_the_last_record_back_leaves_those_before(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j")
    journal.drop_last()
    assert [content for _number, content in journal.records()] == CONTENTS[:-1]
    assert journal.append(b"again") == len(CONTENTS) - 1


def test_a_missing_record_and_a_foreign_key_have_words(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="journal-record-missing"):
        Journal(tmp_path / "none", KEY, SITTING).record(0)
    key, wrapped = new_journal_key(KEY, SITTING)
    assert unwrap_journal_key(KEY, SITTING, wrapped) == key
    for capture_key, sitting_id in ((bytes(32), SITTING), (KEY, "cd" * 16)):
        with pytest.raises(StorageFailure, match="journal-key-wrong"):
            unwrap_journal_key(capture_key, sitting_id, wrapped)
