import { t } from '@keelson/core'
import { createCache } from '../index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function holds<T extends true>(): T | void {}

const Price = t.Object({ id: t.String(), amounts: t.Array(t.Integer()) })
type Shown = { readonly id: string; readonly amounts: readonly number[] }
const cache = createCache()
const prices = cache.namespace('prices', { schema: Price, ttlMs: 1, tags: ({ id }) => [id] })
const price = await prices.getOrSet('a', async () => ({ id: 'a', amounts: [1] }))
holds<Same<typeof price, Shown>>()
const perhaps = await prices.getOrSet('a', () => (price.id === 'a' ? price : undefined))
holds<Same<typeof perhaps, Shown | undefined>>()
// @ts-expect-error -- all readers share it
price.amounts.push(2)
// @ts-expect-error -- the schema says a text
await prices.set('a', { id: 1, amounts: [] })
// @ts-expect-error -- a factory gives what the schema says
await prices.getOrSet('a', () => ({ id: 1, amounts: [] }))

const copies = cache.namespace<{ list: string[] }>('copies', { ttlMs: 1, reads: 'copied' })
const copy = await copies.getOrSet('a', () => ({ list: [] }))
copy.list.push('a')
