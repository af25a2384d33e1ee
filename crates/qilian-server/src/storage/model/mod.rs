//! A model of push, pull and scope, explored whole: two laptops of two cadres, one enterprise that is given from
//! one to the other and back, and a network that loses, doubles and delays. In it run the product's own client
//! ([`SyncRun`]) and the product's own meaning of a push, a pull and a reassignment (`push`, `pull`, `pass`, `write`,
//! `grants`); only the two stores under them are made of maps (`memory`, `laptop`).
//!
//! Elsewhere: the same claims on real stores, with all other faults, by seeds (`qilian-testkit`, `sim`).

mod alike;
mod laptop;
mod memory;
mod reading;
mod state;

use std::time::Duration;

use qilian_sync::client::{ClientStore, Next, OwnLaptop, SyncRun, SyncStopped};
use stateright::{Checker as _, HasDiscoveries, Model, Property};

use super::{SyncError, pull, push};
use laptop::{Base, Unexpected};
use state::{Broken, Letter, Mail, State};

/// A way in which an end could be wrong: each must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    /// The server keeps a run's rows, but not that it took the run.
    ForgetsWhatItTook,
    /// The server does not tell which buckets left the scope.
    DropsNothing,
    /// The server sends of a bucket that newly opened what is new, and not all of it.
    SendsOnlyWhatIsNew,
    /// The laptop forgets what it wrote when the server has answered, before a pull has reached it.
    ForgetsOnAcknowledgement,
}

/// How much may happen. Everything that can happen within it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Budget {
    /// Mutations that each laptop writes.
    writes: [u8; 2],
    /// Times that the enterprise changes hands: to the second, then back to the first.
    moves: u8,
    /// Times that a message comes twice, or that a laptop is killed or gives up waiting; then its message may still
    /// arrive, however late, or never.
    faults: u8,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Write(usize),
    Begin(usize),
    Arrive(usize),
    Double(usize),
    Kill(usize),
    Move,
}

/// The district that is explored.
struct District {
    budget: Budget,
    /// Bytes of a page: so small that a scope changes between pages.
    page_bytes: u32,
    flaw: Option<Flaw>,
}

impl Model for District {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::founded(self.budget, self.flaw)]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (n, laptop) in state.laptops.iter().enumerate() {
            if state.left.writes[n] > 0 && laptop.disk.holds_the_enterprise() {
                steps.push(Step::Write(n));
            }
            let something_new = laptop.disk.cursor.seq != state.server.head;
            if laptop.run.is_none() && (something_new || !laptop.disk.outbox.is_empty()) {
                steps.push(Step::Begin(n));
            }
            if laptop.run.is_some() && state.left.faults > 0 {
                steps.push(Step::Kill(n));
            }
        }
        for n in 0..state.mail.len() {
            steps.push(Step::Arrive(n));
            if state.left.faults > 0 && state.mail[n].is_request() {
                steps.push(Step::Double(n));
            }
        }
        if state.left.moves > 0 {
            steps.push(Step::Move);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Write(n) => state.write(n),
            Step::Begin(n) => {
                let own = OwnLaptop {
                    device: state::device(n),
                    token: String::new(),
                };
                state.laptops[n].run = Some(SyncRun::new("model", own));
                self.ask(&mut state, n);
            }
            Step::Arrive(n) => {
                let mail = state.mail.remove(n);
                self.arrive(&mut state, mail);
            }
            Step::Double(n) => {
                state.left.faults -= 1;
                state.mail.push(state.mail[n].clone());
            }
            Step::Kill(n) => {
                state.left.faults -= 1;
                state.laptops[n].run = None;
            }
            Step::Move => state.give_to_the_other(),
        }
        state.drop_replies_that_nobody_waits_for();
        state.check_all_written_is_somewhere();
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no write is lost", |_, s: &State| {
                s.broken != Some(Broken::Lost)
            }),
            Property::always("each write has its effect once", |_, s: &State| {
                s.broken != Some(Broken::Doubled)
            }),
            Property::always(
                "no page holds what its reader may not see",
                |_, s: &State| s.broken != Some(Broken::Unsound),
            ),
            Property::always(
                "a complete pull is one state of the server",
                |_, s: &State| s.broken != Some(Broken::Torn),
            ),
            Property::always("nothing appears behind a cursor", |_, s: &State| {
                s.broken != Some(Broken::BehindCursor)
            }),
            Property::always("nothing stops a sync", |_, s: &State| {
                !matches!(s.broken, Some(Broken::Stopped(_)))
            }),
            Property::sometimes(AT_REST, |_, s: &State| s.is_over()),
            Property::sometimes(CAME_BACK, |_, s: &State| s.came_back),
            Property::sometimes(BETWEEN_PAGES, |_, s: &State| s.moved_between_pages),
        ]
    }
}

impl District {
    /// Sends what a sync asks for next.
    fn ask(&self, state: &mut State, n: usize) {
        let laptop = &mut state.laptops[n];
        let Some(mut run) = laptop.run.take() else {
            return;
        };
        let letter = match run.next(&mut laptop.disk) {
            Ok(Next::Done(_)) => return,
            Ok(Next::Push(request)) => Letter::Push(request),
            Ok(Next::Pull(mut request)) => {
                request.max_bytes = self.page_bytes;
                Letter::Pull(request)
            }
            Ok(Next::Fork(_) | Next::Hello | Next::Audit(_)) => {
                return state.breaks(Broken::Stopped("a fork"));
            }
            Err(Unexpected(why)) => return state.breaks(Broken::Stopped(why)),
        };
        laptop.exchange += 1;
        laptop.run = Some(run);
        let exchange = laptop.exchange;
        state.mail.push(Mail::new(n, exchange, letter));
    }

    fn arrive(&self, state: &mut State, mail: Mail) {
        let (n, device, now) = (mail.laptop, state::device(mail.laptop), state::now());
        let letter = match mail.letter.as_ref() {
            Letter::Push(request) => {
                let decider = qilian_domain::command::Command::decide;
                let taken = state.change(|tx| push::take(tx, decider, device, request, now));
                match taken {
                    Ok(taken) => {
                        state.note_answers(&taken.reply);
                        Letter::Answered(taken.reply)
                    }
                    Err(SyncError::Refused(_)) if state.laptops[n].exchange != mail.exchange => {
                        return;
                    }
                    Err(_) => return state.breaks(Broken::Stopped("a push was refused")),
                }
            }
            Letter::Pull(request) => {
                let page = state
                    .server
                    .transact(|tx| pull::page(tx, device, request, now));
                match page {
                    Ok(page) => {
                        let whole = state.note_page(n, &page);
                        Letter::Page(page, whole)
                    }
                    Err(_) => return state.breaks(Broken::Stopped("a pull was refused")),
                }
            }
            Letter::Answered(reply) => {
                return self.hear(state, n, |run, disk| {
                    run.take_push(disk, reply, Duration::ZERO)
                });
            }
            Letter::Page(page, whole) => {
                self.hear(state, n, |run, disk| run.take_pull(disk, page));
                let disk = &state.laptops[n].disk;
                let differs = |whole: &Base| *whole != disk.base;
                let checked = page.checks.iter().all(|check| disk.holds(check));
                if whole.as_ref().is_some_and(differs) || !checked {
                    state.breaks(Broken::Torn);
                }
                return;
            }
        };
        state.mail.push(Mail::new(n, mail.exchange, letter));
    }

    fn hear<S>(
        &self,
        state: &mut State,
        n: usize,
        take: impl FnOnce(&mut SyncRun, &mut laptop::Disk) -> Result<Result<S, SyncStopped>, Unexpected>,
    ) where
        laptop::Disk: ClientStore,
    {
        let laptop = &mut state.laptops[n];
        let Some(run) = &mut laptop.run else { return };
        match take(run, &mut laptop.disk) {
            Ok(Ok(_)) => self.ask(state, n),
            Ok(Err(_)) => state.breaks(Broken::Stopped("a sync stopped")),
            Err(Unexpected(why)) => state.breaks(Broken::Stopped(why)),
        }
    }
}

const BIG_PAGES: u32 = 1_000_000;
/// Two rows or three: a scope changes between pages.
const SMALL_PAGES: u32 = 300;

/// Two of a kind, for a network that does what it should not.
const WITH_A_FAULT: Budget = Budget {
    writes: [1, 1],
    moves: 1,
    faults: 1,
};

/// The enterprise goes to the other and comes back.
const THERE_AND_BACK: Budget = Budget {
    writes: [1, 0],
    moves: 2,
    faults: 0,
};

/// Explores all of it; every property holds, and what is named was reached.
fn explored(budget: Budget, page_bytes: u32, reached: &[&str]) {
    let district = District {
        budget,
        page_bytes,
        flaw: None,
    };
    let checker = district.checker().threads(2).spawn_bfs().join();
    println!("{} different states", checker.unique_state_count());
    let mut discovered: Vec<_> = checker.discoveries().into_keys().collect();
    discovered.sort_unstable();
    assert_eq!(discovered, reached);
}

const AT_REST: &str = "all that may happen happened, and everything is at rest";
const CAME_BACK: &str = "a bucket left and came back between two pulls";
const BETWEEN_PAGES: &str = "a scope changed between two pages";

#[test]
fn whatever_a_bad_network_does_is_right() {
    explored(WITH_A_FAULT, BIG_PAGES, &[AT_REST]);
}

#[test]
fn an_enterprise_that_goes_and_comes_back_is_right_whoever_pulls_when() {
    let budget = Budget {
        faults: 1,
        writes: [0, 1],
        ..THERE_AND_BACK
    };
    explored(budget, BIG_PAGES, &[CAME_BACK, AT_REST]);
}

#[test]
fn a_scope_that_changes_between_pages_is_right() {
    explored(
        THERE_AND_BACK,
        SMALL_PAGES,
        &[CAME_BACK, BETWEEN_PAGES, AT_REST],
    );
}

/// The property that an exploration of a district with a flaw finds broken.
fn found(flaw: Flaw) -> Vec<&'static str> {
    let district = District {
        budget: WITH_A_FAULT,
        page_bytes: BIG_PAGES,
        flaw: Some(flaw),
    };
    let checker = district.checker().threads(2);
    let checker = checker.finish_when(HasDiscoveries::AnyFailures);
    let discovered = checker.spawn_bfs().join().discoveries();
    let good = [AT_REST, CAME_BACK, BETWEEN_PAGES];
    let bad = discovered.into_keys().filter(|name| !good.contains(name));
    bad.collect()
}

const TORN: &str = "a complete pull is one state of the server";

#[test]
fn a_server_that_forgets_what_it_took_is_found() {
    assert_eq!(
        found(Flaw::ForgetsWhatItTook),
        ["each write has its effect once"]
    );
}

#[test]
fn a_server_that_drops_nothing_is_found() {
    assert_eq!(found(Flaw::DropsNothing), [TORN]);
}

#[test]
fn a_server_that_sends_of_a_new_bucket_only_what_is_new_is_found() {
    assert_eq!(found(Flaw::SendsOnlyWhatIsNew), [TORN]);
}

#[test]
fn a_laptop_that_forgets_on_acknowledgement_is_found() {
    assert_eq!(found(Flaw::ForgetsOnAcknowledgement), ["no write is lost"]);
}
