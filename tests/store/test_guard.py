# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our words and the engine: a person's SQL can read the store and nothing else."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import RefusedSqlError, StoreError
from sightline.store import Store
from sightline.store.guard import checked

BLANKS = st.sampled_from([" ", "\n", "\t", "\r\n", " -- note\n", "/* note */", " /**/ ", "\f"])

HARMLESS = [
    "SELECT 1",
    "SELECT 1;",
    "SELECT 1 ; -- done",
    "select 'INTO OUTFILE ''x'' ; DROP TABLE y' AS words",
    "SELECT 'a\\' INTO OUTFILE' AS words",
    'SELECT 1 AS "into outfile", 2 AS `infile`',
    "SELECT /* INTO OUTFILE */ 1 -- FROM INFILE 'x'",
    "WITH 1 AS a SELECT a",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "FROM system.one SELECT 1",
    "SELECT sum(number) FROM numbers(10)",
    "SELECT 1.5e3, .5, 1., 0x1F, -1, 5 % 3, [1, 2][1], (1, 2).1, 1::Int8, 1 ? 2 : 3",
    "SELECT arrayMap(x -> x + 1, [1, 2]), {item:String}",
    "SHOW TABLES",
    "DESCRIBE positions",
    "EXPLAIN SELECT 1",
    "SELECT name FROM system.tables",
]

REACHES_OUT = [
    "SELECT file('/etc/hostname')",
    "SELECT `file`('/etc/hostname')",
    "SELECT \"file\" /* call */ ('/etc/hostname')",
    "SELECT arrayMap(file, ['/etc/hostname'])",
    "SELECT * APPLY(file) FROM (SELECT '/etc/hostname' AS name)",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM URL('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1:9', 'system.one')",
    "SELECT * FROM s3('http://127.0.0.1/x')",
    "SELECT * FROM Python(store)",
    "SELECT * FROM executable('id', 'TSV', 'x String')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT * FROM numbers(1), url('http://127.0.0.1:1/', 'LineAsString')",
    "DESCRIBE file('/etc/passwd')",
    "DESCRIBE TABLE url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT sleep(3)",
    "SELECT aiGenerate('tell me')",
]

WRITES = [
    "INSERT INTO mined VALUES (1, 1, 1, 1)",
    "DROP TABLE mined",
    "TRUNCATE TABLE mined",
    "ALTER TABLE mined DELETE WHERE 1",
    "CREATE TABLE t (a Int8) ENGINE = Memory",
    "OPTIMIZE TABLE mined",
    "SET readonly = 0",
    "USE system",
    "SYSTEM SHUTDOWN",
    "KILL QUERY WHERE 1",
    "BACKUP TABLE mined TO File('/tmp/x')",
    "ATTACH TABLE t FROM '/etc/' (a Int8) ENGINE = File(TSV)",
    "SELECT 1; DROP TABLE mined",
    "WITH 1 AS a INSERT INTO mined SELECT 1, 1, 1, 1",
    "EXPLAIN INSERT INTO mined VALUES (1, 1, 1, 1)",
    "EXPLAIN AST INSERT INTO mined SELECT 1, 1, 1, 1",
    "",
    " -- nothing",
]

UNREADABLE = [
    "SELECT 'open",
    'SELECT "open',
    "SELECT /* open",
    "SELECT /* a /* b */ c */ 1",
    "SELECT \u2018text\u2019",
    "SELECT $tag$ text $tag$",
    "SELECT 1 # note",
    "SELECT 1 // note",
    "SELECT x'41'",
    'SELECT "a\\"b"',
    "SELECT\u00a01",
    "SELECT 1\0",
    "SELECT 1INTO",
    "SELECT 1 FORMAT JSON",
]


@pytest.mark.parametrize("sql", HARMLESS)
def test_sql_that_only_reads_passes(sql: str) -> None:
    assert checked(sql, table_functions=["url", "numbers"])


@pytest.mark.parametrize("sql", [*REACHES_OUT, *WRITES, *UNREADABLE])
def test_sql_that_does_more_is_refused_by_trying(store: Store, sql: str) -> None:
    with pytest.raises(StoreError) as refusal:
        store.ask(sql)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("sql", [*REACHES_OUT, *UNREADABLE])
def test_reaching_out_is_refused_before_the_engine_sees_it(store: Store, sql: str) -> None:
    with pytest.raises(RefusedSqlError, match="expected"):
        store.ask(sql)


@given(BLANKS, BLANKS, st.sampled_from(["INTO", "into", "Into"]), st.sampled_from(["", " x"]))
def test_an_outfile_is_found_in_every_spelling(
    before: str, between: str, into: str, after: str
) -> None:
    with pytest.raises(RefusedSqlError, match="OUTFILE"):
        checked(f"SELECT 1{before}{into}{between}OutFile '/tmp/x'{after}", table_functions=[])


def test_no_file_is_written_however_it_is_asked_for(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "out"
    for asked in (
        f"SELECT 1 INTO OUTFILE '{target}'",
        f"SELECT 1\nINTO/**/OUTFILE '{target}' TRUNCATE",
        f"SHOW TABLES INTO OUTFILE '{target}'",
        f"EXPLAIN SELECT 1 INTO OUTFILE '{target}'",
        f"SELECT '\\' INTO OUTFILE ' INTO OUTFILE '{target}'",
        f"SELECT 1 // ' \n INTO OUTFILE '{target}' -- '",
    ):
        with pytest.raises(RefusedSqlError):
            store.ask(asked)
    assert not target.exists()


@given(st.text(alphabet="INTOUFLEselct1 '\"`\\/*-#$;\n(x", max_size=30))
def test_a_refused_word_never_hides_in_what_passes(text: str) -> None:
    # given anything at all in front of an INTO OUTFILE
    asked = f"SELECT 1 {text} INTO OUTFILE 'x'"
    try:
        passed = checked(asked, table_functions=[])
    except RefusedSqlError:
        return
    # then it was in a comment, which is gone, or is inside a text or a name that begins before
    assert "OUTFILE" not in passed or any(quote in text for quote in "'\"`")
    assert passed.count("OUTFILE") <= asked.count("OUTFILE")


@pytest.mark.parametrize(
    "sql", ["SELECT 1 SETTINGS readonly = 0", "SELECT 1 SETTINGS max_execution_time = 9999"]
)
def test_a_settings_clause_cannot_lift_the_limits(store: Store, sql: str) -> None:
    with pytest.raises(StoreError, match="Cannot modify"):
        store.ask(sql)


def test_asking_does_not_make_the_store_read_only(store: Store) -> None:
    # given questions, good and bad
    store.ask("SELECT 1")
    with pytest.raises(StoreError):
        store.ask("DROP TABLE mined")
    # then writing still works, and asking still does not write
    store.insert_arrow("mined", pa.table({"part": [1]}))
    assert store.ask(
        "SELECT count() AS n, getSetting('readonly') AS r FROM mined"
    ).to_pylist() == [{"n": 1, "r": 1}]


def test_system_tables_can_be_read(store: Store) -> None:
    assert store.ask("SELECT count() AS n FROM system.columns")["n"][0].as_py() > 0


def test_a_mistake_is_explained_in_one_line(store: Store) -> None:
    with pytest.raises(StoreError, match=r"^The SQL was not accepted: Unknown.*nope.*$"):
        store.ask("SELECT nope FROM positions")
