import { describe, expect, it } from 'vitest'
import { nameComponents, PREFIX, toComponentName, type NamedComponent } from './component-names.ts'
import { freeName } from './names.ts'
import type { Side } from './side.ts'

function component(side: Side, id: string, schema: object, isMadeUp = false): [string, NamedComponent] {
  return [`${side}:${id}`, { id, wanted: id, isMadeUp, side, schema: schema as never }]
}
const names = (...components: [string, NamedComponent][]) =>
  Object.fromEntries(nameComponents(new Map(components)))
const text = { type: 'string' }
const number = { type: 'number' }
const ref = (key: string) => ({ $ref: PREFIX + key })

describe('names of components', () => {
  it('are one where a schema says the same for both sides', () => {
    expect(names(component('in', 'A', text), component('out', 'A', text))).toEqual({
      'in:A': 'A',
      'out:A': 'A',
    })
  })

  it('end in Input for what is sent, where it differs', () => {
    expect(names(component('in', 'A', number), component('out', 'A', text))).toEqual({
      'in:A': 'AInput',
      'out:A': 'A',
    })
  })

  it('differ where only what they refer to differs', () => {
    const found = names(
      component('in', 'A', ref('in:B')),
      component('out', 'A', ref('out:B')),
      component('in', 'B', number),
      component('out', 'B', text),
    )
    expect(found).toMatchObject({ 'in:A': 'AInput', 'out:A': 'A' })
  })

  it('are one for schemas that refer to themselves and say the same', () => {
    const found = names(component('in', 'A', ref('in:A')), component('out', 'A', ref('out:A')))
    expect(found).toEqual({ 'in:A': 'A', 'out:A': 'A' })
  })

  it('are given to schemas that have one before those that are made up', () => {
    const made: [string, NamedComponent] = ['out:x', { ...component('out', 'x', text, true)[1], wanted: 'A' }]
    expect(names(made, component('out', 'A', number))).toEqual({ 'out:A': 'A', 'out:x': 'A_2' })
  })
})

describe('a name', () => {
  it.each([
    ['Order', 'Order'],
    ['an order', 'an_order'],
    ['https://a.example/schemas/order.schema.json', 'order'],
    ['https://a.example/order.json', 'order'],
    ['urn:shop:order', 'order'],
    ['https://a.example/order#/', 'order'],
    ['', 'Schema'],
  ])('of %j is %s', (wanted, name) => {
    expect(toComponentName(wanted)).toBe(name)
  })

  it('gets the first number that is free', () => {
    expect(freeName('A', new Set(['B']))).toBe('A')
    expect(freeName('A', new Set(['A', 'A_2']))).toBe('A_3')
  })
})
