//! What the domain's types say of themselves, read off the sources: fields, variants and what each means. A page can
//! quote it, and nothing is described twice. It reads what rustfmt writes, and no other Rust.

use std::collections::BTreeMap;
use std::str::Lines;

/// A type.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) about: String,
    pub(crate) shape: Shape,
}

/// What a value of a type looks like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An object.
    Fields(Vec<Field>),
    /// A value of another type.
    Same(String),
    /// One of some; said in a field of its own where there is a tag, and then perhaps apart from what it holds.
    OneOf {
        tag: Option<String>,
        content: Option<String>,
        variants: Vec<Variant>,
    },
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// As it stands in the source.
    pub(crate) rust: String,
    pub(crate) about: String,
    pub(crate) has_default: bool,
}

#[derive(Debug)]
pub(crate) struct Variant {
    /// As it is written in JSON.
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) holds: Holds,
}

#[derive(Debug)]
pub(crate) enum Holds {
    Nothing,
    One(String),
    Fields(Vec<Field>),
}

/// A line, and what stands above it.
struct Said<'a> {
    line: &'a str,
    about: String,
    attributes: Vec<&'a str>,
}

/// The types of one source file, by name.
pub(crate) fn types(text: &str) -> BTreeMap<String, Type> {
    let mut lines = text.lines();
    let mut types = BTreeMap::new();
    let mut ids = None;
    while let Some(said) = next(&mut lines) {
        ids = match said.line {
            "text_id! {" => Some("String"),
            "uuid_id! {" => Some("Uuid"),
            "number_id! {" => Some("u64"),
            "}" => None,
            _ => ids,
        };
        let id = (ids.zip(said.line.strip_suffix(';'))).filter(|(_, name)| is_name(name));
        let (name, shape) = if let Some((of, name)) = id {
            (name, Shape::Same(of.to_owned()))
        } else if let Some(name) = between(said.line, "pub struct ", " {") {
            (name, Shape::Fields(fields(&mut lines, "}")))
        } else if let Some(name) = between(said.line, "pub enum ", " {") {
            (name, one_of(&mut lines, &said.attributes))
        } else if let Some((name, of)) =
            between(said.line, "pub struct ", ");").and_then(|rest| rest.split_once('('))
        {
            let of = of.rsplit_once("pub ").map_or(of, |(_, of)| of);
            (name, Shape::Same(of.to_owned()))
        } else {
            continue;
        };
        let about = said.about;
        types.insert(name.to_owned(), Type { about, shape });
    }
    types
}

fn one_of(lines: &mut Lines<'_>, attributes: &[&str]) -> Shape {
    let said = |what: &str| {
        let mut found = attributes.iter().filter_map(|line| {
            let (_, rest) = line.split_once(&format!("{what} = \""))?;
            Some(rest.split_once('"')?.0.to_owned())
        });
        found.next()
    };
    let mut variants = Vec::new();
    while let Some(Said { line, about, .. }) = next(lines)
        && line != "}"
    {
        let (name, holds) = if let Some(name) = line.strip_suffix(" {") {
            (name, Holds::Fields(fields(lines, "},")))
        } else if let Some((name, of)) = line.strip_suffix("),").and_then(|l| l.split_once('(')) {
            (name, Holds::One(of.to_owned()))
        } else {
            (line.trim_end_matches(','), Holds::Nothing)
        };
        let name = snake(name);
        variants.push(Variant { name, about, holds });
    }
    Shape::OneOf {
        tag: said("tag"),
        content: said("content"),
        variants,
    }
}

fn fields(lines: &mut Lines<'_>, end: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    while let Some(said) = next(lines)
        && said.line != end
    {
        let line = said.line.trim_start_matches("pub ").trim_end_matches(',');
        let (name, rust) = line.split_once(": ").expect("a field on a line");
        fields.push(Field {
            name: name.to_owned(),
            rust: rust.to_owned(),
            about: said.about,
            has_default: (said.attributes.iter()).any(|a| a.starts_with("#[serde(default")),
        });
    }
    fields
}

/// The next line that is neither a comment nor an attribute.
fn next<'a>(lines: &mut Lines<'a>) -> Option<Said<'a>> {
    let (mut about, mut attributes) = (Vec::new(), Vec::new());
    loop {
        let line = lines.next()?.trim();
        if let Some(comment) = line.strip_prefix("///") {
            about.push(comment.trim());
        } else if line.starts_with("#[") {
            attributes.push(line);
        } else {
            return Some(Said {
                line,
                about: plain(&about.join(" ")),
                attributes,
            });
        }
    }
}

/// A comment without what only readers of the source can follow.
fn plain(about: &str) -> String {
    let types = "the types of files below";
    let mut text = about.replace("[`crate::media::TYPES`]", types);
    text = text.replace("[`", "`").replace("`]", "`");
    text = text.replace("`None`", "null").replace("  ", " ");
    for book in [" (`sync.md`", " (`domain.md`"] {
        while let Some(begin) = text.find(book) {
            let end = text[begin..].find(')').expect("an end") + begin;
            text.replace_range(begin..=end, "");
        }
    }
    text.trim().to_owned()
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.strip_prefix(before)?.strip_suffix(after)
}

fn is_name(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.chars().all(char::is_alphanumeric)
}

/// `VisitInFuture` as `visit_in_future`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
