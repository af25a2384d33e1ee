//! Owns making a failing list of actions as short as it gets: parts are left out as long as the same claim
//! still breaks.

use super::action::{Action, Setting};
use super::claims::Claim;
use super::run;

/// The shortest list found that breaks `claim`.
pub fn shrunk(setting: &Setting, actions: &[Action], claim: Claim) -> Vec<Action> {
    let mut actions = actions.to_vec();
    let mut part = actions.len().div_ceil(2);
    while part > 0 {
        let mut from = 0;
        while from < actions.len() {
            let to = (from + part).min(actions.len());
            let rest: Vec<Action> = (actions[..from].iter().chain(&actions[to..]))
                .copied()
                .collect();
            match run(setting, &rest) {
                Err(broken) if broken.claim == claim => actions = rest,
                _ => from = to,
            }
        }
        part = if part == 1 { 0 } else { part.div_ceil(2) };
    }
    actions
}
