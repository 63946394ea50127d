"""Tests keep their files in memory only where there is room for them."""

from pathlib import Path

from tests.room import has_room


def test_a_folder_with_few_free_bytes_or_none_at_all_has_no_room(tmp_path: Path) -> None:
    assert has_room(tmp_path, needed=1)
    assert not has_room(tmp_path, needed=1 << 62)
    assert not has_room(tmp_path / "missing", needed=1)
