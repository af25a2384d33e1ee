/** 中文, the window's own language. Each part belongs to one screen; `en.ts` has the same keys. */
import enterprises from './zh-CN/enterprises'
import errors from './zh-CN/errors'
import shell from './zh-CN/shell'
import sync from './zh-CN/sync'
import policies from './zh-CN/policies'
import today from './zh-CN/today'
import upload from './zh-CN/upload'
import visits from './zh-CN/visits'

export default { ...shell, ...errors, ...today, ...visits, ...enterprises, ...policies, ...upload, ...sync }
