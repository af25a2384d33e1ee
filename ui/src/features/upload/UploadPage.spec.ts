import { describe, expect, it } from 'vitest'
import { madeUpUscc } from '@/api/fake/data'
import { toast } from '@/app/toast'
import { openAt, settle } from '../../../test/mount'

describe('本周上报', () => {
  it('previews_what_goes_without_a_field_to_fill', async () => {
    const screen = await openAt('/upload')
    expect(screen.find('package-visits').attributes('data-count')).toBe('1')
    expect(screen.wrapper.findAll('input, textarea')).toHaveLength(0)
  })

  it('one_button_brings_the_receipt', async () => {
    const screen = await openAt('/upload')
    await screen.find('upload-submit').trigger('click')
    await settle()
    expect(screen.find('receipt-no').text()).toBe('HZ-2026W47-BA0001-0094')
    expect(screen.find('upload-state').attributes('data-state')).toBe('done')
  })

  it('offline_the_week_is_sealed_and_waits', async () => {
    const screen = await openAt('/upload', { online: false })
    await screen.find('upload-submit').trigger('click')
    await settle()
    expect(screen.find('upload-state').attributes('data-state')).toBe('sealed')
    expect(screen.find('receipt').text()).toContain('等待送出')
    screen.host.options.online = true
    await screen.host.sync_now()
    await settle()
    expect(screen.find('upload-state').attributes('data-state')).toBe('done')
  })

  it('when_the_receipt_comes_nothing_says_sealed_any_more', async () => {
    const screen = await openAt('/upload', { online: false })
    await screen.find('upload-submit').trigger('click')
    await settle()
    expect(toast.value?.text).toContain('已封存')
    screen.host.options.online = true
    await screen.host.sync_now()
    await settle()
    expect(toast.value?.text).toBe('第 47 周已送到区里，回执 HZ-2026W47-BA0001-0094')
  })

  it('a_receipt_that_overtakes_the_answer_is_not_taken_back', async () => {
    const screen = await openAt('/upload')
    const submit = screen.host.week_submit
    screen.host.week_submit = async (args) => ({ ...(await submit(args)), receipt: null })
    await screen.find('upload-submit').trigger('click')
    await settle()
    expect(screen.find('upload-state').attributes('data-state')).toBe('done')
    expect(toast.value?.text).not.toContain('已封存')
  })

  it('a_visit_recorded_after_the_upload_is_offered_as_a_supplement', async () => {
    const screen = await openAt('/upload')
    await screen.find('upload-submit').trigger('click')
    await settle()
    const { draft } = await screen.host.visit_form({ uscc: madeUpUscc(1) })
    await screen.host.visit_record({ ...draft, note: '补一次' })
    await settle()
    expect(screen.find('upload-state').attributes('data-state')).toBe('supplement')
    expect(screen.find('upload-submit').text()).toBe('补报 1 条')
  })

  it('a_refusal_stays_beside_the_button', async () => {
    const screen = await openAt('/upload', { fail: { week_submit: { code: 'disk_full', details: {} } } })
    await screen.find('upload-submit').trigger('click')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('disk_full')
    expect(screen.find('upload-state').attributes('data-state')).toBe('open')
  })
})
