export default {
  sync: {
    indicator: '记录 · 更新 · 被拒',
    syncing: '正在同步',
    offline: '离线',
    pending: '{n} 条待传',
    updated: '{at} 更新',
    never: '还没更新过',
    rejected: '{n} 条被拒',
  },
}
