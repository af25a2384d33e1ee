/** What a passphrase must be before the host is asked. Length is what protects; no rule about digits or signs. */
export const PASSPHRASE_MIN = 8

export type PassphraseFault = 'short' | 'differs'

export function passphraseFault(passphrase: string, again: string): PassphraseFault | null {
  if (Array.from(passphrase).length < PASSPHRASE_MIN) return 'short'
  return passphrase === again ? null : 'differs'
}
