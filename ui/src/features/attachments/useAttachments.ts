/** The files of one visit or open form: the list, and files on their way in. */
import { computed, reactive, ref, type Ref } from 'vue'
import { toHostError } from '@/api/error'
import { useHost } from '@/api/host'
import type { Attachment, HostError } from '@/api/types'
import { useHostData } from '@/api/useHostData'
import { PIECE_BYTES, pieceOf } from './bytes'

/** A file that is being taken in, or was not. */
export interface Taking {
  n: number
  file: File
  name: string
  done: number
  error: HostError | null
}

export function useAttachments(visitId: Ref<string>, before: () => Promise<void>) {
  const host = useHost()
  const { data, error, refresh } = useHostData((asked) => asked.attachments({ visit_id: visitId.value }), { topics: ['files'], when: visitId, reset: true })
  const taking = ref<Taking[]>([])
  const failed = ref<HostError | null>(null)
  let serial = 0

  async function take(one: Taking): Promise<void> {
    one.error = null
    one.done = 0
    let intake: string | null = null
    try {
      intake = (await host.intake_begin({ visit_id: visitId.value, name: one.name, size_bytes: one.file.size })).intake_id
      for (let from = 0; from < one.file.size; from += PIECE_BYTES) {
        await host.intake_piece({ intake_id: intake, data: await pieceOf(one.file, from) })
        one.done = Math.min(from + PIECE_BYTES, one.file.size)
      }
      await host.intake_end({ intake_id: intake })
      taking.value = taking.value.filter((other) => other.n !== one.n)
      await refresh()
    } catch (thrown) {
      // What the browser throws is that it could not read the file.
      one.error = thrown instanceof DOMException || thrown instanceof ProgressEvent ? { code: 'file_changed', details: {} } : toHostError(thrown)
      if (intake) host.intake_cancel({ intake_id: intake }).catch(() => undefined)
    }
  }

  /** One after the other: the smallest memory, and their order stays. */
  async function add(files: { file: File; name: string }[]): Promise<void> {
    const fresh = files.map(({ file, name }) => reactive<Taking>({ n: ++serial, file, name, done: 0, error: null }))
    taking.value = [...taking.value, ...fresh]
    // A form is kept from its first file on, as from its first word.
    if (fresh.length) await before()
    for (const one of fresh) await take(one)
  }
  function forget(one: Taking): void {
    taking.value = taking.value.filter((other) => other.n !== one.n)
  }

  async function ask(change: () => Promise<unknown>): Promise<void> {
    failed.value = null
    try {
      await change()
      await refresh()
    } catch (thrown) {
      failed.value = toHostError(thrown)
    }
  }
  const remove = (one: Attachment) => ask(() => host.attachment_remove({ attachment_id: one.attachment_id }))
  const retry = (one: Attachment) => ask(() => host.attachment_retry({ attachment_id: one.attachment_id }))

  return { files: computed(() => data.value ?? []), taking, error: computed(() => failed.value ?? error.value), refresh, add, again: take, forget, remove, retry }
}
