//! Owns what a figure is and when a limit is exceeded.
//!
//! A round measures ours and the bare work one after the other; its ratio is what counts, for a machine
//! may be slow today. A limit is exceeded if the median ratio lies above it by more than the rounds differ
//! among themselves (their median absolute deviation).

use std::fmt::Write as _;

use serde_json::{Value, json};

/// One round: ours and bare, in the figure's unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// What the product takes.
    pub(crate) ours: f64,
    /// What the bare work takes.
    pub(crate) bare: f64,
}

/// Something that was measured.
#[derive(Debug)]
pub(crate) struct Figure {
    /// Its name in the document.
    pub(crate) name: String,
    /// What ours and bare are.
    pub(crate) what: String,
    /// Of ours and bare.
    pub(crate) unit: &'static str,
    /// The highest ratio; `None` if it is for orientation only.
    pub(crate) limit: Option<f64>,
    /// In the order in which they were measured.
    pub(crate) rounds: Vec<Round>,
    /// A claim besides the ratio, which holds or not.
    pub(crate) claim: Option<bool>,
    /// What else was seen.
    pub(crate) detail: Value,
}

/// The least, the middle and the most of some numbers.
#[derive(Debug, Clone, Copy)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = numbers.collect();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
        Self {
            min: at(0),
            median: at(sorted.len() / 2),
            max: at(sorted.len().wrapping_sub(1)),
        }
    }

    fn document(self) -> Value {
        let short = |number: f64| (number * 1000.0).round() / 1000.0;
        json!({ "min": short(self.min), "median": short(self.median), "max": short(self.max) })
    }
}

impl Figure {
    fn ratio(&self) -> Spread {
        Spread::of(self.ratios())
    }

    fn ratios(&self) -> impl Iterator<Item = f64> {
        self.rounds.iter().map(|round| round.ours / round.bare)
    }

    /// How far a round is from the median, as a rule.
    fn noise(&self) -> f64 {
        let median = self.ratio().median;
        Spread::of(self.ratios().map(|ratio| (ratio - median).abs())).median
    }

    fn within(&self) -> bool {
        // A ratio that is no number is within nothing.
        let measured = |limit: f64| self.ratio().median - self.noise() <= limit;
        self.limit.is_none_or(measured) && self.claim != Some(false)
    }

    fn verdict(&self) -> &'static str {
        match self.limit {
            _ if !self.within() => "EXCEEDED",
            None if self.claim.is_none() => "-",
            Some(limit) if self.ratio().median > limit => "at the limit",
            _ => "within",
        }
    }

    fn document(&self) -> Value {
        json!({
            "name": self.name,
            "what": self.what,
            "unit": self.unit,
            "limit": self.limit,
            "ratio": self.ratio().document(),
            "noise": (self.noise() * 1000.0).round() / 1000.0,
            "ours": Spread::of(self.rounds.iter().map(|r| r.ours)).document(),
            "bare": Spread::of(self.rounds.iter().map(|r| r.bare)).document(),
            "rounds": self.rounds.len(),
            "within": self.within(),
            "detail": self.detail,
        })
    }

    fn line(&self) -> String {
        let ratio = self.ratio();
        let middle = |of: fn(&Round) -> f64| Spread::of(self.rounds.iter().map(of)).median;
        let limit = self.limit.map_or("-".to_owned(), |l| format!("{l:.1}"));
        format!(
            "{:<30} {:>10.3} {:>10.3} {:<4} {:>6.2} {:>6.2} {:>6.2} {:>6}  {}",
            self.name,
            middle(|r| r.ours),
            middle(|r| r.bare),
            self.unit,
            ratio.min,
            ratio.median,
            ratio.max,
            limit,
            self.verdict()
        )
    }
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// Adds what a measurement came to, and shows it at once.
    pub(crate) fn add(&mut self, figures: Vec<Figure>) {
        for figure in figures {
            eprintln!("  {}", figure.line());
            self.figures.push(figure);
        }
    }

    /// Whether every limit is kept.
    pub(crate) fn within(&self) -> bool {
        self.figures.iter().all(Figure::within)
    }

    /// For programs.
    pub(crate) fn document(&self) -> Value {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "optimised": !cfg!(debug_assertions),
            "cores": cores,
            "within": self.within(),
            "figures": self.figures.iter().map(Figure::document).collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "\n{:<30} {:>10} {:>10} {:<4} {:>6} {:>6} {:>6} {:>6}\n",
            "ratio = ours / bare", "ours", "bare", "", "min", "median", "max", "limit"
        );
        for figure in &self.figures {
            // Writing to a string can't fail.
            let _ = writeln!(table, "{}", figure.line());
        }
        table
    }
}

/// The value that `percent` of 100 do not exceed.
pub(crate) fn percentile(samples: &mut [f64], percent: usize) -> f64 {
    samples.sort_by(f64::total_cmp);
    let place = (samples.len() * percent).div_ceil(100).saturating_sub(1);
    samples.get(place).copied().unwrap_or(f64::NAN)
}

/// How long something took, in milliseconds.
pub(crate) fn ms(begin: std::time::Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1000.0
}
