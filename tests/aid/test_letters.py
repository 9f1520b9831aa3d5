# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dead letters are found, sent again, mended and set aside; nothing is lost or doubled."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from sightline.aid.letters import Wanted, place_of, summed
from sightline.aid.letters.describing import brought_by, laid_out
from sightline.aid.letters.original import originals
from sightline.aid.letters.table import table_of
from sightline.desk import Place
from sightline.errors import LetterError
from sightline.events.columns import SCHEMA
from sightline.events.decode import decode_lines
from sightline.imports import run_import
from sightline.log import Piece, open_log
from sightline.settings import Settings
from sightline.store import Store
from tests.aid.letters_home import ALL, Home, event, opened, qty

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALES = f"""{HEADER}
1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France
2,A,Lamp,2,31/02/2010 08:00,1.50,7,France
3,A,Lamp,two,2010-01-01 09:00:00,1.50,7,France
4,A,Lamp,2,03/02/2010 08:00,1.50,7,France
5,A,La"""
MAPPING = """
name: till
kind: events
source: till://7
currency: EUR
tables:
  - name: receipts
    time: {column: InvoiceDate%s}
    common: {item: StockCode, loc: {value: S7}, qty: Quantity, uom: {value: EA}}
    rules:
      - events:
          - type: demand.line_placed
            fields: {order_line: "{Invoice}/{row}", version: {value: 1}}
          - {type: inventory.issue}
"""
FORMATS = ', formats: ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"]'


@pytest.fixture
def home(settings: Settings, store: Store) -> Iterator[Home]:
    with opened(settings, store) as found:
        yield found


@pytest.fixture
def sales(home: Home, tmp_path: Path) -> Path:
    """Give the mapping of an import of five rows, of which one became events."""
    mapping, file = tmp_path / "till.yaml", tmp_path / "sales.csv"
    mapping.write_text(MAPPING % "")
    file.write_text(SALES)
    home.bring(file, str(mapping))
    home.run()
    return mapping


def test_letters_are_found_by_what_is_said_about_them(home: Home) -> None:
    # given three letters of two kinds and two reasons
    home.append(event("e1", q=qty("-5")), event("e2"), event("e2", loc="DC2"), b"{")
    home.run()

    # when they are asked for by kind, by reason, by source and by time
    def names(**asked: object) -> list[str]:
        return [each.code for each in home.letters.at(home.letters.places(Wanted(**asked)))]  # type: ignore[arg-type]

    # then exactly those that fit come, and the counts say the same
    assert sorted(names()) == ["conflict", "negative", "not_json"]
    assert names(kind="conflict") == ["conflict"]
    assert names(reason="negative") == ["negative"]
    assert sorted(names(source="erp://a")) == ["conflict", "negative"]
    assert names(since=datetime.now(UTC) + timedelta(hours=1)) == []
    assert home.letters.counts(Wanted()) == {
        "conflict": {"open": 1},
        "negative": {"open": 1},
        "not_json": {"open": 1},
    }


def test_a_letter_has_a_name_that_leads_back_to_it(home: Home) -> None:
    home.append(event("e1", q=qty("-5")))
    home.run()
    (letter,) = home.open()
    assert home.letters.one(place_of(letter.name)) == letter
    assert letter.name == f"{letter.place.part}-{letter.place.off}"


@pytest.mark.parametrize("name", ["", "3", "3-", "x-1", "3-1 or 1=1", "-1-5"])
def test_what_is_no_name_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(LetterError, match="is no dead letter; expected partition and offset"):
        place_of(name)


def test_a_letter_that_is_none_is_refused(home: Home) -> None:
    with pytest.raises(LetterError, match="There is no dead letter 3-99"):
        home.letters.one(Place(3, 99))


def test_what_would_be_refused_again_is_not_sent(home: Home) -> None:
    # given letters that the reader or the first event stands against
    home.append(event("e1", q=qty("-5")), event("e2"), event("e2", loc="DC2"))
    home.run()
    # when they are sent as they are
    sent, why = summed(home.sender.send(home.open()))
    # then nothing goes into the log, they stay open, and each is told why
    assert sent == 0
    assert sorted(said.partition(":")[0].split(" ")[0] for said in why) == ["an", "negative"]
    assert sum(each.events for each in home.log.stat()) == 3
    assert len(home.open()) == 2


def test_a_mended_event_is_taken_in_under_its_id(home: Home) -> None:
    # given a refused event
    home.append(event("e1", q=qty("-5")))
    home.run()
    (letter,) = home.open()
    # when it is sent mended, over several lines
    text = json.dumps(json.loads(event("e1", q=qty("5"))), indent=2).encode()
    assert home.sender.send_mended(letter, text, note="sign").sent
    home.run()
    # then it is an event, the letter says who did it and why, and the sums hold
    assert home.ids() == ["e1"]
    assert home.open() == []
    (letter,) = home.letters.at(home.letters.places(ALL))
    assert letter.mark
    assert (letter.state, letter.mark.who, letter.mark.note) == ("retried", "ana", "sign")
    assert home.adds_up()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "it is no JSON"),
        (b"[]", "not_an_object"),
        (event("e1", q=qty("-4")), "negative"),
        (event("e9", q=qty("4")), "expected the same event, 'e1' of 'erp://a'"),
    ],
)
def test_an_event_that_is_not_mended_is_refused(home: Home, text: bytes, said: str) -> None:
    home.append(event("e1", q=qty("-5")))
    home.run()
    (letter,) = home.open()
    with pytest.raises(LetterError, match=f"The mended event is refused: .*{said}"):
        home.sender.send_mended(letter, text)
    assert sum(each.events for each in home.log.stat()) == 1
    assert len(home.open()) == 1


def test_a_conflict_needs_another_id(home: Home) -> None:
    # given two events with one id
    home.append(event("e2"), event("e2", loc="DC2"))
    home.run()
    (letter,) = home.open()
    # when the later one is sent under the same id, then under its own
    with pytest.raises(LetterError, match="id is still 'e2'"):
        home.sender.send_mended(letter, event("e2", loc="DC3"))
    home.sender.send_mended(letter, event("e2-b", loc="DC2"))
    home.run()
    # then both are events
    assert home.ids() == ["e2", "e2-b"]
    assert home.adds_up()


def test_a_letter_whose_mark_was_lost_is_sent_twice_and_counted_once(home: Home) -> None:
    # given a letter that was sent again by a process that died before it could say so
    home.append(event("e1", q=qty("-5")))
    home.run()
    (letter,) = home.open()
    home.sender.send_mended(letter, event("e1", q=qty("5")))
    home.letters.reopen([letter.place])
    # when it is sent once more
    home.sender.send_mended(letter, event("e1", q=qty("5")))
    home.run()
    # then the second is a duplicate
    assert home.ids() == ["e1"]
    assert home.adds_up()


def test_rows_go_through_the_mended_mapping_under_the_ids_of_the_import(
    home: Home, sales: Path, tmp_path: Path
) -> None:
    # given an import that read two days wrongly, and what a right one would have given
    letters = home.open()
    assert sorted(each.code for each in letters) == [
        "bad_time", "bad_time", "not_a_decimal", "wrong_columns",
    ]  # fmt: skip
    sales.write_text(MAPPING % FORMATS)
    right = _ids_of_an_import(tmp_path, sales)
    # when its letters are sent again
    sent, why = summed(home.sender.send(letters))
    home.run()
    # then what fits now is in, with all its events, and the rest stays open
    assert sent == 1
    assert sum(why.values()) == 3
    assert home.ids() == right
    assert len(home.open()) == 3
    assert home.adds_up()


def _ids_of_an_import(folder: Path, mapping: Path) -> list[str]:
    other = Settings(home=folder / "other")
    found: list[str] = []
    log = open_log(other)
    run_import([folder / "sales.csv"], str(mapping), other, log)
    for part in range(log.partitions):
        for batch in log.read(part, -1, events=1000):
            if batch.fmt == "arrow":
                found += pa.ipc.open_stream(batch.body).read_all()["id"].to_pylist()
    log.close()
    return sorted(found)


def test_another_mapping_may_be_named(home: Home, sales: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(MAPPING % FORMATS)
    (sent, _) = summed(home.sender.send(home.open(), mapping=str(other)))
    assert sent == 1
    sales.unlink()
    _, why = summed(home.sender.send(home.open()))
    assert any("There is no mapping" in said for said in why)


def test_a_row_is_mended_column_by_column(home: Home, sales: Path) -> None:
    # given a row whose quantity is a word, and one that was cut off
    assert sales
    word, cut = (
        next(each for each in home.open() if each.code == code)
        for code in ("not_a_decimal", "wrong_columns")
    )
    original = originals(home.log, [word.place])[word.place]
    assert brought_by(original) == f"row 3 of sales.csv through {sales}"
    # when they are sent mended
    values = json.loads(original.raw)
    home.sender.send_mended(word, json.dumps(values | {"Quantity": "2"}).encode())
    values |= {"Invoice": "5"}
    home.sender.send_mended(cut, json.dumps(values | {"Quantity": "9"}).encode())
    home.run()
    # then they are events of their own rows
    lines = home.store.ask("SELECT order_line FROM events WHERE order_line != ''")
    assert sorted(lines["order_line"].to_pylist()) == ["1/1", "3/3", "5/5"]
    with pytest.raises(LetterError, match="expected the row as a JSON object"):
        home.sender.send_mended(word, event("e1"))


def test_an_event_in_columns_is_sent_again_as_it_was(home: Home) -> None:
    # given an event in columns that the stream put among the letters, for want of something
    decoded = decode_lines([event("e1")], ingest_ms=0).table.cast(SCHEMA)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as stream:
        stream.write_table(decoded)
    home.log.append([Piece(2, "arrow", 1, sink.getvalue().to_pybytes())])
    (off,) = (each.first for each in home.log.read(2, -1, events=1))
    home.store.insert_arrow("dlq", _letter(2, off, "quarantine", "unknown_type: x"))
    # when it is sent again
    (outcome,) = home.sender.send(home.open())
    # then the very row is in the log twice
    assert outcome.sent
    (newest,) = home.log.newest(1)
    assert newest.fmt == "arrow"
    assert pa.ipc.open_stream(newest.body).read_all().to_pylist() == decoded.to_pylist()


def _letter(part: int, off: int, kind: str, reason: str) -> pa.Table:
    return pa.table(
        {
            "part": pa.array([part], pa.uint8()),
            "off": pa.array([off], pa.uint64()),
            "gen": pa.array([1], pa.uint32()),
            "kind": [kind],
            "reason": [reason],
            "field": [""],
            "source": ["erp://a"],
            "id": ["e1"],
            "raw": ["{}"],
            "at": pa.array([0], pa.timestamp("ms", "UTC")),
        }
    )


def test_a_damaged_piece_and_a_foreign_log_are_told_apart(home: Home) -> None:
    # given a piece that cannot be read, and a letter of another log
    home.log.append([Piece(2, "arrow", 2, b"rubbish")])
    home.run()
    sent, why = summed(home.sender.send(home.open()))
    assert (sent, sum(why.values())) == (0, 2)
    assert next(iter(why)).startswith("its piece of the event log cannot be read")
    home.store.insert_arrow("dlq", _letter(3, 99 << 16, "malformed", "zero: x"))
    letter = home.letters.one(Place(3, 99 << 16))
    with pytest.raises(LetterError, match=f"has nothing at 3-{99 << 16}"):
        home.sender.send([letter])


def test_letters_are_set_aside_for_a_reason_and_taken_back(home: Home) -> None:
    home.append(event("e1", q=qty("-5")), event("e2", q=qty("-6")))
    home.run()
    first, second = home.open()
    with pytest.raises(LetterError, match="expected a note"):
        home.letters.discard([first.place], who="ana", note=" ")
    assert home.letters.discard([first.place], who="ana", note="a test") == 1
    assert home.open() == [second]
    assert home.letters.counts(Wanted()) == {"negative": {"discarded": 1, "open": 1}}
    assert home.letters.reopen([first.place]) == 1
    assert home.open() == [first, second]


def test_what_came_of_a_letter_is_found_by_its_event(home: Home) -> None:
    # given an event that was refused, then refused again in another way
    home.append(event("e1", q=qty("-5")))
    home.run()
    home.append(event("e1", q=qty("0")))
    home.run()
    first = home.letters.at(home.letters.places(Wanted(reason="negative")))[0]
    # then the later letter is known from the first, not the other way round
    (later,) = home.letters.later(first)
    assert later.code == "zero"
    assert home.letters.later(later) == []


def test_a_long_event_is_whole_although_its_letter_is_cut(home: Home) -> None:
    # given a refused event of 200 000 bytes, of which tables keep 64 KiB
    long = event("e1", q=qty("-5"), note="x" * 200_000)
    home.append(long)
    home.run()
    (letter,) = home.open()
    assert len(letter.raw) == 1 << 16
    # then what is mended is all of it
    assert originals(home.log, [letter.place])[letter.place].raw == long


def test_many_letters_are_sent_in_several_goes(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sightline.aid.letters.sending.AT_A_TIME", 3)
    monkeypatch.setattr("sightline.aid.letters.book.AT_A_TIME", 4)
    home.append(*(event(f"e{n}") for n in range(10)))
    for place in _places(home):
        home.store.insert_arrow("dlq", _letter(*place, "quarantine", "unknown_type: x"))
    sent, _ = summed(home.sender.send(home.open()))
    assert sent == 10
    assert sum(each.events for each in home.log.stat()) == 20
    assert home.open() == []


def _places(home: Home) -> list[tuple[int, int]]:
    return [
        (batch.part, batch.first + index)
        for batch in home.log.newest(100)
        for index in range(batch.events)
    ]


def test_rows_for_programs_have_the_table_s_columns_and_more(home: Home) -> None:
    home.append(event("e1", q=qty("-5")))
    home.run()
    (row,) = table_of(home.open(), is_brief=False).to_pylist()
    assert row.keys() >= {"part", "off", "kind", "reason", "field", "source", "id", "raw", "at"}
    assert row["reason"].startswith("negative: data.q.qty is '-5'")
    assert (row["letter"], row["state"]) == (home.open()[0].name, "open")


@pytest.mark.parametrize(
    ("raw", "field", "marked"),
    [
        (b'{"data":{"q":{"qty":"-5","uom":"EA"}}}', "data.q.qty", ['      "qty": "-5",']),
        (b'{"data":{"q":[1,{"x":2}]}}', "data.q[1].x", ['        "x": 2']),
        (b'{"a.b":1,"a":{"b":2}}', "a.b", ['  "a.b": 1,']),
        (b'{"a":{"b":2}}', "a", ['  "a": {', '    "b": 2', "  }"]),
        (b'{"a":1}', "missing", []),
        (b'{"a":1}', "", []),
        (b"no json", "a", []),
    ],
)
def test_the_field_is_marked_where_it_stands(raw: bytes, field: str, marked: list[str]) -> None:
    lines = laid_out(raw, field)
    assert [line.text for line in lines if line.is_marked] == marked
    text = "\n".join(line.text for line in lines)
    assert text == "no json" or json.loads(text) == json.loads(raw)
