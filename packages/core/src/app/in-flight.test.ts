import { describe, expect, it } from 'vitest'
import { InFlight, type InFlightEntry } from './in-flight.ts'

class Entry implements InFlightEntry<Entry> {
  newer: Entry | undefined = undefined
  older: Entry | undefined = undefined
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

function filled(): { list: InFlight<Entry>; entries: Record<'a' | 'b' | 'c', Entry>; names: () => string } {
  const list = new InFlight<Entry>()
  const entries = { a: new Entry('a'), b: new Entry('b'), c: new Entry('c') }
  for (const entry of Object.values(entries)) list.add(entry)
  return { list, entries, names: () => [...list].map((entry) => entry.name).join('') }
}

describe('InFlight', () => {
  it('lists the newest first', () => {
    expect(filled().names()).toBe('cba')
  })

  it.each([
    ['a', 'cb'],
    ['b', 'ca'],
    ['c', 'ba'],
  ] as const)('takes out %s, wherever it stands, and keeps the others', (name, left) => {
    const { list, entries, names } = filled()
    list.delete(entries[name])
    expect(names()).toBe(left)
    list.add(entries[name])
    expect(names()).toBe(name + left)
  })

  it('is empty when all have left, in any order', () => {
    const { list, entries } = filled()
    expect(list.isEmpty).toBe(false)
    for (const name of ['b', 'c', 'a'] as const) list.delete(entries[name])
    expect(list.isEmpty).toBe(true)
    expect([...list]).toEqual([])
  })

  it('does nothing for an entry that has left, alone or not', () => {
    const { list, entries, names } = filled()
    list.delete(entries.b)
    list.delete(entries.b)
    expect(names()).toBe('ca')
    list.delete(entries.a)
    list.delete(entries.c)
    list.delete(entries.c)
    expect(list.isEmpty).toBe(true)
  })

  it('keeps nobody alive through an entry that has left', () => {
    const { list, entries } = filled()
    list.delete(entries.b)
    expect([entries.b.newer, entries.b.older]).toEqual([undefined, undefined])
  })
})
