import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { words } from '@/app/i18n'
import CompanionPicker from './CompanionPicker.vue'

const people = Array.from({ length: 600 }, (_, n) => ({ id: `BA${String(n).padStart(4, '0')}`, name: n === 577 ? '曾忻' : `同事${n}`, unit: '区民政局' }))

function picker(modelValue: string[] = []) {
  return mount(CompanionPicker, { props: { people, modelValue }, global: { plugins: [words] } })
}

describe('companions', () => {
  it('lists a few of hundreds, and who was picked', () => {
    expect(picker(['BA0577']).text()).toContain('曾忻')
    expect(picker().findAll('[aria-pressed]').length).toBe(4)
  })

  it('finds a colleague by a part of the name', async () => {
    const wrapper = picker()
    await wrapper.get('[data-testid=record-with-more]').trigger('click')
    const find = wrapper.get('[data-testid=record-with-find]')
    await find.setValue('曾')
    expect(wrapper.findAll('[data-testid=record-with-found]').length).toBe(1)
    await find.trigger('keydown', { key: 'Enter' })
    expect(wrapper.emitted('update:modelValue')).toEqual([[['BA0577']]])
  })

  it('arrows choose among those found, and Esc drops the search alone', async () => {
    const wrapper = picker(['BA0001'])
    await wrapper.get('[data-testid=record-with-more]').trigger('click')
    const find = wrapper.get('[data-testid=record-with-find]')
    await find.setValue('同事57')
    await find.trigger('keydown', { key: 'ArrowDown' })
    expect(wrapper.findAll('[aria-selected=true]').map((one) => one.text())).toEqual(['同事570区民政局 · BA0570'])
    await find.trigger('keydown', { key: 'Escape' })
    expect(wrapper.find('[data-testid=record-with-find]').exists()).toBe(false)
    expect(wrapper.emitted('update:modelValue')).toBeUndefined()
  })
})
