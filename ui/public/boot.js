// Puts the kept theme on <html> before anything is drawn. src/app/appearance.ts owns the keys.
;(function () {
  var root = document.documentElement
  var theme = 'system'
  try {
    theme = localStorage.getItem('qilian.theme') || 'system'
    if (localStorage.getItem('qilian.large') === '1') root.classList.add('large')
  } catch (_) {
    // Storage may be closed to us; the default look is right then.
  }
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  if (dark) root.classList.add('dark')
})()
