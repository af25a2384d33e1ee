import { describe, expect, it } from 'vitest'
import { madeUpUscc } from '@/api/fake/data'
import { toast } from '@/app/toast'
import { openAt, settle, type Mounted } from '../../../test/mount'

const chengchuan = madeUpUscc(0)
const path = `/visits/record/${chengchuan}`

async function write(screen: Mounted, note: string): Promise<void> {
  await screen.find('record-note').setValue(note)
  await settle()
}

describe('记走访', () => {
  it('starts_prefilled_with_the_cursor_in_the_note', async () => {
    const screen = await openAt(path)
    expect(screen.find('record-enterprise').text()).toContain('澄川精密')
    expect(document.activeElement).toBe(screen.find('record-note').element)
    expect(screen.find('record-met').find('[aria-pressed="true"]').text()).toContain('陈某')
  })

  it('saving_puts_the_visit_on_record_and_goes_back_to_today', async () => {
    const screen = await openAt(path)
    await write(screen, '订单到明年 2 月')
    await screen.find('record-save').trigger('click')
    await settle()
    expect(screen.router.currentRoute.value.name).toBe('today')
    expect((await screen.host.visits({ limit: 1 }))[0]).toMatchObject({ uscc: chengchuan, note: '订单到明年 2 月', pending: true })
    expect(toast.value?.text).toContain('2/2')
  })

  it('an_answer_changes_its_hint_at_once', async () => {
    const screen = await openAt(path)
    expect(screen.find('record-questions').text()).toContain('已答 0/4')
    await screen.wrapper.find('[data-field="retrofit_filed"] input[type="radio"][value="true"]').setValue(true)
    await settle()
    const result = screen.find('question-result')
    expect(result.attributes()).toMatchObject({ 'data-policy': 'd-retrofit', 'data-outcome': 'likely' })
    expect(screen.find('record-questions').text()).toContain('已答 1/4')
  })

  it('a_visit_in_the_future_is_told_at_its_date_and_nothing_is_recorded', async () => {
    const screen = await openAt(path)
    await write(screen, '先写着')
    const day = screen.find('record-on').find('input')
    await day.setValue('2026-11-20')
    await day.trigger('change')
    await settle()
    await screen.find('record-save').trigger('click')
    await settle()
    expect(screen.find('field-error').text()).toContain('走访还没发生')
    expect(screen.router.currentRoute.value.name).toBe('record')
  })

  it('a_visit_without_words_asks_for_one_sentence', async () => {
    const screen = await openAt(path)
    await screen.find('record-save').trigger('click')
    await settle()
    expect(screen.find('field-error').text()).toContain('写一句就行')
  })

  it('a_full_disk_keeps_the_words_and_offers_to_save_again', async () => {
    const screen = await openAt(path, { fail: { visit_record: { code: 'disk_full', details: {} } } })
    await write(screen, '写了很久的话')
    await screen.find('record-save').trigger('click')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('disk_full')
    expect((screen.find('record-note').element as HTMLTextAreaElement).value).toBe('写了很久的话')
    screen.host.options.fail = {}
    await screen.find('retry').trigger('click')
    await settle()
    expect(screen.router.currentRoute.value.name).toBe('today')
  })

  it('what_was_typed_is_there_again_after_a_crash', async () => {
    const first = await openAt(path)
    const { host } = first
    await write(first, '没写完的话 𠮷㙍😀')
    await first.all('record-demand')[0]?.setValue('夜班缺人')
    await settle()
    first.wrapper.unmount()
    const drafts = await host.visit_drafts()
    expect(drafts).toHaveLength(1)
    const form = await host.visit_form({ uscc: chengchuan })
    expect(form).toMatchObject({ restored: true, draft: { note: '没写完的话 𠮷㙍😀', demands: ['夜班缺人'] } })
  })

  it('a_line_without_enter_counts_too', async () => {
    const screen = await openAt(path)
    await write(screen, '谈了用工')
    await screen.all('record-demand')[0]?.setValue('夜班操作工缺 6 人')
    await screen.all('record-promise')[0]?.setValue('把校企对接时间发给陈某')
    await screen.find('record-save').trigger('click')
    await settle()
    const file = await screen.host.enterprise({ uscc: chengchuan })
    expect(file.demands[0]?.title).toBe('夜班操作工缺 6 人')
    expect(file.promises.at(-1)).toMatchObject({ text: '把校企对接时间发给陈某', due_on: '2026-11-25' })
  })

  it('a_library_that_changed_meanwhile_is_told_on_save_and_no_answer_is_dropped', async () => {
    const screen = await openAt(path, { library: '2026-11-18' })
    await write(screen, '谈了技改')
    await screen.wrapper.find('[data-field="retrofit_filed"] input[type="radio"][value="true"]').setValue(true)
    await settle()
    await screen.find('record-save').trigger('click')
    await settle()
    expect(toast.value?.notes?.[0]).toContain('2026-11-15')
    expect((await screen.host.enterprise({ uscc: chengchuan })).facts).toContainEqual(expect.objectContaining({ field: 'retrofit_filed', value: 'true' }))
  })

  it('a_note_of_20000_characters_is_saved_whole', async () => {
    const note = '访𠮷😀㙍'.repeat(5000)
    const screen = await openAt(path)
    await write(screen, note)
    await screen.find('record-save').trigger('click')
    await settle()
    expect((await screen.host.visits({ limit: 1 }))[0]?.note).toBe(note)
  })

  it('without_an_enterprise_it_asks_for_one', async () => {
    const screen = await openAt('/visits/record')
    expect(screen.find('record-pick').exists()).toBe(true)
  })
})
