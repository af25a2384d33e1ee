//! Owns what the district's office does to its own data: founding it and importing into it. Each import
//! is a pure function from what is stored and what was read to the rows to write.
//!
//! Elsewhere: reading files (`import`), transactions (`storage`), words for the terminal (`cli`).

mod founding;

pub use founding::{ADMINISTRATOR, Fresh, founding};
