/** English: the same keys as `zh-CN.ts`, which a spec compares. */
import admin from './en/admin'
import enrol from './en/enrol'
import enterprises from './en/enterprises'
import errors from './en/errors'
import files from './en/files'
import policies from './en/policies'
import settings from './en/settings'
import shell from './en/shell'
import sync from './en/sync'
import today from './en/today'
import upload from './en/upload'
import visits from './en/visits'

export default { ...shell, ...errors, ...files, ...today, ...visits, ...enterprises, ...policies, ...upload, ...sync, ...settings, ...enrol, ...admin }
