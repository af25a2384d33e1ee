import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import CountCells from './CountCells.vue'
import HitText from './HitText.vue'
import LightMark from './LightMark.vue'
import LongName from './LongName.vue'
import SkeletonRows from './SkeletonRows.vue'
import WeekRing from './WeekRing.vue'

describe('look', () => {
  it('hits_are_marked_and_the_text_stays_whole', () => {
    const wrapper = mount(HitText, { props: { text: '澜州𠮷田精密', ranges: [[5, 7], [0, 2], [1, 3], [90, 99]] } })
    expect(wrapper.text()).toBe('澜州𠮷田精密')
    expect(wrapper.findAll('mark').map((mark) => mark.text())).toEqual(['澜州', '精密'])
  })
  it('a_long_name_keeps_its_end_and_never_splits_a_character', () => {
    const name = '澜州市云栈智能装备与工业互联网技术服务（集团）有限公司示范区第一分公司'
    const wrapper = mount(LongName, { props: { name } })
    expect(wrapper.text()).toBe(name)
    expect(wrapper.find('.long-end').text()).toBe('区第一分公司')
    expect(mount(LongName, { props: { name: '一二三四五六七𠮷𠮷𠮷𠮷𠮷𠮷' } }).find('.long-end').text()).toBe('𠮷𠮷𠮷𠮷𠮷𠮷')
  })
  it('what_is_counted_is_drawn_one_by_one', () => {
    const wrapper = mount(CountCells, { props: { filled: 18, total: 22, label: '22 家已走访 18 家' } })
    expect(wrapper.findAll('i')).toHaveLength(22)
    expect(wrapper.findAll('i.f')).toHaveLength(18)
  })
  it('more_than_anybody_counts_is_one_bar', () => {
    const wrapper = mount(CountCells, { props: { filled: 500, total: 2000, label: '2000 家已走访 500 家' } })
    expect(wrapper.findAll('i').map((bar) => bar.attributes('style'))).toEqual(['width: 25%;'])
  })
  it('a_week_has_an_arc_for_each_visit_required', () => {
    const arcs = (counted: number, required: number) => mount(WeekRing, { props: { counted, required, label: '' } }).findAll('circle').map((arc) => arc.attributes('stroke'))
    expect(arcs(1, 2)).toEqual(['var(--q-accent)', 'var(--q-line)'])
    expect(arcs(3, 0)).toEqual(['var(--q-line)'])
  })
  it('a_light_has_shape_and_word_beside_its_colour', () => {
    const shape = (kind: 'green' | 'yellow' | 'red') => mount(LightMark, { props: { kind }, slots: { default: '字' } }).find('path').attributes('d')
    expect(new Set([shape('green'), shape('yellow'), shape('red')]).size).toBe(3)
  })
  it('a_skeleton_waits_200_ms', async () => {
    vi.useFakeTimers()
    const wrapper = mount(SkeletonRows, { props: { rows: 3 } })
    expect(wrapper.findAll('i')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(wrapper.findAll('i')).toHaveLength(9)
    vi.useRealTimers()
  })
})
