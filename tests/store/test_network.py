from pathlib import Path

import pytest

from archive.errors import ArchiveUnusable
from archive.store import archive as archive_module
from archive.store.archive import Archive
from archive.store.network import network_type

MOUNTS = r"""/dev/sda1 / ext4 rw,relatime 0 0
server:/export /home nfs4 rw 0 0
/dev/sdb1 /home/ada/disk xfs rw 0 0
//nas/share /mnt/my\040share cifs rw 0 0
ada@host: /mnt/ssh fuse.sshfs rw 0 0
overlay /var/lib/box fuse.fuse-overlayfs rw 0 0
server:/late /srv nfs rw 0 0
/dev/sdc1 /srv ext4 rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/data/morgue.db", None),
        ("/home/ada/morgue.db", "nfs4"),
        ("/home/ada/disk/morgue.db", None),
        ("/homes/morgue.db", None),
        ("/mnt/my share/morgue.db", "cifs"),
        ("/mnt/ssh/a/morgue.db", "fuse.sshfs"),
        ("/var/lib/box/morgue.db", None),
        ("/srv/morgue.db", None),
    ],
)
def test_network_file_systems_are_told_from_local_ones(path: str, found: str | None) -> None:
    assert network_type(Path(path), MOUNTS) == found


def test_archive_on_a_network_is_refused_unless_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "network_type_here", lambda path: "nfs4")
    with pytest.raises(ArchiveUnusable, match=r"lies on a network file system \(nfs4\).*; use --force to try$"):
        Archive.open(tmp_path / "a.db", create=True)
    assert list(tmp_path.iterdir()) == []
    with Archive.open(tmp_path / "a.db", create=True, force=True) as archive:
        # The journal that needs no shared memory.
        assert archive.db.conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
