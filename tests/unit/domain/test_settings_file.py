"""kit.toml by hand: a slip is told by the entry's own name, in words and not in the language of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.config import load_config
from station.domain.errors import BadInput
from station.messages.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "message_id", "named"),
    [
        ("", "config-entry-missing", "[kit] id"),
        ('[kit]\nid = "K"\n[[device]]\nkind = "gnss"\n', "config-entry-missing", "[[device]] driver"),
        ('[kit]\nid = "K"\n[print]\nsafe_area = 1\n', "config-entry-unknown", "[print] safe_area"),
        ('[kit]\nid = "K"\n[office]\nurll = "x"\n', "config-entry-unknown", "[office] urll"),
        ('[kit]\nid = "K"\ndevice = 3\n', "config-entry-unknown", "[kit] device"),
        ('device = 3\n[kit]\nid = "K"\n', "config-wrong", "device"),
        ("[kit", "config-unreadable", "kit.toml"),
    ],
)
def test_a_slip_in_the_settings_is_told_by_its_name(tmp_path: Path, text: str, message_id: str, named: str) -> None:
    path = tmp_path / "kit.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_config(path)
    assert caught.value.message_id == message_id
    for language in ("id", "en"):
        words = Catalogue(language).error(caught.value)
        assert named in words
        assert "Error" not in words
        assert "__init__" not in words
