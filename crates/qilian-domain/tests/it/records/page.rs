//! The page as text: a sample, a table of fields, and the values that are made of several.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use qilian_domain::refusal::Refusal;
use serde_json::Value;

use super::source::{Field, Holds, Shape, Type, Variant};

/// What is no object and needs no section of its own.
const PLAIN: &[(&str, &str)] = &[
    ("At", "moment"),
    ("ContentHash", "SHA-256"),
    ("Decimal", "decimal"),
    ("ExportKey", "X25519 key"),
    ("NaiveDate", "day"),
    ("String", "text"),
    ("Uscc", "code"),
    ("Uuid", "UUID"),
    ("Value", "any JSON"),
    ("Week", "week"),
    ("bool", "`true` or `false`"),
    ("i32", "number"),
    ("i64", "number"),
    ("u32", "number"),
    ("u64", "number"),
];

/// What ids are written as.
const ID_FORMS: [&str; 3] = ["String", "Uuid", "u64"];

/// What a field of a type holds.
enum Of<'a> {
    Null(&'a str),
    Many(&'a str),
    Named(&'a str),
}

fn of(rust: &str) -> Of<'_> {
    let within = |name| rust.strip_prefix(name).and_then(|r| r.strip_suffix('>'));
    if let Some(inner) = within("Option<") {
        Of::Null(inner)
    } else if let Some(inner) = within("Vec<").or_else(|| within("BTreeSet<")) {
        Of::Many(inner)
    } else {
        Of::Named(rust.rsplit("::").next().unwrap_or(rust))
    }
}

fn plain(name: &str) -> Option<&'static str> {
    let found = PLAIN.iter().find(|(known, _)| *known == name);
    found.map(|(_, words)| *words)
}

/// What is described so far, and what of it a sample has shown.
pub(crate) struct Page {
    types: BTreeMap<String, Type>,
    shown: BTreeSet<(String, String)>,
    /// Types that fields are of.
    values: BTreeSet<String>,
    text: String,
}

impl Page {
    pub(crate) fn new(types: BTreeMap<String, Type>) -> Self {
        Self {
            types,
            shown: BTreeSet::new(),
            values: BTreeSet::new(),
            text: String::new(),
        }
    }

    pub(crate) fn says(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn known(&self, name: &str) -> &Type {
        let known = self.types.get(name);
        known.unwrap_or_else(|| panic!("what is a {name}?"))
    }

    /// The plain value that a type is written as, if it is one: an id, say.
    fn plain(&self, name: &str) -> Option<&'static str> {
        plain(name).or_else(|| match &self.known(name).shape {
            Shape::Same(of) if ID_FORMS.contains(&of.as_str()) => plain(of),
            _ => None,
        })
    }

    /// A type's value in words; `named` says how another type is named.
    fn words(&self, rust: &str, named: fn(&str) -> String) -> String {
        match of(rust) {
            Of::Null(inner) => format!("{}, or null", self.words(inner, named)),
            Of::Many(inner) => format!("list of {}", self.words(inner, named)),
            Of::Named(name) => self.plain(name).map_or_else(|| named(name), str::to_owned),
        }
    }

    /// The type that has the fields of this one.
    pub(crate) fn root(&self, name: &str) -> String {
        match &self.known(name).shape {
            Shape::Same(of) => self.root(of),
            _ => name.to_owned(),
        }
    }

    /// The fields of an object, also of one by another name.
    fn fields(&self, name: &str) -> &[Field] {
        match &self.known(&self.root(name)).shape {
            Shape::Fields(fields) => fields,
            other => panic!("{name} has no fields: {other:?}"),
        }
    }

    /// A command or a kind: heading, what it means, what else is known of it, a sample, its fields.
    pub(crate) fn section(&mut self, heading: &str, name: &str, more: &str, sample: &Value) {
        let about = self.known(name).about.clone();
        self.says(&format!("### `{heading}`\n\n{about}\n"));
        if !more.is_empty() {
            self.says(&format!("{more}\n"));
        }
        self.sample(name, sample);
        let table = self.table(self.fields(name));
        self.says(&table);
    }

    /// A sample, its fields in the order of the type.
    pub(crate) fn sample(&mut self, name: &str, sample: &Value) {
        self.check(name, sample);
        let lines: Vec<String> = (self.fields(name).iter())
            .filter_map(|field| Some((field, sample.get(&field.name)?)))
            .map(|(field, value)| format!("  \"{}\": {value}", field.name))
            .collect();
        self.says(&format!("```json\n{{\n{}\n}}\n```\n", lines.join(",\n")));
    }

    /// Notes what a sample shows. It has to be what the type says.
    fn check(&mut self, rust: &str, value: &Value) {
        let name = match of(rust) {
            Of::Null(_) if value.is_null() => return,
            Of::Null(inner) => return self.check(inner, value),
            Of::Many(inner) => {
                let all = value.as_array().expect("a list");
                return all.iter().for_each(|one| self.check(inner, one));
            }
            Of::Named(name) if self.plain(name).is_some() => return,
            Of::Named(name) => name,
        };
        let fields = match &self.known(name).shape {
            Shape::OneOf { .. } => return,
            Shape::Same(of) => {
                let of = of.clone();
                return self.check(&of, value);
            }
            Shape::Fields(fields) => fields.iter(),
        };
        let types: BTreeMap<_, _> = fields.map(|f| (f.name.clone(), f.rust.clone())).collect();
        for (key, value) in value.as_object().expect("an object") {
            let rust = (types.get(key)).unwrap_or_else(|| panic!("{name} has no field {key}"));
            self.shown.insert((name.to_owned(), key.clone()));
            self.check(rust, value);
        }
    }

    /// All types that the fields of some types are of.
    fn note_values(&mut self, rust: &str) {
        let name = match of(rust) {
            Of::Null(inner) | Of::Many(inner) => return self.note_values(inner),
            Of::Named(name) if self.plain(name).is_some() => return,
            Of::Named(name) => name.to_owned(),
        };
        if self.values.insert(name.clone()) {
            self.note_values_in(&name);
        }
    }

    fn note_values_in(&mut self, name: &str) {
        let all = |fields: &[Field]| fields.iter().map(|f| f.rust.clone()).collect();
        let inner: Vec<String> = match &self.known(name).shape {
            Shape::Same(of) => vec![of.clone()],
            Shape::Fields(fields) => all(fields),
            Shape::OneOf { variants, .. } => (variants.iter())
                .flat_map(|variant| match &variant.holds {
                    Holds::Nothing => Vec::new(),
                    Holds::One(of) => vec![of.clone()],
                    Holds::Fields(fields) => all(fields),
                })
                .collect(),
        };
        inner.iter().for_each(|rust| self.note_values(rust));
    }

    /// The values that the fields of these types are of, and that every field was shown once.
    pub(crate) fn values(&mut self, of: &BTreeSet<String>) {
        of.iter().for_each(|name| self.note_values_in(name));
        for name in self.values.clone() {
            let section = self.value(&name);
            self.says(&section);
        }
        for name in of.union(&self.values) {
            if let Shape::Fields(fields) = &self.known(name).shape {
                for field in fields {
                    let shown = (name.clone(), field.name.clone());
                    assert!(self.shown.contains(&shown), "no sample shows {shown:?}");
                }
            }
        }
    }

    /// Every refusal, by its code.
    pub(crate) fn refusals(&mut self, samples: &[Refusal]) {
        let Shape::OneOf { variants, .. } = &self.known("Refusal").shape else {
            panic!("refusals are one of some");
        };
        let mut rows = "| code | params | why | may pass |\n| --- | --- | --- | --- |\n".to_owned();
        for Variant { name, about, holds } in variants {
            let sample = (samples.iter().find(|refusal| refusal.code() == name))
                .unwrap_or_else(|| panic!("give a sample of {name}"));
            let mut about = about.clone();
            if let Holds::Fields(fields) = holds {
                for field in fields {
                    write!(about, " `{}`: {}", field.name, field.about).expect("written");
                }
            }
            let may_pass = if sample.may_pass() { "yes" } else { "" };
            let params = sample.document().params;
            writeln!(rows, "| `{name}` | `{params}` | {about} | {may_pass} |").expect("written");
        }
        assert_eq!(variants.len(), samples.len(), "one sample a code");
        self.says(&rows);
    }

    fn table(&self, fields: &[Field]) -> String {
        let mut table = "| field | value | |\n| --- | --- | --- |\n".to_owned();
        for field in fields {
            let value = self.words(&field.rust, linked);
            let left_out = field.has_default && !field.rust.starts_with("Option<");
            let left_out = if left_out { ", or left out" } else { "" };
            let (name, about) = (&field.name, &field.about);
            writeln!(table, "| `{name}` | {value}{left_out} | {about} |").expect("written");
        }
        table
    }

    /// The section of a value that is made of several.
    fn value(&self, name: &str) -> String {
        let known = self.known(name);
        let mut text = format!("### {name}\n\n{}\n\n", known.about);
        match &known.shape {
            Shape::Fields(fields) => text.push_str(&self.table(fields)),
            Shape::Same(of) => {
                let written = self.words(of, linked);
                writeln!(text, "Written as: {written}.").expect("written");
            }
            Shape::OneOf {
                tag,
                content,
                variants,
            } => {
                text.push_str("| value | |\n| --- | --- |\n");
                for variant in variants {
                    let written = self.written(variant, tag.as_deref(), content.as_deref());
                    writeln!(text, "| `{written}` | {} |", variant.about).expect("written");
                }
            }
        }
        text
    }

    /// A variant as it is written.
    fn written(&self, variant: &Variant, tag: Option<&str>, content: Option<&str>) -> String {
        let name = &variant.name;
        let words = |rust: &str| self.words(rust, str::to_owned);
        match (&variant.holds, tag, content) {
            (Holds::Nothing, None, _) => format!("\"{name}\""),
            (Holds::Nothing, Some(tag), _) => format!("{{\"{tag}\": \"{name}\"}}"),
            (Holds::One(of), None, _) => format!("{{\"{name}\": {}}}", words(of)),
            (Holds::One(of), Some(tag), Some(content)) => {
                format!("{{\"{tag}\": \"{name}\", \"{content}\": {}}}", words(of))
            }
            (Holds::Fields(fields), Some(tag), None) => {
                let fields = fields.iter().map(|field| {
                    let value = words(&field.rust);
                    format!(", \"{}\": {value}", field.name)
                });
                format!("{{\"{tag}\": \"{name}\"{}}}", fields.collect::<String>())
            }
            (holds, ..) => panic!("{name} holds {holds:?}"),
        }
    }

    pub(crate) fn text(self) -> String {
        format!("{}\n", self.text.trim_end())
    }
}

/// The name of a type, which leads to its section.
fn linked(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}
