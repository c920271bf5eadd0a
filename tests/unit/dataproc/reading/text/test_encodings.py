"""The encoding is found from the bytes; every letter arrives."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read

TEXT = "stadt,größe,preis\nKöln,groß,1\nMünchen,größer,2\nZürich,übergroß,3\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_letters_beyond_ascii_arrive(read: Read, encoding: str) -> None:
    reading = read(TEXT.encode(encoding))
    assert [row[0] for row in reading.raw()] == ["stadt", "Köln", "München", "Zürich"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "都市,値段\n東京,10\n大阪,20\n名古屋,30\n札幌の町,40\n"),
        ("gb18030", "城市,价格\n北京,10\n上海,20\n广州的街道,30\n深圳的市场,40\n"),
        ("cp1251", "город,цена\nМосква,10\nКазань,20\nНовосибирск,30\nЕкатеринбург,40\n"),
    ],
)
def test_other_scripts_arrive(read: Read, encoding: str, text: str) -> None:
    assert read(text.encode(encoding)).raw() == [line.split(",") for line in text.split()]


TABLES = {
    "cp1250": "jméno;město;částka|Žofie Dvořáková;Kroměříž;12,50|Łukasz Wójcik;Łódź;7,00|Šárka Říhová;Plzeň;103,20|György Kovács;Győr;9,99",
    "iso8859_2": "imię;miasto;kwota|Łukasz Wójcik;Łódź;7,00|Żaneta Ślązak;Częstochowa;12,50",
    "cp1252": "prénom;ville;montant|Éloïse Lefèvre;Orléans;12,50|François Noël;Besançon;7,00|Zoë Müller;Köln;103,20|Åsa Öberg;Malmö;9,99",
    "cp1251": "имя;город;сумма|Анна Иванова;Москва;12,50|Пётр Сидоров;Казань;7,00|Юлия Щукина;Омск;103,20",
    "koi8_r": "имя;город;сумма|Анна Иванова;Москва;12,50|Пётр Сидоров;Казань;7,00|Юлия Щукина;Омск;103,20",
    "cp866": "имя;город;сумма|Анна Иванова;Москва;12,50|Пётр Сидоров;Казань;7,00|Юлия Щукина;Омск;103,20",
    "cp1253": "όνομα;πόλη;ποσό|Άννα Παπαδοπούλου;Αθήνα;12,50|Γιώργος Νικολάου;Πάτρα;7,00|Ελένη;Χανιά;103,20",
    "cp1254": "isim;şehir;tutar|Ayşe Yılmaz;İstanbul;12,50|Çağrı Öztürk;Eskişehir;7,00|Gülşah Şahin;Iğdır;103,20",
    "cp1255": "שם;עיר;סכום|דוד כהן;ירושלים;12.50|רחל לוי;חיפה;7.00|משה מזרחי;אילת;103.20",
    "cp1256": "الاسم;المدينة;المبلغ|محمد علي;القاهرة;12.50|فاطمة حسن;دمشق;7.00|أحمد;بغداد;103.20",
    "mac_roman": "prénom;ville;montant|Éloïse Lefèvre;Orléans;12,50|François Noël;Besançon;7,00|Zoë Müller;Köln;103,20",
    "cp850": "name;city;x|Müller;Köln;1|Jürgen;Düsseldorf;2|Größe;Zürich;3",
    "gb18030": "姓名;城市;金额|张伟;北京;12.50|王芳;上海;7.00|李娜;广州;103.20|刘洋;成都;9.99",
    "big5": "姓名;城市;金額|陳偉;臺北;12.50|林芳;高雄;7.00|黃娜;臺中;103.20|張洋;臺南;9.99",
    "shift_jis": "名前;都市;金額|山田太郎;東京;12.50|鈴木花子;大阪;7.00|佐藤;札幌;103.20|ソフト;表示;9.99",
    "euc_jp": "名前;都市;金額|山田太郎;東京;12.50|鈴木花子;大阪;7.00|佐藤;札幌;103.20|ソフト;表示;9.99",
    "iso2022_jp": "名前;都市;金額|山田太郎;東京;12.50|鈴木花子;大阪;7.00",
    "euc_kr": "이름;도시;금액|김철수;서울;12.50|이영희;부산;7.00|박민수;대구;103.20|최지우;인천;9.99",
}
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def written(table: str, end: str, times: int) -> tuple[list[list[str]], str]:
    """(rows, text) of a table whose body comes `times` times."""
    head, *body = table.split("|")
    lines = [head, *body * times]
    return [line.split(";") for line in lines], "".join(line + end for line in lines)


@pytest.mark.parametrize("times", [1, 60])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("encoding", TABLES)
def test_letters_of_every_encoding_arrive(read: Read, encoding: str, end: str, times: int) -> None:
    rows, text = written(TABLES[encoding], end, times)
    assert read(text.encode(encoding)).raw() == rows


@pytest.mark.parametrize("wide", WIDE)
@pytest.mark.parametrize("encoding", TABLES)
def test_wide_encodings_are_known_with_and_without_a_mark(read: Read, encoding: str, wide: str) -> None:
    rows, text = written(TABLES[encoding], "\n", 1)
    assert read(text.encode(wide)).raw() == rows


def test_code_page_is_shown_with_the_language_that_told_it(read: Read) -> None:
    reading = read(written(TABLES["cp1250"], "\n", 1)[1].encode("cp1250")).table.reading
    assert reading["encoding"] == {
        "name": "cp1250",
        "evidence": "not valid UTF-8; the letters fit cp1250 (several languages)",
    }


def test_dropped_and_replaced_characters_are_told(read: Read) -> None:
    text = written(TABLES["gb18030"], "\n", 1500)[1].encode("gb18030")
    warnings = read(text + b"\xff\xff;x\x00y;1\n").table.warnings
    assert warnings == (
        "NUL characters dropped: 1 × (line 6002)",
        "bytes that are no letter in gb18030, shown as \ufffd: 1 × (line 6002)",
    )


def test_a_few_broken_bytes_do_not_spoil_the_rest(read: Read) -> None:
    good = "".join(f"Zürich {n},{n}\n" for n in range(40)).encode()
    reading = read(b"city,n\n" + good + b"Gen\xe8ve,41\n")
    assert reading.raw()[1][0] == "Zürich 0"
    assert reading.raw()[41][0] == "Genève"


def test_nul_characters_are_dropped(read: Read) -> None:
    assert read(b"a,b\n1,x\x00\n2,y\n").raw()[1] == ["1", "x"]


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("cp1253", "Παπαδόπουλος;Αθήνα;Πληρώθηκε χθες το απόγευμα"), ("cp1253", "Νίκος;Πειραιάς;Οδός Ερμού 12"),
        ("koi8_r", "Улица;Дата;Съешь ещё этих мягких булок"), ("cp874", "สมชาย;กรุงเทพ;ชำระเงินแล้วเมื่อวานนี้"),
        ("euc_jp", "氏名;都市;昨日の午後に支払い済みです"), ("cp1252", "Ann;Nice;5 €"),
    ],
)  # fmt: skip
def test_one_line_beyond_ascii_is_enough(read: Read, encoding: str, line: str) -> None:
    assert read(f"id;a;b;c\n1;{line}\n2;x;y;z\n".encode(encoding)).raw()[1] == ["1", *line.split(";")]


def test_control_characters_that_are_read_as_signs_are_told(read: Read) -> None:
    reading = read("id,note\n1,ten\u0085\n2,x\n")
    assert reading.raw()[1] == ["1", "ten…"]
    assert reading.table.warnings == (
        "control characters read as the signs that Windows-1252 has in their place: 1 × (line 2)",
    )


def test_cells_divided_by_a_control_character_are_text(read: Read) -> None:
    assert read("id\x01city\n1\x01Lyon\n2\x01Nice\n3\x01Brest\n").raw()[1] == ["1", "Lyon"]
