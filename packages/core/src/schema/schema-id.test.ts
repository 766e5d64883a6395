import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findClashingIds, t } from './index.ts'

describe('findClashingIds', () => {
  const User = t.Object({ name: t.String() }, { $id: 'User' })

  it('finds the names that different schemas share, wherever they stand', () => {
    const other = t.Object({ id: t.Integer() }, { $id: 'User' })
    const clashes = findClashingIds([t.Array(User), t.Object({ owner: t.Union([other, t.Null()]) })])
    expect(clashes).toEqual([{ id: 'User', schemas: [User, other] }])
  })

  it('takes the same schema many times, and equal copies, for no clash', () => {
    expect(
      findClashingIds([
        User,
        t.Object({ a: User, b: t.Optional(User) }),
        t.Object({ name: t.String() }, { $id: 'User' }),
      ]),
    ).toEqual([])
  })

  it('does not count the names that t.Recursive makes up', () => {
    const tree = (): unknown => ({
      ...t.Recursive((This) => t.Object({ [`k${Math.random()}`]: t.Optional(This) })),
      $id: 'T0',
    })
    expect(findClashingIds([tree(), tree()])).toEqual([])
  })

  it('finds nothing in what is no schema', () => {
    expect(findClashingIds([undefined, null, 'x', z.string(), { a: User }])).toEqual([])
  })
})
