// A policy with fields beside an answer that is kept for all.
import { cache, cached } from '@keelson/cache'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { anyRule, definePolicy, scheme, signedIn } from '@keelson/auth'

interface User {
  readonly id: string
  readonly isSales: boolean
}
interface Note {
  readonly id: string
  readonly margin: number
}
const { can } = definePolicy<{ user: User }>()((resource) => ({
  Note: resource<Note>()(({ when }) => ({
    read: when(() => true, { fields: { margin: when(({ user }) => user.isSales) } }),
    count: when(() => true, { fields: {} }),
  })),
  Page: resource<{ id: string }>()(({ when }) => ({ read: when(() => true) })),
}))

const member = route.use(
  scheme({
    name: 'caller',
    security: { name: 'bearer' },
    find: (): { user: User; principal: { id: string; kind: 'user' } } => ({
      user: { id: 'bob', isSales: false },
      principal: { id: 'bob', kind: 'user' },
    }),
  }),
)
const load = () => ({ id: '1', margin: 42 })

async function startWith(access: unknown, by: 'nobody' | 'user'): Promise<void> {
  const use = [cached({ ttlMs: 60_000, by })]
  const show = member.get('/', { access: access as 'public', use }, () => 'shown')
  await using _app = await testApp({ routes: { show }, plugins: [cache()] })
}

describe("cached({ by: 'nobody' }) on a route", () => {
  it('does not start where callers see different fields, whatever rule says so', async () => {
    const read = can('read', 'Note', { load })
    for (const [access, names] of [
      [read, "'note'"],
      [can('read', 'Note'), "'read Note'"],
      [[signedIn(), read], "'note'"],
      [anyRule(signedIn(), read), "'signed in or read Note'"],
      // Whoever may do something else sees what readers see.
      [can('count', 'Note', { load }), "'note'"],
    ] as const)
      await expect(startWith(access, 'nobody')).rejects.toThrow(
        `It keeps one answer for all who may call, and what each of them may see differs, by ${names}.`,
      )
  })

  it('starts where all see the same, and where each caller has an answer', async () => {
    for (const access of [can('read', 'Page', { load }), can('read', 'Page')])
      await startWith(access, 'nobody')
    await startWith(can('read', 'Note', { load }), 'user')
  })
})
