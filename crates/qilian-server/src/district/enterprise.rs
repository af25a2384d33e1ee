//! Owns how a file's word about an enterprise joins what is known of it.
//!
//! A registry is the authority for registration: what it says replaces what is there. A roster only
//! fills gaps, so that importing both in any order, and again, comes to rest. What a file leaves empty
//! never empties anything.

use qilian_domain::rows::{Contact, Enterprise, Registration};

/// Whose word on registration weighs more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// The file's.
    File,
    /// What is known.
    Known,
}

/// The enterprise as it stands after a file told of it.
pub(super) fn joined(known: Option<&Enterprise>, told: Enterprise, weight: Weight) -> Enterprise {
    let Some(known) = known else {
        return told;
    };
    let known_registration = known.registration.clone();
    let mut joined = Enterprise {
        uscc: told.uscc,
        name: told.name,
        registration: match weight {
            Weight::File => first_said(told.registration, known_registration),
            Weight::Known => first_said(known_registration, told.registration),
        },
        people: known.people.clone(),
    };
    for person in told.people {
        meet(&mut joined.people, person);
    }
    joined
}

/// Each item from whoever says it first.
fn first_said(first: Registration, second: Registration) -> Registration {
    Registration {
        kind: first.kind.or(second.kind),
        founded_on: first.founded_on.or(second.founded_on),
        capital: first.capital.or(second.capital),
        business: first.business.or(second.business),
        industry: first.industry.or(second.industry),
        province: first.province.or(second.province),
        city: first.city.or(second.city),
        district: first.district.or(second.district),
        street: first.street.or(second.street),
        address: first.address.or(second.address),
    }
}

/// A person of the same name is the same person; the file's word on them is newer.
fn meet(people: &mut Vec<Contact>, person: Contact) {
    match people.iter_mut().find(|known| known.name == person.name) {
        Some(known) => {
            known.post = person.post.or(known.post.take());
            known.phone = person.phone.or(known.phone.take());
        }
        None => people.push(person),
    }
}
