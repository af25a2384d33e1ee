// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.
export type * from './attachment'
export type * from './enterprise'
export type * from './policy'
export type * from './session'
export type * from './sync'
export type * from './today'
export type * from './upload'
export type * from './visit'
