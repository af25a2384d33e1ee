import { describe, expect, it } from 'vitest'
import App from '@/app/App.vue'
import type { FakeOptions } from '@/api/fake/host'
import { settle, showing, type Mounted } from '../../../test/mount'
import { passphraseFault } from './passphrase'

const first: FakeOptions = { session: { state: 'not_enrolled', needs_passphrase: false, wiped: false } }

async function enrol(screen: Mounted, code: string): Promise<void> {
  await screen.find('enrol-server').setValue('https://qilian.example')
  await screen.find('enrol-code').setValue(code)
  await screen.find('enrol').trigger('submit')
  await settle()
}
async function started(options: FakeOptions, testid: string): Promise<Mounted> {
  const screen = await showing(App, {}, options)
  // The page is fetched when it is needed.
  for (let n = 0; n < 100 && screen.all(testid).length === 0; n++) await new Promise((done) => setTimeout(done, 50))
  return screen
}

describe('first start', () => {
  it('a_good_code_opens_the_window', async () => {
    const screen = await started(first, 'enrol')
    await enrol(screen, 'K7QF-2M9D')
    expect(screen.find('who').text()).toContain('张某')
  })

  it.each([
    ['USED', 'code_used', '请区里再发一个'],
    ['EXPIRED', 'code_expired', '15 分钟'],
    ['abc', 'code_unknown', '看错字'],
    ['OTHER', 'not_a_qilian_server', '上网登录'],
    ['CERT', 'certificate_invalid', '日期'],
    ['NET', 'server_unreachable', '网络'],
  ])('%s is told as %s and keeps what was typed', async (code, told, todo) => {
    const screen = await started(first, 'enrol')
    await enrol(screen, code)
    expect(screen.find('error').attributes('data-code')).toBe(told)
    expect(screen.find('error').text()).toContain(todo)
    expect((screen.find('enrol-code').element as HTMLInputElement).value).toBe(code)
  })

  it('without_a_key_store_a_passphrase_is_asked_for_twice', async () => {
    const screen = await started({ session: { state: 'not_enrolled', needs_passphrase: true, wiped: false } }, 'enrol')
    await enrol(screen, 'K7QF-2M9D')
    expect(screen.find('field-error').text()).toContain('至少 8 个字符')
    await screen.find('enrol-passphrase').setValue('澜州的秋天很长啊')
    await screen.find('enrol-passphrase-again').setValue('澜州的秋天很长啊')
    await screen.find('enrol').trigger('submit')
    await settle()
    expect(screen.find('who').exists()).toBe(true)
  })

  it('a_wrong_passphrase_deletes_nothing_and_can_be_tried_again', async () => {
    const screen = await started({ session: { state: 'locked' } }, 'unlock')
    await screen.find('unlock-passphrase').setValue('不对')
    await screen.find('unlock').trigger('submit')
    await settle()
    expect(screen.find('error').attributes('data-code')).toBe('passphrase_wrong')
    await screen.find('unlock-passphrase').setValue('澜州的秋天')
    await screen.find('unlock').trigger('submit')
    await settle()
    expect(screen.find('who').exists()).toBe(true)
  })

  it('a_newer_store_is_not_touched_and_says_what_to_do', async () => {
    const screen = await started({ session: { state: 'broken', code: 'store_newer', details: { found: 9 } } }, 'broken')
    expect(screen.find('broken').text()).toContain('装上新版本')
  })
})

describe('a passphrase', () => {
  it('is_long_enough_in_characters_and_typed_the_same_twice', () => {
    expect(passphraseFault('七个字的一句话', '七个字的一句话')).toBe('short')
    expect(passphraseFault('八个字的一句话呀', '八个字的一句话吗')).toBe('differs')
    expect(passphraseFault('八个字的一句话呀', '八个字的一句话呀')).toBeNull()
  })
})
