//! The made-up district of 澜州市示范区: its people, enterprises, facts and two quarters of visits.
//!
//! This module owns what is invented. Whatever a real district also does (founding, enrolment,
//! deciding a command, checking a policy library) is done by the modules that do it for real.
