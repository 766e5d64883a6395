import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hovers } from './compile.ts'

const PROGRAM = `
import { accessRule, createApp, route, router, t } from '@keelson/core'
import { createClient } from '@keelson/client'

const shop = route.at('/shops/:shop')
const show = route.get('/:id', { response: t.Object({ id: t.String() }), access: 'public' }, (ctx) => ctx.params)
const head = shop.head('/:id', { access: 'public', response: { 200: null } }, () => null)
const query = shop.query('/:id', { access: 'public' }, () => 1)
const post = route.post('/', { response: t.Integer() }, () => 1)
const put = route.put('/:id', { access: 'public' }, () => 1)
const patch = route.patch('/:id', { access: 'public' }, () => 1)
const remove = route.delete('/:id', { access: 'public' }, () => 1)
const orders = router('/orders', { show })
const notes = router('/notes/:of', { access: accessRule({ name: 'open', allow: () => true }) }, { add: post })
const app = createApp({ routes: { orders }, name: 'shop' })
const invoked = app.invoke('orders.show', { params: { id: '' } })

declare const manifest: Parameters<typeof createClient>[0]['manifest']
const client = createClient<{ orders: typeof orders; notes: typeof notes }>({ baseUrl: '', manifest })
const plain = client.orders
const inside = client.notes
const called = client.orders.show({ params: { id: '' } })
const result = client.orders.show.result({ params: { id: '' } })
`
const METHODS = [
  'route.get',
  'shop.head',
  'shop.query',
  'route.post',
  'route.put',
  'route.patch',
  'route.delete',
]
const CLIENT = {
  'const client': 'const client: Client<{ orders: typeof orders; notes: typeof notes; }>',
  'const plain':
    'const plain: { readonly show: RouteCall<{ params: { readonly id: string; }; }, { 200: { id: string; }; }, never>; }',
  'const inside':
    'const inside: { readonly add: RouteCall<{} & { params: { readonly of: string; }; }, { 200: number; }, WireError<"ERR_CORE_FORBIDDEN", unknown, 403> | WireError<"ERR_CORE_NOT_FOUND", unknown, 404>>; }',
  'client.orders.show':
    '(property) show: RouteCall (input: { params: { readonly id: string; }; }, options?: CallOptions | undefined) => Promise<{ id: string; }>',
  'const result': 'const result: Promise<ClientResult<{ 200: { id: string; }; }, never>>',
}
const OTHERS = [
  'const shop',
  '(ctx',
  '= createApp',
  '= createClient',
  'app.invoke',
  'const invoked',
  'show.result',
]

const root = join(import.meta.dirname, '../../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The types that these packages export and that are not values; TypeBox's, `TObject`, are not ours to explain. */
function exportedTypes(): ReadonlySet<string> {
  const text = read('packages/core/names.txt') + read('packages/client/names.txt')
  return new Set([...text.matchAll(/^ {2}(?!T[A-Z])(\w+).*: type$/gm)].map((match) => match[1] as string))
}

describe('where the mouse rests', () => {
  const shown = hovers(PROGRAM, [...METHODS, ...Object.keys(CLIENT), ...OTHERS])

  it.each(METHODS)('%s says in a sentence what it makes', (name) => {
    expect(shown.get(name)?.doc).toMatch(/^[A-Z].+\.$/)
  })

  it.each(Object.entries(CLIENT))('%s of a client is plain', (name, type) => {
    expect(shown.get(name)?.type).toBe(type)
  })

  it('every type that is shown has its name in a guide', () => {
    const guides = globSync('docs/guides/*.md', { cwd: root }).map(read).join('\n')
    const explained = new Set(guides.match(/\b[A-Z]\w+/g))
    const exported = exportedTypes()
    const names = new Set([...shown.values()].flatMap(({ type }) => type.match(/\b[A-Z]\w+/g) ?? []))
    expect(names).toContain('BaseContext')
    expect([...names].filter((name) => exported.has(name) && !explained.has(name))).toEqual([])
  })
})
