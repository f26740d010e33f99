"""Which folders lie on a network file system, where SQLite's shared memory and locks do not work."""

import re
from pathlib import Path

_NETWORK = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|davfs\d?|ncpfs|beegfs|gpfs|fuse\..*")
# FUSE file systems over a local disk: they run in one kernel, so shared memory works.
_LOCAL_FUSE = {"fuse.fuse-overlayfs", "fuse.encfs", "fuse.gocryptfs", "fuse.bindfs", "fuse.mergerfs", "fuse.ntfs-3g"}


def network_type(path: Path, mounts: str) -> str | None:
    """The type of the network file system that holds `path` (absolute), None if it is local.

    `mounts` is the text of /proc/mounts: device, mount point and type in each line, spaces as octal escapes.
    """
    found, longest = None, -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1]))
        # A later mount over the same point hides the earlier one, hence >=.
        if len(point.parts) >= longest and path.is_relative_to(point):
            found, longest = fields[2], len(point.parts)
    return found if found and _NETWORK.fullmatch(found) and found not in _LOCAL_FUSE else None


def network_type_here(path: Path) -> str | None:
    """The same for this machine; None where there is no /proc/mounts to ask."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    return network_type(path.resolve(), mounts)
