"""A dataset's file is whole or not there."""

import os
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.export.files import whole_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with whole_file(target) as out:
        out.write(b"half")
        assert not target.exists()
        out.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert names(tmp_path) == ["out.csv"]


def test_a_failure_leaves_nothing_behind_and_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole_file(target, overwrite=True) as out:
        out.write(b"%d" % (1 / 0))
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out.csv"]


def test_an_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(UsageError, match=rf"^{target} is there already; --overwrite"), whole_file(target):
        pytest.fail("the block must not run")
    with whole_file(target, overwrite=True) as out:
        out.write(b"new")
    assert target.read_bytes() == b"new"


def test_a_file_that_came_meanwhile_is_kept_too(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with pytest.raises(UsageError, match="is there already"), whole_file(target):
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert names(tmp_path) == ["out.csv"]


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "out.csv"
    link.symlink_to(tmp_path / "real" / "file.csv")
    with whole_file(link) as out:
        out.write(b"data")
    assert link.is_symlink()
    assert (tmp_path / "real" / "file.csv").read_bytes() == b"data"


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as out:
        out.write(b"data")
    assert os.read(reader, 10) == b"data"
    os.close(reader)
    assert pipe.is_fifo()


def test_folders_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"), whole_file(tmp_path, overwrite=True):
        pytest.fail("the block must not run")
    with pytest.raises(UsageError, match=f"there is no folder {tmp_path}/no"), whole_file(tmp_path / "no" / "x.csv"):
        pytest.fail("the block must not run")


def test_the_file_gets_the_rights_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with whole_file(tmp_path / "out.csv"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o640
