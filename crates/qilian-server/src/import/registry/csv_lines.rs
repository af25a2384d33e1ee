//! Owns going through a CSV file record by record so that one broken line costs no other: quotes
//! that stay open, bytes that cannot be decoded, lines without end.
//!
//! Elsewhere: what the fields mean (`registry`).

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::encoding::Encoding;

/// A longer line is no line of a registry. The longest real one has about 20 KiB.
const LINE_BYTES: usize = 1 << 20;
/// A quoted field goes over fewer lines; one that does not was never closed.
const LINES_IN_RECORD: usize = 200;

/// A line as it stands in the file.
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u32,
    /// Without its end.
    pub(super) bytes: Vec<u8>,
    /// Whether the line was longer than any line may be, and is cut.
    cut: bool,
}

/// The lines of a file; those read too far ahead can be put back.
pub(super) struct Lines<R> {
    reader: R,
    number: u32,
    back: VecDeque<Line>,
}

/// The fields of a record.
pub(super) struct Fields {
    text: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

/// What stands at a place of the file.
pub(super) enum Record<'f> {
    /// A record with as many fields as the header, or with empty ones in excess.
    Fields(u32, &'f Fields),
    /// Another number of fields.
    WrongCount(u32, String, usize),
    /// A quote that is not closed where it should be. The lines after the first are read again.
    OpenQuote(u32, String),
    /// A line that is not in the file's encoding, or too long.
    Undecodable(u32),
}

/// The records of a file.
pub(super) struct Records<R> {
    lines: Lines<R>,
    encoding: Encoding,
    /// How many fields the header has.
    expected: usize,
    parser: Reader,
    fields: Fields,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            number: 0,
            back: VecDeque::new(),
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.back.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let limit = LINE_BYTES as u64;
        if self
            .reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        let cut = bytes.len() == LINE_BYTES && bytes.last() != Some(&b'\n');
        if cut {
            self.reader.skip_until(b'\n')?;
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        self.number += 1;
        if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(Some(Line {
            number: self.number,
            bytes,
            cut,
        }))
    }

    /// Puts lines back in front of those not read yet.
    pub(super) fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.back.push_front(line);
        }
    }
}

impl Fields {
    fn new() -> Self {
        Self {
            text: vec![0; 4096],
            ends: vec![0; 32],
            count: 0,
        }
    }

    /// A field; nothing beyond the last.
    pub(super) fn get(&self, place: usize) -> &str {
        if place >= self.count {
            return "";
        }
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        // Fields are cut at ASCII bytes out of decoded text, so they are text.
        std::str::from_utf8(&self.text[start..self.ends[place]]).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    fn is_blank(&self) -> bool {
        (0..self.count).all(|place| self.get(place).trim().is_empty())
    }

    /// How many fields there are without empty ones at the end beyond `expected`.
    fn count_for(&self, expected: usize) -> usize {
        let mut count = self.count;
        while count > expected && self.get(count - 1).trim().is_empty() {
            count -= 1;
        }
        count
    }
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(lines: Lines<R>, encoding: Encoding, delimiter: u8, expected: usize) -> Self {
        Self {
            lines,
            encoding,
            expected,
            parser: parser(delimiter),
            fields: Fields::new(),
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            let number = line.number;
            if line.cut {
                return Ok(Some(Record::Undecodable(number)));
            }
            let Some(text) = self.encoding.decode(&line.bytes) else {
                return Ok(Some(Record::Undecodable(number)));
            };
            if text.trim().is_empty() {
                continue;
            }
            let (closed, further) = self.read_record(&text)?;
            let count = self.fields.count_for(self.expected);
            if closed && count == self.expected {
                if self.fields.is_blank() {
                    continue;
                }
                return Ok(Some(Record::Fields(number, &self.fields)));
            }
            let first = text.into_owned();
            if closed && further.is_empty() {
                if self.fields.is_blank() {
                    continue;
                }
                return Ok(Some(Record::WrongCount(number, first, count)));
            }
            // A quote swallowed the lines after it: they are not to blame.
            self.lines.put_back(further);
            return Ok(Some(Record::OpenQuote(number, first)));
        }
    }

    /// Parses a record that starts with a line, reading further lines while a quote is open.
    /// Returns whether it closed, and the further lines.
    fn read_record(&mut self, first: &str) -> io::Result<(bool, Vec<Line>)> {
        let mut further: Vec<Line> = Vec::new();
        let mut progress = Progress::default();
        self.parser.reset();
        if feed(&mut self.parser, first, &mut self.fields, &mut progress) {
            return Ok((true, further));
        }
        while further.len() < LINES_IN_RECORD {
            let Some(line) = self.lines.next()? else {
                return Ok((false, further));
            };
            let closed = match self.encoding.decode(&line.bytes) {
                Some(text) if !line.cut => Some(feed(
                    &mut self.parser,
                    &text,
                    &mut self.fields,
                    &mut progress,
                )),
                _ => None,
            };
            further.push(line);
            match closed {
                Some(true) => return Ok((true, further)),
                Some(false) => {}
                None => return Ok((false, further)),
            }
        }
        Ok((false, further))
    }
}

/// Splits one line by itself; `None` if it does not end outside of quotes.
pub(super) fn split(line: &str, delimiter: u8) -> Option<Fields> {
    let mut fields = Fields::new();
    let closed = feed(
        &mut parser(delimiter),
        line,
        &mut fields,
        &mut Progress::default(),
    );
    closed.then_some(fields)
}

/// How much of a record's fields has been written.
#[derive(Default)]
struct Progress {
    text: usize,
    ends: usize,
}

/// Feeds a line and its end to the parser; returns whether the record ended with it.
fn feed(parser: &mut Reader, line: &str, fields: &mut Fields, progress: &mut Progress) -> bool {
    for part in [line.as_bytes(), b"\n"] {
        let mut input = part;
        while !input.is_empty() {
            let (result, read, written, ended) = parser.read_record(
                input,
                &mut fields.text[progress.text..],
                &mut fields.ends[progress.ends..],
            );
            input = &input[read..];
            progress.text += written;
            progress.ends += ended;
            match result {
                ReadRecordResult::OutputFull => fields.text.resize(fields.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => fields.ends.resize(fields.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => {
                    fields.count = progress.ends;
                    return true;
                }
            }
        }
    }
    false
}

fn parser(delimiter: u8) -> Reader {
    // A carriage return inside a line is text: only the line's own end ends a record.
    ReaderBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .build()
}
