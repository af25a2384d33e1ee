/** 中文, the window's own language. Each part belongs to one feature; `en.ts` has the same keys. */
import admin from './zh-CN/admin'
import enrol from './zh-CN/enrol'
import enterprises from './zh-CN/enterprises'
import errors from './zh-CN/errors'
import files from './zh-CN/files'
import policies from './zh-CN/policies'
import settings from './zh-CN/settings'
import shell from './zh-CN/shell'
import sync from './zh-CN/sync'
import today from './zh-CN/today'
import upload from './zh-CN/upload'
import visits from './zh-CN/visits'

export default { ...shell, ...errors, ...files, ...today, ...visits, ...enterprises, ...policies, ...upload, ...sync, ...settings, ...enrol, ...admin }
