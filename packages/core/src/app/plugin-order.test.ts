import { describe, expect, it } from 'vitest'
import { orderPlugins } from './plugin-order.ts'
import type { Plugin } from './plugin-contract.ts'
import { plugin as toPlugin } from './plugin.ts'

const plugin = (name: string, ...needs: string[]): Plugin => toPlugin({ name, needs })

function order(...plugins: Plugin[]) {
  const { ordered, problems } = orderPlugins(plugins)
  return { names: ordered.map((one) => one.name), problems }
}

describe('the order of plugins', () => {
  it('is as given where none needs another', () => {
    expect(order(plugin('b'), plugin('a'), toPlugin({ name: 'c' }))).toEqual({
      names: ['b', 'a', 'c'],
      problems: [],
    })
  })

  it('puts each after those that it needs, once', () => {
    const { names, problems } = order(plugin('a', 'c'), plugin('b', 'c'), plugin('c', 'd'), plugin('d'))
    expect(names).toEqual(['d', 'c', 'a', 'b'])
    expect(problems).toEqual([])
  })

  it('cannot be made with one that is not there', () => {
    expect(order(plugin('a', 'x')).problems).toEqual([
      {
        code: 'ERR_CORE_PLUGIN',
        place: 'plugin a',
        message: "It needs the plugin 'x', which the app does not have.",
        remedy: 'Add it to createApp({ plugins }).',
      },
    ])
  })

  it('says which was meant by a name that is not there', () => {
    expect(order(plugin('database'), plugin('a', 'databse')).problems).toMatchObject([
      {
        message: "It needs the plugin 'databse', which the app does not have.",
        remedy: "Did you mean 'database'?",
      },
    ])
    expect(order(plugin('later', 'latr')).problems).toMatchObject([
      { remedy: 'Add it to createApp({ plugins }).' },
    ])
    expect(order(plugin('a', 'datbase'), plugin('database')).problems).toMatchObject([
      { remedy: "Did you mean 'database'?" },
    ])
  })

  it('cannot be made with two of one name', () => {
    expect(order(plugin('a'), plugin('b'), plugin('a')).problems).toMatchObject([
      { place: 'plugin a', message: 'Another plugin has the same name.' },
    ])
  })

  it.each([
    [[plugin('a', 'a')], 'a -> a'],
    [[plugin('a', 'b'), plugin('b', 'a')], 'a -> b -> a'],
    // What leads there is not part of the circle.
    [[plugin('x', 'a'), plugin('a', 'b'), plugin('b', 'a')], 'a -> b -> a'],
  ])('cannot be made in a circle: %#', (plugins, circle) => {
    expect(order(...plugins).problems.map((one) => one.message)).toEqual([`It needs itself: ${circle}.`])
  })
})
