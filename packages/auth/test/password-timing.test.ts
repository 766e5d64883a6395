// Whether there is such a user is not to be told by time: the ranks of both kinds of calls are mixed (Mann–Whitney).
import { createSeededRandom } from '@keelson/core/ports'
import { expect, it } from 'vitest'
import { Passwords } from '@keelson/auth/passwords'

const CALLS = 40

it('a user who is not there takes as long as one who is', async () => {
  const passwords = new Passwords()
  const stored = await passwords.hash('correct horse battery staple')
  const random = createSeededRandom(16)
  const times: Readonly<Record<'known' | 'unknown', number[]>> = { known: [], unknown: [] }
  const left = [...Array<'known'>(CALLS).fill('known'), ...Array<'unknown'>(CALLS).fill('unknown')]
  while (left.length > 0) {
    const [kind] = left.splice(random.int(left.length), 1)
    const begin = performance.now()
    await passwords.verify('a plum tree by the canal', kind === 'known' ? stored : undefined)
    times[kind!].push(performance.now() - begin)
  }
  const slower = times.known.flatMap((one) => times.unknown.map((other) => Number(one > other)))
  const part = slower.reduce((sum, one) => sum + one, 0) / slower.length
  // One half but for chance, whose standard deviation is 0.065; 1 where a user who is not there is answered at once.
  expect(Math.abs(part - 0.5)).toBeLessThan(0.3)
})
