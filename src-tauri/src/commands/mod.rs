//! The commands the page may call. Each unpacks its arguments, calls one function of `qilian-app` and returns its answer.

pub(crate) mod window;
