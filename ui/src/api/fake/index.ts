/** The made-up host for a browser. `?fake=offline` and the other names below choose what it plays. */
import type { Host } from '../host'
import type { Session } from '../types'
import { fakeDelivered, fakeHandled, fakeMerged, fakeRejected } from './centre'
import { createFakeHost, readySession, type FakeOptions } from './host'

export { createFakeHost, readySession } from './host'

const READS = ['today', 'enterprises', 'enterprise', 'search', 'briefing', 'visits', 'visit_drafts', 'visit_form', 'week_preview', 'weeks', 'sync_status', 'sync_centre'] as const

const scenarios: Record<string, FakeOptions> = {
  normal: {},
  offline: { online: false },
  many: { enterprises: 2000 },
  empty: { enterprises: 0 },
  no_calendar: { calendar: false },
  first_start: { session: { state: 'not_enrolled', needs_passphrase: true, wiped: false } },
  key_store: { session: { state: 'not_enrolled', needs_passphrase: false, wiped: false } },
  wiped: { session: { state: 'not_enrolled', needs_passphrase: false, wiped: true } },
  lease_over: { session: { state: 'lease_over', until: '2026-11-16T08:12:00+08:00', days: 14, today: '2026-11-18' } },
  lease_over_offline: { session: { state: 'lease_over', until: '2026-11-16T08:12:00+08:00', days: 14, today: '2026-11-18' }, online: false },
  locked: { session: { state: 'locked' } },
  store_newer: { session: { state: 'broken', code: 'store_newer', details: {} } },
  slow: { delayMs: 3000 },
  failing: { fail: { today: { code: 'store_corrupt', details: {} }, visit_record: { code: 'disk_full', details: {} } } },
  crowded: { crowded: true, colleagues: 240 },
  wordy: { wordy: true, crowded: true, colleagues: 240 },
  untouched: { untouched: true, noLibrary: true },
  unreadable: { fail: Object.fromEntries(READS.map((command) => [command, { code: 'store_failed', details: {} }])) },
  library: { library: '2026-11-18' },
  rejected: {},
  revoked: { fail: { sync_now: { code: 'device_revoked', details: { state: 'revoked' } } } },
  revoked_lease_over: { session: { state: 'lease_over', until: '2026-11-16T08:12:00+08:00', days: 14, today: '2026-11-18' }, fail: { sync_now: { code: 'device_revoked', details: { state: 'revoked' } } } },
  admin: { session: { ...readySession, administrator: true } as Session },
  admin_untouched: { untouched: true, noLibrary: true, session: { ...readySession, administrator: true } as Session },
  admin_offline: { online: false, session: { ...readySession, administrator: true } as Session },
}

export function fakeHostFromAddress(): Host {
  const name = new URLSearchParams(location.search).get('fake') ?? 'normal'
  const host = createFakeHost(scenarios[name] ?? {})
  if (name === 'rejected') Object.assign(host.world, { rejected: [...fakeRejected], merged: [...fakeMerged], handled: [...fakeHandled], delivered: [...fakeDelivered] })
  if (name.endsWith('untouched')) Object.assign(host.world, { laptops: [], quarantined: [] })
  return host
}
