//! Owns what people type into a search, keystroke by keystroke, and the one FTS query that somebody who
//! knew in advance where to look would run for it.

use pinyin::ToPinyin as _;
use qilian_domain::rows::Enterprise;

use crate::made_up::Dice;

/// Where a keystroke is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Name, code, initials, people.
    Name,
    /// Address, business.
    Text,
    /// Syllables of the name.
    Pinyin,
}

/// What stands in the field after a keystroke.
#[derive(Debug, Clone)]
pub(crate) struct Keystroke {
    /// As typed.
    pub(crate) text: String,
    /// The index that holds it.
    pub(crate) table: Table,
    /// The query of that index.
    pub(crate) expression: String,
}

/// Whether a character is a Chinese one of the basic block.
pub(crate) fn chinese(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// A run of `length` Chinese characters somewhere in a text.
pub(crate) fn word(text: &str, length: usize, dice: &mut Dice) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let words: Vec<&[char]> = characters
        .windows(length)
        .filter(|run| run.iter().all(|c| chinese(*c)))
        .collect();
    Some(words.get(dice.below(words.len()))?.iter().collect())
}

/// One search for an enterprise, in one of the ways that people use.
pub(crate) fn search(enterprise: &Enterprise, dice: &mut Dice) -> Vec<Keystroke> {
    let name = &enterprise.name;
    let address = enterprise
        .registration
        .address
        .as_deref()
        .unwrap_or_default();
    let business = enterprise
        .registration
        .business
        .as_deref()
        .unwrap_or_default();
    let person = enterprise.people.first().map_or("", |p| p.name.as_str());
    let length = 2 + dice.below(3);
    // The brand stands behind the place.
    let brand: String = name.chars().skip(3).take(4).collect();
    match dice.below(8) {
        0 => characters(&brand, Table::Name),
        1 => characters(&name.chars().take(6).collect::<String>(), Table::Name),
        2 => characters(&word(name, length, dice).unwrap_or_default(), Table::Name),
        3 => characters(
            &word(business, length, dice).unwrap_or_default(),
            Table::Text,
        ),
        4 => characters(
            &word(address, length, dice).unwrap_or_default(),
            Table::Text,
        ),
        5 => characters(person, Table::Name),
        6 => letters(&brand),
        _ => initials(&brand),
    }
}

fn characters(text: &str, table: Table) -> Vec<Keystroke> {
    let all: Vec<char> = text.chars().collect();
    (1..=all.len())
        .map(|end| {
            let typed = all.get(..end).unwrap_or_default();
            let (table, expression) = match typed {
                // One character is looked for in names, people and addresses only.
                [one] => (Table::Name, format!("single : \"{one}\"")),
                more => (table, pairs(more)),
            };
            Keystroke {
                text: typed.iter().collect(),
                table,
                expression,
            }
        })
        .collect()
}

fn letters(text: &str) -> Vec<Keystroke> {
    let syllables: Vec<&str> = text
        .chars()
        .filter_map(|c| Some(c.to_pinyin()?.plain()))
        .collect();
    let mut typed = Vec::new();
    for (n, syllable) in syllables.iter().enumerate() {
        let before = syllables.get(..n).unwrap_or_default();
        for end in 1..=syllable.len() {
            let last = syllable.get(..end).unwrap_or_default();
            let phrase: Vec<&str> = before.iter().copied().chain([last]).collect();
            typed.push(Keystroke {
                text: phrase.concat(),
                table: Table::Pinyin,
                expression: format!("\"{}\" *", phrase.join(" ")),
            });
        }
    }
    typed
}

fn initials(text: &str) -> Vec<Keystroke> {
    let first: String = (text.chars())
        .filter_map(|c| c.to_pinyin()?.plain().chars().next())
        .collect();
    characters(&first, Table::Name).split_off(1.min(first.len()))
}

fn pairs(characters: &[char]) -> String {
    let pairs: Vec<String> = characters
        .windows(2)
        .map(|pair| pair.iter().collect())
        .collect();
    format!("\"{}\"", pairs.join(" "))
}
