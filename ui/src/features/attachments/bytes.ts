/** Bytes as they cross to the host and back: base64, a piece at a time. */

/** What goes in one call: the window stays quick, and a film of 200 MB is two hundred calls. */
export const PIECE_BYTES = 1024 * 1024

export function pieceOf(file: Blob, from: number): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => failed(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(file.slice(from, from + PIECE_BYTES))
  })
}

/** An address under which the window shows bytes; whoever asked for it revokes it. */
export function addressOf(data: string, mime: string): string {
  const text = atob(data)
  const bytes = new Uint8Array(text.length)
  for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n)
  return URL.createObjectURL(new Blob([bytes], { type: mime }))
}
