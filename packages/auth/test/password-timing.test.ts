// Whether there is such a user is not to be told by time: the ranks of both kinds of calls are mixed (Mann–Whitney).
import { silentLogger } from '@keelson/core'
import { createSeededRandom } from '@keelson/core/ports'
import { expect, it } from 'vitest'
import { Passwords } from '@keelson/auth/passwords'

const CALLS = 40

it.each([
  ['a user who is not there', undefined],
  ['one whose hash cannot be read', 'auth0|5f7c8ec7c33c6c004bbafe82'],
])('%s takes as long as one who is', async (_, other) => {
  const passwords = new Passwords({}, silentLogger)
  const stored = await passwords.hash('correct horse battery staple')
  const random = createSeededRandom(16)
  const times: Readonly<Record<'known' | 'other', number[]>> = { known: [], other: [] }
  const left = [...Array<'known'>(CALLS).fill('known'), ...Array<'other'>(CALLS).fill('other')]
  while (left.length > 0) {
    const [kind] = left.splice(random.int(left.length), 1)
    const begin = performance.now()
    await passwords.verify('a plum tree by the canal', kind === 'known' ? stored : other)
    times[kind!].push(performance.now() - begin)
  }
  const slower = times.known.flatMap((one) => times.other.map((two) => Number(one > two)))
  const part = slower.reduce((sum, one) => sum + one, 0) / slower.length
  // One half but for chance, whose standard deviation is 0.065; 1 where a user who is not there is answered at once.
  expect(Math.abs(part - 0.5)).toBeLessThan(0.3)
})
