//! Journeys through the built window, each on a display, a bus, a district and a laptop of its own.

mod shell;
mod support;
