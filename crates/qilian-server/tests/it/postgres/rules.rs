//! What a database that is spread over machines asks of the schema and of the statements, as far as it can
//! be checked without one: read off the catalogue of a migrated database, and off the sources.

use std::fs;
use std::path::{Path, PathBuf};

use postgres::Client;

use super::open;
use crate::cluster::{Cluster, client};

/// The table in which migrations are counted: it is the database's, not a district's.
const NO_DISTRICT: &str = "qilian_schema";

fn migrated() -> (Cluster, Client) {
    let cluster = Cluster::start();
    let address = cluster.database();
    drop(open(&address));
    let client = client(&address);
    (cluster, client)
}

/// The first column of what a query finds.
fn names(client: &mut Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).expect("read");
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn every_key_and_index_begins_with_the_district() {
    let (_cluster, mut client) = migrated();
    let tables = names(
        &mut client,
        "SELECT relname::text FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
         WHERE relkind = 'r' AND n.nspname = 'public'",
    );
    assert!(tables.len() > 8, "{tables:?}");
    let keyed = names(
        &mut client,
        "SELECT t.relname::text FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
         WHERE c.contype = 'p'",
    );
    for table in &tables {
        assert!(keyed.contains(table), "{table} has no primary key");
    }
    let otherwise = names(
        &mut client,
        "SELECT i.indexrelid::regclass::text FROM pg_index AS i
         JOIN pg_class AS t ON t.oid = i.indrelid
         JOIN pg_namespace AS n ON n.oid = t.relnamespace
         LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
         WHERE n.nspname = 'public' AND a.attname IS DISTINCT FROM 'district_id'",
    );
    assert_eq!(otherwise, [format!("{NO_DISTRICT}_pkey")]);
}

#[test]
fn the_district_is_everywhere_of_one_type_and_never_missing() {
    let (_cluster, mut client) = migrated();
    let types = names(
        &mut client,
        "SELECT DISTINCT data_type || ' ' || coalesce(collation_name, '') || ' ' || is_nullable
         FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'district_id'",
    );
    assert_eq!(types, ["text C NO"]);
}

#[test]
fn nothing_counts_or_fires_by_itself() {
    let (_cluster, mut client) = migrated();
    for of in [
        "SELECT tgname::text FROM pg_trigger",
        "SELECT relname::text FROM pg_class WHERE relkind = 'S'",
        "SELECT conname::text FROM pg_constraint WHERE condeferrable OR contype = 'f'",
        "SELECT polname::text FROM pg_policy",
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_default IS NOT NULL",
    ] {
        assert_eq!(names(&mut client, of), [""; 0], "{of}");
    }
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/storage/postgres")
        .join(folder);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).expect("a directory") {
        let path = entry.expect("read").path();
        if path.is_file() {
            let text = fs::read_to_string(&path).expect("read");
            found.push((path, without_comments(&text)));
        }
    }
    found
}

fn without_comments(text: &str) -> String {
    let code = text.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("--") && !line.starts_with("//")
    });
    code.map(|line| format!("{line}\n")).collect()
}

#[test]
fn no_statement_asks_the_database_for_the_time_or_for_an_id() {
    let mut read = 0;
    for (path, text) in sources("").into_iter().chain(sources("migrations")) {
        let text = statements(&path, &text).join("\n").to_lowercase();
        for word in [
            "now()",
            "clock_timestamp",
            "current_timestamp",
            "current_date",
            "gen_random_uuid",
            "uuid_generate",
            "nextval",
            "serial",
            "create trigger",
            "create sequence",
            "identity",
            "savepoint",
        ] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        read += 1;
    }
    assert!(read > 10, "{read} files");
}

#[test]
fn nobody_is_told_of_a_commit_inside_a_transaction_on_rows() {
    let mut told = 0;
    for (path, text) in sources("").into_iter().chain(sources("migrations")) {
        let text = statements(&path, &text).join("\n").to_lowercase();
        if path.ends_with("herald.rs") {
            told += 1;
            let tables = [" row", "feed_head", "district", "device", "mutation"];
            let about = tables.into_iter().find(|table| text.contains(table));
            assert_eq!(about, None, "it is about no table");
            continue;
        }
        for word in ["pg_notify", "notify ", "listen ", "advisory_lock"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    assert_eq!(told, 1);
}

#[test]
fn every_table_is_placed_right_after_it_is_made() {
    let mut made = 0;
    for (path, text) in sources("migrations") {
        let statements: Vec<&str> = text.split(";\n").map(str::trim).collect();
        for (statement, next) in statements.iter().zip(statements.iter().skip(1)) {
            let Some(rest) = statement.strip_prefix("CREATE TABLE ") else {
                continue;
            };
            let name = rest.split_whitespace().next().expect("a name");
            let placed = format!("SELECT qilian_place('{name}')");
            assert_eq!(*next, placed, "{}", path.display());
            made += 1;
        }
    }
    assert!(made > 8, "{made} tables");
}

#[test]
fn every_statement_says_the_district_for_each_table() {
    let mut checked = 0;
    for (path, text) in sources("") {
        for statement in statements(&path, &text) {
            // The one question that is not about one district, and the count of migrations.
            let asks_for_all = statement == "SELECT district_id FROM district ORDER BY district_id";
            if asks_for_all || statement.contains(NO_DISTRICT) || statement.contains("migrations/")
            {
                continue;
            }
            let tables = tables_in(statement);
            let said = statement.matches("district_id").count();
            assert!(said >= tables, "{}: {statement}", path.display());
            checked += usize::from(tables > 0);
        }
    }
    assert!(checked > 20, "{checked} statements");
}

/// A file of SQL, or what stands in quotes in one of Rust.
fn statements<'a>(path: &Path, text: &'a str) -> Vec<&'a str> {
    if path.extension().is_some_and(|e| e == "sql") {
        vec![text]
    } else {
        text.split('"').skip(1).step_by(2).collect()
    }
}

/// How often a statement names a table.
fn tables_in(statement: &str) -> usize {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let named = words.windows(2).filter(|pair| {
        let [before, name] = pair else { return false };
        // A function is no table.
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
            && *name != "next"
            && !name.contains('(');
        ["FROM", "JOIN", "INTO", "UPDATE"].contains(before) && is_name
    });
    named.count()
}
