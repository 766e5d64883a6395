import { describe, expect, it } from 'vitest'
import { ExpiryHeap, type Expiring } from './expiry-heap.ts'
import { createSeededRandom } from './index.ts'

describe('ExpiryHeap', () => {
  it('has at hand what ends first, whatever is put in, moved and taken out', () => {
    const random = createSeededRandom('heap')
    const heap = new ExpiryHeap<Expiring>()
    const items = Array.from({ length: 200 }, (): Expiring => ({ expiresAt: Infinity, slot: -1 }))
    for (let turn = 0; turn < 5000; turn++) {
      const item = items[random.int(items.length)]!
      const draw = random.int(10)
      if (draw === 0) heap.remove(item)
      else {
        item.expiresAt = draw === 1 ? Infinity : random.int(1000)
        heap.update(item)
      }
      const inside = items.filter(({ slot }) => slot !== -1)
      const first = Math.min(...inside.map(({ expiresAt }) => expiresAt))
      expect([heap.size, heap.first?.expiresAt]).toEqual([
        inside.length,
        inside.length === 0 ? undefined : first,
      ])
    }
  })
})
