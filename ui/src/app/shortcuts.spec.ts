import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useShortcuts } from './shortcuts'

function screen(run: () => void, shortcut: { key: string; ctrl?: boolean }) {
  return mount(
    defineComponent({
      setup() {
        useShortcuts([{ ...shortcut, run }])
        return () => h('input')
      },
    }),
    { attachTo: document.body },
  )
}

describe('shortcuts', () => {
  it('a_letter_does_nothing_while_somebody_types', async () => {
    const run = vi.fn()
    const wrapper = screen(run, { key: 'n' })
    await wrapper.find('input').trigger('keydown', { key: 'n' })
    expect(run).not.toHaveBeenCalled()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
    expect(run).toHaveBeenCalledOnce()
  })
  it('ctrl_enter_works_while_typing_but_not_while_composing_汉字', async () => {
    const run = vi.fn()
    const wrapper = screen(run, { key: 'enter', ctrl: true })
    await wrapper.find('input').trigger('keydown', { key: 'Enter', ctrlKey: true, isComposing: true })
    expect(run).not.toHaveBeenCalled()
    await wrapper.find('input').trigger('keydown', { key: 'Enter', ctrlKey: true })
    expect(run).toHaveBeenCalledOnce()
  })
  it('stops_with_its_screen', () => {
    const run = vi.fn()
    screen(run, { key: 'n' }).unmount()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
    expect(run).not.toHaveBeenCalled()
  })
})
