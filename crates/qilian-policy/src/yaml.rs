//! Owns reading YAML text into a tree that knows its lines and bounds its size.
//!
//! Built on the event parser rather than on a loaded document, because a policy file has to be
//! refused on duplicate keys, on aliases that multiply, and on nesting bombs, and because a number
//! must be read from its own text to stay exact. What the tree means is elsewhere (`read`).

mod scalar;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

pub(crate) use scalar::Scalar;
use scalar::resolve;

/// The deepest nesting of lists and maps that is read.
const DEPTH_MAX: usize = 64;
/// The most nodes one file may hold, aliases written out.
const NODES_MAX: usize = 400_000;
/// The largest file, in bytes.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// One value of the file and the line it starts on (1-based).
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Scalar { text: String, style: Style },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// How a scalar was written: only a bare one can be a number, a truth value or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Bare,
    Quoted,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) value: Node,
}

/// Why a text is not one readable YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum YamlError {
    Syntax { line: usize, detail: String },
    DuplicateKey { line: usize, key: String },
    KeyNotText { line: usize },
    TooDeep { line: usize },
    TooLarge { line: usize },
    Empty,
    SeveralDocuments { line: usize },
}

impl Node {
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    pub(crate) fn scalar(&self) -> Option<Scalar<'_>> {
        match &self.kind {
            Kind::Scalar { text, style } => Some(resolve(text, *style)),
            _ => None,
        }
    }

    /// The text of a scalar however it was written, for places where only words can stand.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }
}

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, YamlError> {
    if text.len() > BYTES_MAX {
        return Err(YamlError::TooLarge { line: 1 });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser::new_from_str(text);
    let mut tree = Tree::default();
    let mut documents = 0;
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| YamlError::Syntax {
            line: error.marker().line(),
            detail: error.info().to_owned(),
        })?;
        let line = span.start.line();
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(YamlError::SeveralDocuments { line });
                }
            }
            Event::StreamEnd => break,
            event => tree.take(event, line)?,
        }
    }
    tree.root.ok_or(YamlError::Empty)
}

/// The part of the tree that is open, plus what anchors name.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    anchors: Vec<(usize, Node, usize)>,
    nodes: usize,
    root: Option<Node>,
}

struct Open {
    line: usize,
    anchor: usize,
    first_node: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: std::collections::HashSet<String>,
        key: Option<(String, usize)>,
    },
}

impl Tree {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = written_as(style, tag.as_deref());
                let kind = Kind::Scalar {
                    text: text.into_owned(),
                    style,
                };
                let first_node = self.nodes;
                self.count(1, line)?;
                self.close(Node { line, kind }, anchor, first_node)
            }
            Event::SequenceStart(anchor, _) => self.open(Body::List(Vec::new()), anchor, line),
            Event::MappingStart(anchor, _) => {
                let body = Body::Map {
                    entries: Vec::new(),
                    seen: Default::default(),
                    key: None,
                };
                self.open(body, anchor, line)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let kind = match open.body {
                    Body::List(items) => Kind::List(items),
                    Body::Map { entries, .. } => Kind::Map(entries),
                };
                self.close(
                    Node {
                        line: open.line,
                        kind,
                    },
                    open.anchor,
                    open.first_node,
                )
            }
            Event::Alias(anchor) => {
                let named = self.anchors.iter().rev().find(|(id, _, _)| *id == anchor);
                let Some((_, node, size)) = named else {
                    let detail = "alias refers to a value that is not complete yet".to_owned();
                    return Err(YamlError::Syntax { line, detail });
                };
                if self.open.len() + depth_of(node) > DEPTH_MAX {
                    return Err(YamlError::TooDeep { line });
                }
                let (node, size, first_node) = (node.clone(), *size, self.nodes);
                self.count(size, line)?;
                self.close(node, 0, first_node)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, body: Body, anchor: usize, line: usize) -> Result<(), YamlError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(YamlError::TooDeep { line });
        }
        let first_node = self.nodes;
        self.count(1, line)?;
        self.open.push(Open {
            line,
            anchor,
            first_node,
            body,
        });
        Ok(())
    }

    fn count(&mut self, nodes: usize, line: usize) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODES_MAX {
            Err(YamlError::TooLarge { line })
        } else {
            Ok(())
        }
    }

    fn close(&mut self, node: Node, anchor: usize, first_node: usize) -> Result<(), YamlError> {
        if anchor > 0 {
            let size = self.nodes - first_node;
            // The copy that the anchor keeps is paid for like the value itself.
            self.count(size, node.line)?;
            self.anchors.push((anchor, node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.body) {
            None => self.root = Some(node),
            Some(Body::List(items)) => items.push(node),
            Some(Body::Map { entries, seen, key }) => match key.take() {
                Some((key, line)) => entries.push(Entry {
                    key,
                    line,
                    value: node,
                }),
                None => {
                    let line = node.line;
                    let Kind::Scalar { text, .. } = node.kind else {
                        return Err(YamlError::KeyNotText { line });
                    };
                    if !seen.insert(text.clone()) {
                        return Err(YamlError::DuplicateKey { line, key: text });
                    }
                    *key = Some((text, line));
                }
            },
        }
        Ok(())
    }
}

fn depth_of(node: &Node) -> usize {
    match &node.kind {
        Kind::Scalar { .. } => 0,
        Kind::List(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
        Kind::Map(entries) => {
            1 + entries
                .iter()
                .map(|entry| depth_of(&entry.value))
                .max()
                .unwrap_or(0)
        }
    }
}

fn written_as(style: ScalarStyle, tag: Option<&Tag>) -> Style {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Style::Quoted,
        Some(tag) if tag.is_yaml_core_schema() => Style::Bare,
        _ if style == ScalarStyle::Plain => Style::Bare,
        _ => Style::Quoted,
    }
}
