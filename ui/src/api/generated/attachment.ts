// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
import type { Person } from './session'

export type AttachmentKind = "photo" | "audio" | "video" | "document";

export type AttachmentState = { "state": "held" } | { "state": "waiting",
  /** How many bytes the district has. */
  sent_bytes: number, } | { "state": "stored" } | { "state": "elsewhere" } | { "state": "trouble",
  /** What. */
  code: string,
};

export type AttachmentView = {
  /** Its id. */
  attachment_id: string,
  /** Its name. */
  name: string,
  /** What it is. */
  kind: AttachmentKind,
  /** Its media type. */
  mime: string,
  /** How many bytes it has. */
  size_bytes: number,
  /** A small picture, as an address that an image takes. */
  thumbnail: string | null,
  /** Who added it; `None` in an open form. */
  by: Person | null,
  /** Whether I may take it away. */
  mine: boolean,
  /** Whether its bytes are on this laptop. */
  here: boolean,
  /** Where its bytes are. */
  state: AttachmentState,
};

export type AttachmentsArgs = {
  /** Its id. */
  visit_id: string,
};

export type IntakeBeginArgs = {
  /** For which visit or open form. */
  visit_id: string,
  /** The file's name. */
  name: string,
  /** How many bytes will come. */
  size_bytes: number,
};

export type IntakeBegun = {
  /** Its id, which becomes the attachment's. */
  intake_id: string,
};

export type IntakePieceArgs = {
  /** Which. */
  intake_id: string,
  /** The bytes, in base64. */
  data: string,
};

export type IntakeArgs = {
  /** Which. */
  intake_id: string,
};

export type AttachmentArgs = {
  /** Its id. */
  attachment_id: string,
};

export type AttachmentBytes = {
  /** Their media type. */
  mime: string,
  /** The bytes, in base64. */
  data: string,
};

export type AttachmentSaved = {
  /** The file. */
  path: string,
};

export type FilePace = "paused" | "gentle" | "full";

export type FileSettings = {
  /** How fast they are sent. */
  pace: FilePace,
  /** How much room they may take on this laptop, in MB of 1,000,000 bytes. */
  room_mb: number,
};

export type FileRoom = {
  /** All of them. */
  used_bytes: number,
  /** Those of them that stay whatever the room: nobody else may have them yet. */
  needed_bytes: number,
};

export type FileWaiting = {
  /** The attachment's id. */
  attachment_id: string,
  /** Its name. */
  name: string,
  /** Of which enterprise's visit; `None` once that left the scope. */
  enterprise: string | null,
  /** How many bytes it has. */
  size_bytes: number,
  /** How many of them the district has. */
  sent_bytes: number,
  /** Why it does not go on by itself; a code. */
  trouble: string | null,
};
