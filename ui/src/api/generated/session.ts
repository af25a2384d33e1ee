// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.

export type Person = {
  /** As the office numbers them. */
  id: string,
  /** Name. */
  name: string,
  /** Unit, if known. */
  unit: string | null,
};

export type SessionDevice = {
  /** Its id. */
  id: string,
  /** What the user calls it. */
  name: string,
};

export type KeyPlace = "key_store" | "passphrase";

export type SessionView = { "state": "not_enrolled",
  /** There is no key store here: a passphrase must be chosen. */
  needs_passphrase: boolean,
  /** The district had destroyed what was here. */
  wiped: boolean, } | { "state": "lease_over",
  /** Since when. */
  until: string,
  /** Natural days after a complete sync for which it shows what it holds. */
  days: number,
  /** Today in China Standard Time. */
  today: string, } | { "state": "locked" } | { "state": "broken",
  /** `store_newer`, `store_corrupt`, `disk_full`, … */
  code: string,
  /** The facts that belong to the code. */
  details: Record<string, unknown>, } | { "state": "ready",
  /** Whose laptop it is. */
  user: Person,
  /** Whether the district's rows give that user the administrator's role. */
  administrator: boolean,
  /** The district's name. */
  district: string,
  /** This laptop. */
  device: SessionDevice,
  /** The server's address. */
  server: string,
  /** Where the data key rests. */
  key: KeyPlace,
  /** Today in China Standard Time. */
  today: string,
  /** The program's version. */
  version: string,
};

export type EnrolArgs = {
  /** The server's address. */
  server: string,
  /** The one-time code. */
  code: string,
  /** What to call this laptop. */
  device: string | null,
  /** Where there is no key store, and where the user prefers it. */
  passphrase: string | null,
};

export type UnlockArgs = {
  /** As chosen at enrolment. */
  passphrase: string,
};

export type PassphraseChangeArgs = {
  /** The one in force. */
  current: string,
  /** The one to come. */
  next: string,
};
