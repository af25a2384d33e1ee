import { describe, expect, it, vi } from 'vitest'
import { madeUpUscc } from '@/api/fake/data'
import { openAt, settle, type Mounted } from '../../../test/mount'

const record = `/visits/record/${madeUpUscc(0)}`
const png = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0))
const picture = (name: string): File => new File([png], name, { type: 'image/png' })

/** Reading a file takes turns of its own: waits until so many are taken in or refused. */
async function taken(screen: Mounted, count: number): Promise<void> {
  await vi.waitFor(() => {
    const refused = screen.all('file-taking').filter((one) => one.attributes('data-code'))
    expect(screen.all('file').length + refused.length).toBe(count)
  })
  await settle()
}
async function pick(screen: Mounted, ...files: File[]): Promise<void> {
  const input = screen.find('files-input').element as HTMLInputElement
  Object.defineProperty(input, 'files', { value: files, configurable: true })
  input.dispatchEvent(new Event('change'))
  await taken(screen, files.length)
}
function fire(name: 'drop' | 'paste', property: string, value: unknown): void {
  const event = new Event(name, { cancelable: true, bubbles: true })
  Object.defineProperty(event, property, { value })
  document.dispatchEvent(event)
}
const names = (screen: Mounted): (string | undefined)[] => screen.wrapper.findAll('[data-testid="file"]').map((one) => one.attributes('data-name'))

describe('附件', () => {
  it('a_chosen_file_is_with_the_form_and_goes_with_the_visit', async () => {
    const screen = await openAt(record)
    await pick(screen, picture('车间.png'))
    expect(screen.find('file').attributes('data-state')).toBe('held')
    expect(screen.find('file').find('img').exists()).toBe(true)
    await screen.find('record-note').setValue('看了新车间')
    await screen.find('record-save').trigger('click')
    await settle()
    const [visit] = await screen.host.visits({ limit: 1 })
    expect(visit?.files).toBe(1)
    const [file] = await screen.host.attachments({ visit_id: visit?.visit_id ?? '' })
    expect(file?.state).toEqual({ state: 'waiting', sent_bytes: 0 })
  })

  it('a_form_with_nothing_but_a_photo_is_kept', async () => {
    const screen = await openAt(record)
    await pick(screen, picture('车间.png'))
    expect(await screen.host.visit_drafts()).toHaveLength(1)
    await screen.router.push('/visits')
    await settle()
    await screen.router.push(record)
    await taken(screen, 1)
    expect(screen.find('file').attributes('data-name')).toBe('车间.png')
  })

  it('files_dropped_on_the_page_and_pictures_pasted_are_taken_in', async () => {
    const screen = await openAt(record)
    fire('drop', 'dataTransfer', { types: ['Files'], files: [picture('大门.png')] })
    await taken(screen, 1)
    fire('paste', 'clipboardData', { items: [{ kind: 'file', getAsFile: () => picture('image.png') }] })
    await taken(screen, 2)
    expect(names(screen)).toEqual(['大门.png', '粘贴的图片 2.png'])
  })

  it('text_that_is_pasted_stays_text', async () => {
    const screen = await openAt(record)
    fire('paste', 'clipboardData', { items: [{ kind: 'string', getAsFile: () => null }] })
    await settle()
    expect(names(screen)).toEqual([])
  })

  it('what_is_not_taken_says_why_and_the_others_are', async () => {
    const screen = await openAt(record)
    await pick(screen, new File(['x'], 'IMG_0001.HEIC'), new File(['x'], 'setup.exe'), picture('车间.png'))
    const refused = screen.wrapper.findAll('[data-testid="file-taking"]')
    expect(refused.map((one) => one.attributes('data-code'))).toEqual(['photo_heic_unsupported', 'file_type_unsupported'])
    expect(refused[0]?.text()).toContain('JPEG')
    expect(screen.all('file-again'), 'the same file would be refused again').toHaveLength(0)
    expect(names(screen)).toEqual(['车间.png'])
    await refused[0]?.find('[data-testid="file-forget"]').trigger('click')
    expect(screen.wrapper.findAll('[data-testid="file-taking"]')).toHaveLength(1)
  })

  it('a_visit_on_record_shows_its_files_and_where_they_are', async () => {
    const screen = await openAt('/visits')
    await screen.wrapper.find('[data-testid="visit-files"][aria-label]').trigger('click')
    await settle()
    const states = screen.wrapper.findAll('[data-testid="file"]').map((one) => one.attributes('data-state'))
    expect(states).toEqual(['stored', 'waiting', 'waiting', 'trouble', 'elsewhere'])
    expect(screen.find('visit-files-row').text()).toContain('正在上传 41%')
    expect(screen.find('visit-files-row').text()).toContain('本机的这份文件坏了')
    const removable = screen.wrapper.findAll('[data-testid="file-remove"]')
    expect(removable, 'a colleague’s is not mine to remove').toHaveLength(4)
  })

  it('the_sync_centre_lists_what_is_owed_the_smallest_first_and_sends_it_when_asked', async () => {
    const screen = await openAt('/sync')
    const lines = screen.wrapper.findAll('[data-testid="file-waiting"]')
    expect(lines.map((line) => line.find('p').text().split(' ')[0])).toEqual(['用电合同.pdf', '仪表盘.jpg', '座谈录音.m4a'])
    await screen.find('files-send').trigger('click')
    await settle()
    expect(screen.wrapper.findAll('[data-testid="file-waiting"]').map((line) => line.attributes('data-trouble'))).toEqual(['file_damaged'])
  })

  it('sending_can_be_paused', async () => {
    const screen = await openAt('/settings')
    await screen.wrapper.find('[data-testid="pace-paused"] input').setValue(true)
    await settle()
    expect(await screen.host.file_settings()).toEqual({ pace: 'paused', room_mb: 2000 })
  })

  it('the_room_for_files_is_chosen_and_what_is_used_is_told', async () => {
    const screen = await openAt('/settings')
    expect(screen.find('file-room').text()).toBe('现在占 25.9 MB · 其中 23 MB 区里还没有，一直留着')
    await screen.find('settings-room').setValue('500')
    await settle()
    expect(await screen.host.file_settings()).toEqual({ pace: 'gentle', room_mb: 500 })
  })

  it('a_laptop_without_files_says_so', async () => {
    const screen = await openAt('/settings', { untouched: true })
    expect(screen.find('file-room').text()).toBe('现在没有附件')
  })
})
