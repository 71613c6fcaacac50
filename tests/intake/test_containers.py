"""Are bytes unwrapped by content, within limits, and refused with the way out?"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import socket
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gate_texts import TICKETS, admitted, column, mapped, rejects

from workbench.errors import IntakeError
from workbench.intake import gate
from workbench.intake.files.containers import Content, check_unchanged, opened_content
from workbench.intake.files.packed import Limits
from workbench.intake.gate import admitted as at_the_gate
from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.store.store import Store

SUBJECTS = TICKETS + "  subject: subject\n"
EXPORT = "id,at,subject\n1,2025-03-01,Zoë\n2,2025-03-01,b\n"


def read(path: Path, **limits: int) -> tuple[Content, str]:
    """A file's content and its text."""
    with opened_content(path, Limits(**limits)) as content:
        return content, content.text


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
        read(path)
    with pytest.raises(IntakeError, match="unpacks to more than 2,000,000 bytes"):
        read(path, max_ratio=10_000, max_bytes=2_000_000)
    assert len(read(path, max_ratio=10_000)[1]) == 3_000_000
    plain = tmp_path / "large.csv"
    plain.write_bytes(b"a" * 1000)
    with pytest.raises(IntakeError, match="is larger than 999 bytes"):
        read(plain, max_bytes=999)


def zipped(members: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


def test_zip_with_one_file_is_read_whatever_its_name_is() -> None:
    packed = zipped({"a/tickets.csv": EXPORT, "__MACOSX/a/t.csv": "x", "a/.DS_Store": "y"})
    found = admitted(packed, SUBJECTS, name="export.csv")
    assert column(found, "subject") == ["Zoë", "b"]


def test_zip_with_several_files_names_them_and_takes_the_one_asked_for() -> None:
    packed = zipped({"a.csv": EXPORT, "b.csv": EXPORT.replace("Zoë", "Bo")})
    fault = refusal(packed)
    assert "holds 2 files (a.csv, b.csv)" in fault.what
    assert "--member" in fault.fix
    assert column(admitted(packed, SUBJECTS, member="b.csv"), "subject") == ["Bo", "b"]
    with pytest.raises(IntakeError, match="no member 'c.csv'; it holds a.csv, b.csv"):
        admitted(packed, SUBJECTS, member="c.csv")


def test_one_file_twice_under_another_member_is_other_data() -> None:
    packed = zipped({"a.csv": EXPORT, "b.csv": EXPORT})
    first, second = (admitted(packed, SUBJECTS, member=m) for m in ("a.csv", "b.csv"))
    assert first.read_as != second.read_as


def test_member_of_a_plain_file_is_refused() -> None:
    with pytest.raises(IntakeError, match="holds no parts, and 'a.csv' was asked for"):
        admitted(EXPORT, SUBJECTS, member="a.csv")


def test_damaged_and_hostile_zips_are_refused() -> None:
    packed = zipped({"a.csv": EXPORT * 50})
    assert "damaged" in refusal(packed[:-30]).what
    broken = bytearray(packed)
    broken[60] ^= 0xFF  # within the compressed text
    assert "cannot be unpacked" in refusal(bytes(broken)).what
    assert "without a file in it" in refusal(zipped({})).what
    assert "a container itself" in refusal(zipped({"a.gz": gzip.compress(b"x")})).what
    assert (
        "unpacks to more than 1,048,576 bytes" in refusal(zipped({"a.csv": "a" * 3_000_000})).what
    )


def test_path_of_a_zip_member_is_never_followed(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../escaped.csv", EXPORT)
    path = tmp_path / "inner" / "deeper" / "export.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed.getvalue())
    assert read(path)[1] == EXPORT
    assert not list(tmp_path.rglob("escaped.csv"))


_SHEET = "<sheet name='{name}' sheetId='{n}' r:id='rId{n}'/>"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (  # style 1 is a date with its time
    "<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></styleSheet>"
)


def workbook(**sheets: str) -> bytes:
    """A workbook of hand-written sheets: the XML of their rows by their names."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = list(enumerate(sheets, start=1))
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'><Default Extension='xml' "
        f"ContentType='{_PART}.sheet.main+xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='rId1' "
        f"Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets>"
        + "".join(_SHEET.format(name=name, n=n) for n, name in names)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'>"
        + "".join(
            f"<Relationship Id='rId{n}' Type='{office}/worksheet' Target='worksheets/s{n}.xml'/>"
            for n, _ in names
        )
        + f"<Relationship Id='rId9' Type='{office}/styles' Target='styles.xml'/></Relationships>",
        "xl/styles.xml": _STYLES,
    }
    for n, name in names:
        parts[f"xl/worksheets/s{n}.xml"] = (
            f"<worksheet xmlns='{main}'><sheetData>{sheets[name]}</sheetData></worksheet>"
        )
    return zipped(dict(parts))


def sheet(*rows: str) -> str:
    """Rows of cells: ``'text``, a number, or ``@`` and a date's serial number."""
    written = []
    for n, row in enumerate(rows, start=1):
        cells = []
        for letter, cell in zip("ABCDEFGH", row.split("|"), strict=False):
            if cell.startswith("'"):
                cells.append(f"<c r='{letter}{n}' t='inlineStr'><is><t>{cell[1:]}</t></is></c>")
            elif cell:
                style = " s='1'" if cell.startswith("@") else ""
                cells.append(f"<c r='{letter}{n}'{style}><v>{cell.lstrip('@')}</v></c>")
        written.append(f"<row r='{n}'>{''.join(cells)}</row>")
    return "".join(written)


HEAD = "'id|'at|'subject"


def test_sheet_is_read_by_its_content_with_dates_and_whole_numbers() -> None:
    packed = workbook(Tickets=sheet(HEAD, "1|@45717.375|'Zoë", "2|@45717.40625|'b"))
    found = admitted(packed, SUBJECTS, name="export.csv")
    assert column(found, "ticket_id") == ["1", "2"]
    assert column(found, "subject") == ["Zoë", "b"]
    assert [str(at)[:19] for at in column(found, "created_at")] == [
        "2025-03-01 09:00:00", "2025-03-01 09:45:00",
    ]  # fmt: skip


def test_sheets_are_named_and_one_can_be_asked_for() -> None:
    packed = workbook(A=sheet(HEAD, "1|@45717|'a"), B=sheet(HEAD, "2|@45717|'b"), Empty="")
    assert "several sheets (A, B)" in refusal(packed).what
    assert column(admitted(packed, SUBJECTS, member="B"), "ticket_id") == ["2"]
    assert "is empty" in refusal(workbook(A="")).what


def test_identifiers_longer_than_a_spreadsheet_keeps_are_refused() -> None:
    packed = workbook(A=sheet(HEAD, "12345678901234567890|@45717|'a"))
    assert "a spreadsheet has rounded" in refusal(packed).what


def test_line_of_a_rejected_row_of_a_sheet_is_its_row() -> None:
    packed = workbook(A=sheet(HEAD, "1|@45717|'a", "", "2|'soon|'b", "3|@45717|'c"))
    found = admitted(packed, SUBJECTS)
    assert [line for line, _ in rejects(found)] == [4]


@pytest.mark.parametrize(
    ("export", "what", "fix"),
    [
        (b"\xd0\xcf\x11\xe0 old", "old Excel", "CSV"),
        (b"%PDF-1.7 ", "PDF", "Export the data"),
        (b"BZh91AY", "bzip2", "gzip"),
        (b"PAR1 x", "Parquet", "CSV"),
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_and_without_its_mark(encoding: str) -> None:
    found = admitted(EXPORT.encode(encoding), SUBJECTS)
    assert column(found, "subject") == ["Zoë", "b"]
    told = [note for note in found.outcome.warnings if "every second byte" in note]
    assert len(told) == (encoding != "utf-16")


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


def test_bytes_that_are_in_no_encoding_known_are_refused() -> None:
    assert "marks say, UTF-16" in refusal(b"\xff\xfei\x00d\x00,").what
    assert "neither UTF-8 nor" in refusal(b"id,at\n1,\x81\n").what


def test_missing_file_is_worded(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="cannot be read .No such file"):
        read(tmp_path / "none.csv")


def test_hash_is_of_the_bytes_on_disk(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    first.write_bytes(EXPORT.encode())
    second.write_bytes(gzip.compress(EXPORT.encode()))
    assert read(first)[1] == read(second)[1] == EXPORT
    assert read(first)[0].sha256 == hashlib.sha256(EXPORT.encode()).hexdigest()
    assert read(first)[0].sha256 != read(second)[0].sha256


@pytest.mark.parametrize("name", ["a*b.csv", "a[1].csv", "a?.csv", "a'b\".csv", "ä b.csv"])
def test_file_is_read_whatever_its_name_is_and_left_as_it_was(name: str, tmp_path: Path) -> None:
    beside = tmp_path / "axb.csv"
    beside.write_text(EXPORT.replace("Zoë", "other"), encoding="utf-8")
    path = tmp_path / name
    for text in (EXPORT, EXPORT.replace("\n", "\r\n")):
        path.write_bytes(text.encode())
        with at_the_gate(path, Options(mappings=mapped(SUBJECTS), redact=False)) as file:
            assert file.tables["tickets"].table()["subject"].to_pylist() == ["Zoë", "b"]
        assert path.read_bytes() == text.encode()
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted([beside.name, name])


def test_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    with opened_content(path) as content:
        check_unchanged(content)
        with path.open("a", encoding="utf-8") as file:
            file.write("3,2025-03-01,c\n")
        with pytest.raises(IntakeError, match="changed while it was being read"):
            check_unchanged(content)


@pytest.mark.parametrize("size", [(1 << 22) - n for n in range(5)])
def test_letter_cut_in_two_by_a_read_is_one_letter(size: int, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    for letter in ("é", "中", "🙂"):
        path.write_bytes(("x" * size + letter * 9).encode())
        content, text = read(path)
        assert (content.encoding, content.warnings) == ("utf-8", ())
        assert text.endswith(letter * 9)
    path.write_bytes(("é" * 9 + "x" * size).encode() + "é".encode()[:1])
    assert "1 bytes are not UTF-8" in read(path)[0].warnings[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_anywhere_in_a_zip_is_told_in_words(tmp_path: Path, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("export.csv", EXPORT * 20)
    path, refused = tmp_path / "export.zip", 0
    for place in range(4, len(packed.getvalue())):
        for mask in (0x01, 0xFF):
            damaged = bytearray(packed.getvalue())
            damaged[place] ^= mask
            path.write_bytes(damaged)
            try:
                read(path)
            except IntakeError:
                refused += 1
    assert refused > len(packed.getvalue()) // 2


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe, plug = tmp_path / "pipe.csv", tmp_path / "plug.csv"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(plug))
        for path, what in ((pipe, "a pipe"), (plug, "a socket"), (Path("/dev/null"), "a device"),
                           (tmp_path, "a folder")):  # fmt: skip
            with pytest.raises(IntakeError, match=f"is {what}, which is not read"):
                read(path)


def test_a_file_that_disappears_is_refused_and_the_others_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(EXPORT)

    def taken_away(content: Content) -> bool:
        if content.name == "a.csv":
            content.path.unlink(missing_ok=True)
        return False

    monkeypatch.setattr(gate, "looks_like_settings", taken_away)
    options = Options(mappings=mapped(SUBJECTS), redact=False)
    store = Store(tmp_path / "store")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    gone, loaded = import_files(store, paths, options, now=datetime(2025, 6, 1, tzinfo=UTC))
    assert gone.error is not None
    assert gone.error.what == "disappeared while it was being read."
    assert loaded.kept == 2


def test_a_file_name_cannot_pass_for_a_line_of_ours(
    tmp_path: Path, workbench: Callable[..., Any]
) -> None:
    for text, begins in ((EXPORT, "loaded"), ("", "refused")):
        path = tmp_path / "a\nloaded b\r\tc.csv"
        path.write_text(text)
        (tmp_path / "m.yaml").write_text(SUBJECTS)
        given = ("import", path, "--mapping", tmp_path / "m.yaml", "--workspace", tmp_path / "w")
        first = workbench(*given).out.splitlines()[0]
        assert first.startswith(begins)
        assert "a\\nloaded b\\u000d\\tc.csv" in first
