"""Folders of other machines are told from our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.folder.mounts import is_remote, mount_of, mounts

LISTING = r"""
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
30 22 0:26 / /mnt/erp rw,relatime shared:9 - nfs4 nas:/erp rw,vers=4.2,hard
31 22 0:27 / /mnt/erp/local rw - xfs /dev/sdb1 rw
32 22 0:28 / /mnt/with\040blank rw shared:4 master:2 - cifs //nas/edi rw
33 22 0:29 / /mnt/ssh rw - fuse.sshfs admin@host:/ rw
34 22 0:30 / /mnt/late rw - autofs systemd-1 rw
35 34 0:31 / /mnt/late rw - nfs nas:/late rw
36 22 0:32 / /mnt/disk rw - ext4 /dev/sdc1 rw
not a line of the listing
"""


@pytest.mark.parametrize(
    ("folder", "remote"),
    [
        ("/srv/edi/in", False),
        ("/mnt/erp/in/invoice", True),
        ("/mnt/erp", True),
        ("/mnt/erplog/in", False),
        ("/mnt/erp/local/in", False),
        ("/mnt/with blank/in", True),
        ("/mnt/ssh/in", True),
        ("/mnt/late/in", True),
        ("/mnt/disk/in", False),
    ],
)
def test_shares_are_known_by_their_file_system(folder: str, remote: bool) -> None:
    found = mount_of(Path(folder), list(mounts(LISTING)))
    assert found is not None
    assert found.remote is remote


def test_the_listing_is_read(tmp_path: Path) -> None:
    listing = tmp_path / "mountinfo"
    listing.write_text(f"1 1 0:1 / {tmp_path.resolve()} rw - smb3 //nas/x rw\n", encoding="utf-8")
    assert is_remote(tmp_path, listing)
    assert not is_remote(tmp_path, tmp_path / "there is none")
