//! Journeys through the built window, each on a display, a bus, a district and a laptop of its own.

mod centre;
mod draft;
mod enrolment;
mod files;
mod main_job;
mod shell;
mod stopped;
mod support;
mod unlocking;
