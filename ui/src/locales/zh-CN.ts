/** 中文, the window's own language. Each part belongs to one screen; `en.ts` has the same keys. */
import errors from './zh-CN/errors'
import shell from './zh-CN/shell'
import sync from './zh-CN/sync'
import today from './zh-CN/today'

export default { ...shell, ...errors, ...today, ...sync }
