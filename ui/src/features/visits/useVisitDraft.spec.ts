import { describe, expect, it, vi } from 'vitest'
import { createFakeHost } from '@/api/fake'
import { madeUpUscc } from '@/api/fake/data'
import type { DraftSaved, VisitDraft } from '@/api/types'
import { settle, withHost } from '../../../test/mount'
import { tidied, useVisitDraft } from './useVisitDraft'

const uscc = madeUpUscc(1)

async function opened() {
  const host = createFakeHost()
  const { draft } = await host.visit_form({ uscc })
  const saves: VisitDraft[] = []
  const save = host.draft_save
  host.draft_save = async (args) => {
    saves.push(args)
    return save(args)
  }
  const { result, wrapper } = await withHost(host, () => useVisitDraft(draft))
  return { host, saves, kept: result, wrapper }
}

describe('useVisitDraft', () => {
  it('opening_a_form_saves_nothing', async () => {
    const { saves } = await opened()
    expect(saves).toEqual([])
  })

  it('a_keystroke_is_saved_at_once', async () => {
    const { saves, kept, host } = await opened()
    kept.draft.note = '冷'
    expect(saves).toHaveLength(1)
    await settle()
    expect((await host.visit_drafts())[0]?.note).toBe('冷')
  })

  it('what_is_kept_in_the_end_is_what_was_typed_last', async () => {
    const { kept, host } = await opened()
    for (const note of ['冷', '冷库', '冷库报', '冷库报装𠮷😀']) kept.draft.note = note
    await settle()
    expect((await host.visit_drafts())[0]?.note).toBe('冷库报装𠮷😀')
  })

  it('only_one_save_is_under_way_at_a_time', async () => {
    const { kept, host } = await opened()
    let done: ((saved: DraftSaved) => void) | undefined
    const save = vi.fn(() => new Promise<DraftSaved>((resolve) => (done = resolve)))
    host.draft_save = save
    kept.draft.note = '一'
    kept.draft.note = '一二'
    kept.draft.note = '一二三'
    await settle()
    expect(save).toHaveBeenCalledTimes(1)
    done?.({ saved_at: '2026-11-18T10:42:07+08:00' })
    await settle()
    expect(save).toHaveBeenCalledTimes(2)
    expect(save.mock.lastCall).toMatchObject([{ note: '一二三' }])
  })

  it('a_save_that_failed_is_told_and_can_be_tried_again', async () => {
    const { kept, host } = await opened()
    const save = host.draft_save
    host.draft_save = () => Promise.reject({ code: 'disk_full', details: {} })
    kept.draft.note = '写了很多'
    await settle()
    expect(kept.saveError.value?.code).toBe('disk_full')
    host.draft_save = save
    await kept.retrySave()
    expect(kept.saveError.value).toBeNull()
    expect((await host.visit_drafts())[0]?.note).toBe('写了很多')
  })

  it('recording_waits_for_the_save_under_way_so_that_no_draft_comes_back', async () => {
    const { kept, host } = await opened()
    kept.draft.note = '谈了订单'
    await kept.record()
    await settle()
    expect(await host.visit_drafts()).toEqual([])
  })

  it('a_visit_that_was_refused_keeps_its_draft_and_goes_on_saving', async () => {
    const { kept, host } = await opened()
    kept.draft.note = '谈了订单'
    kept.draft.on = '2026-11-20'
    await expect(kept.record()).rejects.toMatchObject({ code: 'visit_in_future' })
    kept.draft.note = '谈了订单，补一句'
    await settle()
    expect((await host.visit_drafts())[0]?.note).toBe('谈了订单，补一句')
  })

  it('empty_lines_are_no_lines', async () => {
    const { kept } = await opened()
    const tidy = tidied({ ...kept.draft, demands: ['用工', '  ', ''], promises: [{ text: ' ', due_on: null }, { text: '送指南', due_on: '2026-11-25' }] })
    expect(tidy.demands).toEqual(['用工'])
    expect(tidy.promises).toEqual([{ text: '送指南', due_on: '2026-11-25' }])
  })
})
