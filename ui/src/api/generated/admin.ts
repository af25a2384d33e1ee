// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { Person } from './session'
import type { WaitingKind } from './sync'

export type LaptopState = "active" | "suspended" | "revoked" | "wipe";

export type WipedRow = {
  /** When the district had it. */
  at: string,
  /** How many records had not been sent and are gone. */
  unsent: number,
};

export type LaptopRow = {
  /** Its id. */
  device_id: string,
  /** Whose it is. */
  user: Person,
  /** What the user calls it. */
  name: string,
  /** The laptop that it is a copy of. */
  copy_of: string | null,
  /** Whether it may sync. */
  state: LaptopState,
  /** Since when it is enrolled. */
  enrolled: string,
  /** When a pull of it last came to a complete cut. */
  last_sync: string | null,
  /** When it last asked for anything. */
  last_seen: string | null,
  /** What waited on it then. */
  pending: number,
  /** Since when the oldest of it waited. */
  oldest_pending: string | null,
  /** The program's version. */
  version: string,
  /** Why a sync of it failed, as a code, if one did lately for another reason than the network. */
  last_error: string | null,
  /** It is to fetch everything anew and has not yet. */
  resync_due: boolean,
  /** It destroyed its store, as it was told to. */
  wiped: WipedRow | null,
  /** It is the one that asks. */
  is_this: boolean,
};

export type LaptopNeed = "not_synced" | "waiting_long" | "stopped" | "failed" | "resync_due";

export type NeedyRow = {
  /** Which. */
  laptop: LaptopRow,
  /** Why. */
  needs: Array<LaptopNeed>,
};

export type QuarantinedItem = {
  /** Its id. */
  id: string,
  /** Its author. */
  user: Person,
  /** The laptop that it came from. */
  device_id: string,
  /** What it is. */
  kind: WaitingKind,
  /** Which enterprise. */
  uscc: string | null,
  /** Its name, where this laptop knows it. */
  name: string | null,
  /** `quarantined`, `sent_while_suspended`, `too_late`, `waiting` or `mutation_unreadable`. */
  code: string,
  /** What was written. */
  text: string,
  /** When the server put it aside. */
  at: string,
  /** Whether the district can be asked to decide it once more. */
  can_release: boolean,
};

export type SyncHealth = {
  /** After so many days without a complete sync a laptop is listed. */
  days: number,
  /** How many laptops there are. */
  laptops: number,
  /** Those that need somebody to look, the longest without a complete sync first. */
  needy: Array<NeedyRow>,
  /** Put aside and not seen to, the oldest first. */
  quarantined: Array<QuarantinedItem>,
  /** The server's clock. */
  now: string,
};

export type Laptops = {
  /** By user. */
  laptops: Array<LaptopRow>,
  /** The server's clock. */
  now: string,
};

export type HealthArgs = {
  /** Days without a complete sync. */
  days: number,
};

export type LaptopStateArgs = {
  /** Which. */
  id: string,
  /** Whether it may. */
  state: LaptopState,
};

export type ResyncArgs = {
  /** Every laptop. */
  all: boolean,
  /** The laptops of these units, by name. */
  units: Array<string>,
  /** These laptops. */
  devices: Array<string>,
};

export type ResyncView = {
  /** So many. */
  laptops: number,
};

export type ReleasedView = {
  /** Why it was refused after all, as a code; `None`: it took effect. */
  refused: string | null,
  /** The facts that belong to the code. */
  details: Record<string, unknown>,
};

export type ProgrammeView = {
  /** How many natural days after its last complete sync a laptop still shows what it holds. */
  lease_days: number,
  /** The fewest that may be chosen. */
  least_days: number,
  /** The most. */
  most_days: number,
};

export type ProgrammeArgs = {
  /** Natural days, 1 to 30. */
  lease_days: number,
};
