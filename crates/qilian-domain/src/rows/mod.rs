//! Owns the bodies of all rows: what the district and its laptops know, typed.
//!
//! Bodies are JSON in storage and on the wire: a field added later needs a serde default, a field is
//! never renamed. Elsewhere: what may change them (`command/`), how they are stored and sent.

mod attachment;
mod district;
mod enterprise;
mod note;
mod outcome;
mod people;
mod visit;
mod week;

pub use attachment::{
    AttachedTo, Attachment, Held, Removed, StoredFile, Thumbnail, ThumbnailImage,
};
pub use district::{Calendar, District, ExportKey, PolicyFile, PolicyLibrary, Programme};
pub use enterprise::{
    Assignment, Capital, Contact, Demand, DemandKind, DemandState, Enterprise, Fact, FactSource,
    FactValue, Registration,
};
pub use note::Note;
pub use outcome::{Handled, HandledHow, Outcome, OutcomeStatus};
pub use people::{Level, Role, Service, Unit, User, UserContact};
pub use visit::{Brought, Promise, Visit, VisitMode, VisitTally};
pub use week::{Receipt, WeekSubmission};
