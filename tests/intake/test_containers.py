"""Are bytes unwrapped by content, within limits, and refused with the way out?"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from gate_texts import TICKETS, admitted, column, rejects

from workbench.errors import IntakeError
from workbench.intake.containers import read_content

SUBJECTS = TICKETS + "  subject: subject\n"
EXPORT = "id,at,subject\n1,2025-03-01,Zoë\n2,2025-03-01,b\n"


def refusal(export: bytes, name: str = "export.csv") -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        admitted(export, SUBJECTS, name=name)
    assert caught.value.where == name
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("name", ["export.csv", "export.csv.gz", "export.txt"])
def test_gzip_is_known_by_its_content(name: str) -> None:
    packed = gzip.compress(EXPORT.encode())
    assert column(admitted(packed, SUBJECTS, name=name), "subject") == ["Zoë", "b"]


def test_several_gzip_members_are_one_file() -> None:
    head, tail = EXPORT[:20].encode(), EXPORT[20:].encode()
    found = admitted(gzip.compress(head) + gzip.compress(tail), SUBJECTS)
    assert column(found, "ticket_id") == ["1", "2"]


def test_truncated_gzip_is_refused() -> None:
    packed = gzip.compress(EXPORT.encode() * 50)
    assert "breaks off" in refusal(packed[:-9]).what
    assert "Wait until" in refusal(packed[:-9]).fix


def test_damaged_gzip_is_refused() -> None:
    packed = bytearray(gzip.compress(EXPORT.encode() * 50))
    packed[-6] ^= 0xFF  # the checksum
    assert "damaged" in refusal(bytes(packed)).what
    assert "damaged" in refusal(gzip.compress(EXPORT.encode()) + b"rubbish").what


def test_bomb_is_refused_by_ratio_and_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a" * 3_000_000))
    with pytest.raises(IntakeError, match="unpacks to more than 1,048,576 bytes"):
        read_content(path)
    with pytest.raises(IntakeError, match="unpacks to more than 2,000,000 bytes"):
        read_content(path, max_ratio=10_000, max_bytes=2_000_000)
    assert len(read_content(path, max_ratio=10_000).text) == 3_000_000
    plain = tmp_path / "large.csv"
    plain.write_bytes(b"a" * 1000)
    with pytest.raises(IntakeError, match="is larger than 999 bytes"):
        read_content(plain, max_bytes=999)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, EXPORT)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("export", "what", "fix"),
    [
        (zipped("a.csv"), "zip or xlsx", "Unpack it, or save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel", "CSV"),
        (b"%PDF-1.7 ", "PDF", "Export the data"),
    ],
)
def test_containers_not_read_are_refused_with_the_way_out(
    export: bytes, what: str, fix: str
) -> None:
    assert what in refusal(export).what
    assert fix in refusal(export).fix


def test_nul_byte_rejects_its_record_and_many_refuse_the_file() -> None:
    filler = "".join(f"{n},2025-03-01,x\n" for n in range(10, 30))
    found = admitted(f"{EXPORT}3,2025-03-01,a\x00b\n{filler}", SUBJECTS)
    assert rejects(found) == [(4, "holds a NUL byte")]
    assert found.outcome.kept == 22
    assert "NUL bytes" in refusal(b"\x00" * 100).what
    assert "UTF-16 unmarked" in refusal(EXPORT.encode("utf-16-le")).what


def test_windows_1252_is_read_and_told() -> None:
    found = admitted(EXPORT.encode("cp1252"), SUBJECTS)
    assert column(found, "subject") == ["Zoë", "b"]
    assert found.outcome.warnings == ("read as Windows-1252, because byte 29 is not UTF-8",)


def test_few_bad_bytes_in_utf8_reject_their_records() -> None:
    export = EXPORT.encode() + b"3,2025-03-01,caf\xe9\n4,2025-03-01,\xc3\xbc\n"
    found = admitted(export, SUBJECTS)
    assert column(found, "subject") == ["Zoë", "b", "ü"]
    assert rejects(found) == [(4, "holds a byte that is not UTF-8")]
    assert "1 bytes are not UTF-8" in found.outcome.warnings[0]


def test_mark_that_lies_is_refused() -> None:
    assert "its mark says utf-8" in refusal(b"\xef\xbb\xbfid,at\n\xff\xfe").what
    assert "neither UTF-8 nor" in refusal(b"id,at\n1,\x81\n").what


def test_missing_file_is_worded(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="cannot be read .No such file"):
        read_content(tmp_path / "none.csv")


def test_hash_is_of_the_bytes_on_disk(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    first.write_bytes(EXPORT.encode())
    second.write_bytes(gzip.compress(EXPORT.encode()))
    assert read_content(first).text == read_content(second).text == EXPORT
    assert read_content(first).sha256 != read_content(second).sha256
