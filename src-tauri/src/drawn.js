// Runs in the page before its own scripts: tells the shell once, as soon as the page has put something on the screen.
(() => {
  const observer = new MutationObserver(() => {
    const app = document.getElementById('app')
    if (!app || app.childElementCount === 0) return
    observer.disconnect()
    window.__TAURI_INTERNALS__.invoke('window_drawn')
  })
  observer.observe(document, { childList: true, subtree: true })
})()
