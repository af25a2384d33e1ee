//! What crosses the wire inside the messages, as a page for whoever writes another client: every command with its
//! arguments, every refusal, every kind of row. It is written from samples, which the types have to read and write as
//! they are, and from what the types say of themselves; a command, a kind or a field that is missing fails.
//!
//! Elsewhere: the messages themselves (`docs/protocol.md`).

mod page;
mod samples;
mod source;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use qilian_domain::command::Command;
use qilian_domain::media::TYPES;
use qilian_domain::row::{Kind, Row};
use serde_json::Value;

use page::Page;

/// Writes the page instead of comparing it.
const UPDATE_VARIABLE: &str = "QILIAN_UPDATE_GENERATED";

/// Where the types are that cross the wire.
const SOURCES: [&str; 9] = [
    "rows",
    "command",
    "calendar.rs",
    "ids.rs",
    "media.rs",
    "quota.rs",
    "refusal.rs",
    "stamp.rs",
    "week.rs",
];

const BEGINNING: &str = "# Commands and rows

`cargo xtask codegen` writes this page from the types and samples of `qilian-domain`; a test fails while the two differ. The messages that carry
what stands here are in `protocol.md`.

- A command is the `name` and the `args` of a mutation. A row is `kind`, `id` and `body` of a `put`; a laptop writes no rows, commands do.
- *moment*: RFC 3339 with an offset, written with milliseconds in China Standard Time; any offset is read. *day*: `2026-11-20`, in China Standard
  Time. *week*: an ISO week, `2026-W47`. *code*: a 统一社会信用代码, 18 characters whose last is the right check digit. *SHA-256* and *X25519 key*: in lower-case
  hexadecimal. *decimal*: a number written as text, `\"500.25\"`. *UUID*: new ones are of version 7, and whoever writes the row makes them.
- `{…}` stands for the value of a field. The *parent* of a row is what it hangs on: rows are listed by it. *In* names its buckets.
- What may be null may be left out as well. A field that a reader does not know is passed over and kept (`protocol.md`).
- Texts are counted in characters, files in bytes.
";

#[test]
fn the_page_of_commands_and_rows_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/records.md");
    let written = page();
    if std::env::var_os(UPDATE_VARIABLE).is_some() {
        fs::write(&file, &written).expect("written");
    }
    assert!(
        fs::read_to_string(&file).is_ok_and(|stands| stands == written),
        "docs/records.md is not what the types say; `cargo xtask codegen` writes it anew"
    );
}

fn page() -> String {
    let mut page = Page::new(types());
    page.says(BEGINNING);
    page.says("## Commands\n");
    let mut described = BTreeSet::new();
    for name in Command::NAMES {
        let sample = samples::arguments(name);
        let command = Command::parse(name, &sample).expect("a sample that can be read");
        assert_eq!(command.args().expect("JSON"), sample, "{name}");
        // Its first letters are the type's.
        let debug = format!("{command:?}");
        let args = debug.split('(').next().unwrap_or_default();
        page.section(name, args, "", &sample);
        described.insert(page.root(args));
    }
    page.says("## Refusals\n");
    page.says(
        "A refusal is for good. Sent again within seven days after a restore, a mutation that is refused for something that *may pass* waits for it. \
         Who had the enterprise once is told `{\"by\", \"since\"}` with `scope_lost` and `too_late` (`protocol.md`).\n",
    );
    page.refusals(&samples::refusals());
    page.says("## Rows\n");
    for &kind in Kind::ALL {
        described.insert(page.root(&format!("{kind:?}")));
        row(&mut page, kind);
    }
    page.says("## Values\n");
    page.values(&described);
    page.says("## Types of files\n");
    page.says(&files());
    page.text()
}

/// A kind of row.
fn row(page: &mut Page, kind: Kind) {
    let name = format!("{kind:?}");
    let samples = samples::bodies(kind);
    let (whole, others) = samples.split_first().expect("a sample");
    page.section(kind.as_str(), &name, &standing(kind, whole), whole);
    for other in others {
        page.says(&format!(
            "With this body it is {}.\n",
            standing(kind, other)
        ));
        page.sample(&name, other);
    }
}

/// A row's id, what it hangs on and who holds it, by the fields that say so.
fn standing(kind: Kind, sample: &Value) -> String {
    let row = Row::from_json(kind, &sample.to_string()).expect("a sample that can be read");
    let written: Value = serde_json::from_str(&row.to_json().expect("JSON")).expect("JSON");
    assert_eq!(&written, sample, "{kind:?}");
    let by_field = |text: &str| {
        let parts = text.split(':').map(|part| field_of(sample, part));
        parts.collect::<Vec<_>>().join(":")
    };
    let parent = row.parent().map_or_else(
        || "no parent".to_owned(),
        |parent| format!("parent `{}`", by_field(&parent)),
    );
    let buckets: Vec<_> = (row.buckets().iter())
        .map(|bucket| format!("`{}`", by_field(&bucket.to_string())))
        .collect();
    let buckets = if buckets.is_empty() {
        "in no bucket".to_owned()
    } else {
        format!("in {}", buckets.join(" and "))
    };
    format!("id `{}` · {parent} · {buckets}", by_field(&row.id()))
}

/// The field that has this value, else the value.
fn field_of(sample: &Value, text: &str) -> String {
    let fields = sample.as_object().expect("an object");
    let field = fields.iter().find(|(_, value)| match value {
        Value::String(value) => value == text,
        Value::Number(value) => value.to_string() == text,
        _ => false,
    });
    field.map_or_else(|| text.to_owned(), |(name, _)| format!("{{{name}}}"))
}

/// The types of files that are kept.
fn files() -> String {
    let mut table =
        "| media type | kind | bytes at most | names end in |\n| --- | --- | --- | --- |\n"
            .to_owned();
    for media in TYPES {
        let kind = serde_json::to_value(media.kind).expect("JSON");
        let (mime, limit, ends) = (media.mime, media.kind.limit(), media.extensions.join(", "));
        writeln!(table, "| `{mime}` | `{kind}` | {limit} | {ends} |").expect("written");
    }
    table
}

fn types() -> std::collections::BTreeMap<String, source::Type> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    for name in SOURCES {
        let path = folder.join(name);
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            let files = entries.map(|entry| entry.expect("read").path());
            texts.extend(files.map(|file| fs::read_to_string(file).expect("read")));
        } else {
            texts.push(fs::read_to_string(path).expect("read"));
        }
    }
    texts.iter().flat_map(|text| source::types(text)).collect()
}
