"""Changes to the stored book are found, and where they are is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from station.domain.errors import Tampered
from station.keys.signing import SoftwareSigner
from station.ledger.batch import decode_batch, encode_batch, open_head, sign_head
from station.ledger.entry import chained_hash, check_chain, entry_values, genesis
from station.ledger.tables import ENTRY_COLUMNS
from station.store.database import open_database
from tests.unit.ledger.ledger_desk import FIRST_DAY, Desk, open_desk

RENUMBER = "UPDATE ledger_entry SET seq = seq - 1 WHERE seq > "


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Twenty-one entries over three days, with a signed head at every evening."""
    desk.at(FIRST_DAY)
    desk.receive(100)
    for day in range(3):
        desk.at(FIRST_DAY + timedelta(days=day))
        desk.issue(5)
        desk.print_cards(new=2, spoiled=1)
        desk.bring_back()
        desk.book.head()
    return desk


def tamper(desk: Desk, *statements: str) -> None:
    """Do what someone with the key and a database tool could do: drop the guards, then change rows."""
    with desk.database.write() as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(desk: Desk) -> list[tuple[int, str]]:
    return [(problem.seq, problem.message_id) for problem in desk.book.verify().problems]


def test_an_untouched_book_is_whole(busy: Desk) -> None:
    report = busy.book.verify()
    assert report.whole
    assert report.entries == busy.book.head().seq
    assert report.head_hash == busy.book.head().hash


def test_an_edited_entry_is_located(busy: Desk) -> None:
    tamper(busy, "UPDATE ledger_entry SET quantity = quantity - 1 WHERE seq = 1")
    assert (1, "ledger-chain-broken") in found(busy)
    assert any(message == "ledger-cache-differs" for _seq, message in found(busy))


@pytest.mark.parametrize("column", [name for name in ENTRY_COLUMNS if name != "seq"])
def test_an_edit_of_any_column_is_located(busy: Desk, column: str) -> None:
    tamper(busy, f"UPDATE ledger_entry SET {column} = {column} || '0' WHERE seq = 7")  # noqa: S608 - names of columns
    assert 7 in {seq for seq, _message in found(busy)}


def test_an_edited_name_is_located_though_no_total_changes(busy: Desk) -> None:
    tamper(busy, "UPDATE ledger_entry SET actor_id = 'x' WHERE seq = 6")
    assert found(busy) == [(6, "ledger-chain-broken")]


def test_a_removed_entry_is_located(busy: Desk) -> None:
    tamper(busy, "DELETE FROM ledger_entry WHERE seq = 5")
    assert (5, "ledger-chain-gap") in found(busy)


def test_a_removed_entry_is_located_though_the_rest_is_renumbered(busy: Desk) -> None:
    tamper(busy, "DELETE FROM ledger_entry WHERE seq = 5", RENUMBER + "5")
    assert found(busy)[0] == (5, "ledger-chain-broken")


def test_entries_in_another_order_are_located(busy: Desk) -> None:
    swap = [f"UPDATE ledger_entry SET seq = {new} WHERE seq = {old}" for old, new in ((4, -4), (5, 4), (-4, 5))]  # noqa: S608
    tamper(busy, *swap)
    assert [seq for seq, message in found(busy) if message == "ledger-chain-broken"] == [4, 5, 6]


def test_an_inserted_entry_is_located(busy: Desk) -> None:
    columns = "station, at, day, movement, debit, credit, quantity, actor_id, second_id, reason, serial, intent_id, "
    columns += "document_no, document_date, giver, receiver, reference, details, hash"
    last = busy.book.head().seq
    query = f"INSERT INTO ledger_entry (seq, entry_id, {columns}) SELECT {last + 1}, 'new', {columns} "
    tamper(busy, query + "FROM ledger_entry WHERE seq = 4")
    assert (last + 1, "ledger-chain-broken") in found(busy)


def test_a_cut_off_end_is_found_by_the_signed_head(busy: Desk) -> None:
    last = busy.book.head().seq
    tamper(busy, f"DELETE FROM ledger_entry WHERE seq > {last - 3}")  # noqa: S608
    assert (last, "ledger-cut-off") in found(busy)


def test_a_recomputed_chain_does_not_agree_with_the_signed_head(busy: Desk) -> None:
    with busy.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT seq FROM ledger_entry WHERE seq >= 3 ORDER BY seq").all()
    tamper(busy, "UPDATE ledger_entry SET actor_id = 'x' WHERE seq = 3")
    entries = {entry.seq: entry for entry in busy.book.entries_after(0)}
    previous = entries[2].hash
    with busy.database.write() as connection:
        for (seq,) in rows:
            previous = chained_hash(previous, entry_values(entries[seq]))
            connection.exec_driver_sql("UPDATE ledger_entry SET hash = ? WHERE seq = ?", (previous, seq))
    assert {message for _seq, message in found(busy)} == {"ledger-head-differs"}


def test_a_head_signed_by_another_key_is_forged(busy: Desk) -> None:
    head = busy.book.head()
    forged = sign_head(SoftwareSigner.generate(), "KIT-1", head.seq, head.hash, head.at)
    assert [problem.message_id for problem in busy.book.verify([forged]).problems] == ["ledger-head-forged"]
    moved = replace(head, seq=head.seq - 1)
    assert [problem.message_id for problem in busy.book.verify([moved]).problems] == ["ledger-head-forged"]


def test_a_restored_old_copy_is_found_by_a_head_kept_elsewhere(busy: Desk, tmp_path: Path) -> None:
    busy.database.close()
    shutil.copy(busy.database.path, tmp_path / "old.db")
    witness_desk = Desk(open_database(busy.database.path, bytes(32)), busy.clock, busy.book, busy.signer)
    busy.book._database = witness_desk.database
    witness_desk.issue(2)
    witness = busy.book.head()
    busy.book._database = open_database(tmp_path / "old.db", bytes(32))
    assert busy.book.verify().whole
    assert [(one.seq, one.message_id) for one in busy.book.verify([witness]).problems] == [
        (witness.seq, "ledger-cut-off")
    ]
    busy.book._database.close()
    witness_desk.database.close()


@pytest.mark.parametrize("table", ["ledger_balance SET balance", "ledger_day SET quantity"])
def test_a_changed_total_is_found(busy: Desk, table: str) -> None:
    tamper(busy, f"UPDATE {table} = 99")
    assert {message for _seq, message in found(busy)} == {"ledger-cache-differs"}


def test_a_batch_carries_the_chain_and_is_small(busy: Desk) -> None:
    content = busy.book.batch_after(0)
    assert content is not None
    batch = decode_batch(content)
    entries = busy.book.entries_after(0)
    assert list(batch.entries) == entries
    assert batch.entries[-1].hash == busy.book.head().hash
    assert check_chain(batch.entries, genesis("KIT-1")) == []
    assert len(content) / len(entries) < 120
    second = decode_batch(busy.book.batch_after(10) or b"")
    assert second.previous_hash == entries[9].hash
    assert busy.book.batch_after(len(entries)) is None


def _drop(entries: list[int]) -> list[int]:
    return entries[:3] + entries[4:]


def _swap(entries: list[int]) -> list[int]:
    return [*entries[:3], entries[4], entries[3], *entries[5:]]


def _repeat(entries: list[int]) -> list[int]:
    return [*entries[:4], entries[3], *entries[4:]]


@pytest.mark.parametrize(
    ("change", "seq", "message"),
    [(_drop, 4, "ledger-chain-gap"), (_swap, 4, "ledger-chain-gap"), (_repeat, 5, "ledger-chain-repeated")],
)
def test_the_office_locates_what_a_chain_lacks(
    busy: Desk, change: Callable[[list[int]], list[int]], seq: int, message: str
) -> None:
    entries = busy.book.entries_after(0)
    order = change(list(range(len(entries))))
    problems = check_chain([entries[index] for index in order], genesis("KIT-1"))
    assert (problems[0].seq, problems[0].message_id) == (seq, message)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_batch_is_refused(content: bytes) -> None:
    with pytest.raises(Tampered):
        decode_batch(content)


def test_a_batch_that_unpacks_without_end_is_refused(desk: Desk) -> None:
    import zlib

    with pytest.raises(Tampered):
        decode_batch(zlib.compress(bytes(64 * 1024 * 1024)))
    with pytest.raises(Tampered):
        open_head(b"nonsense", desk.signer.public_der)


def test_two_runs_with_the_same_events_give_the_same_chain(tmp_path: Path) -> None:
    contents = []
    for name in ("one.db", "two.db"):
        desk = open_desk(tmp_path, name=name)
        desk.receive(10)
        desk.issue(3)
        contents.append(encode_batch("KIT-1", genesis("KIT-1"), desk.book.entries_after(0)))
        desk.database.close()
    assert contents[0] == contents[1]
