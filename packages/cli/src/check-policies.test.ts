import { describe, expect, it } from 'vitest'
import { accessRule, createApp, middleware, needs, route, t, type RouteTree } from '@keelson/core'
import { checkApp } from './check-app.ts'

const columns = ['id', 'owner', 'margin', 'total']
const Row = t.Object({ id: t.String(), margin: t.Optional(t.String()) })

function asking(
  isList: boolean,
  fields: readonly string[] = [],
  known: readonly string[] | undefined = columns,
) {
  const rule = isList
    ? middleware({ name: 'list', stage: 'authorize', adds: ['visible'], run: () => ({ visible: true }) })
    : accessRule({ name: 'read', allow: () => true })
  return Object.freeze({
    ...rule,
    '~questions': [{ rule: 'read of Order', fields, columns: known, isList }],
  }) as ReturnType<typeof accessRule>
}

function found(routes: RouteTree) {
  const report = checkApp(createApp({ routes, mode: 'production', log: { level: 'silent' } } as never))
  return report.findings.map(({ rule, severity, place }) => `${severity} ${rule} ${place.split(' ')[1]}`)
}
const guarded = asking(false, ['margin', 'total'])
const list = asking(true)
const pick = <T>(one: T): T => one

describe('what keelson check says of the rules of a policy', () => {
  it('warns of a list whose handler does not read visible', () => {
    const response = t.Array(t.String())
    const uses = middleware({
      name: 'narrowed',
      stage: 'handle',
      needs: needs<{ visible: unknown }>('visible'),
      run: () => undefined,
    })
    expect(
      found({
        whole: route.get('/a', { access: list, response }, ({ params }) => [String(params)]),
        asked: route.get('/b', { access: list, response }, ({ visible }: { readonly visible?: unknown }) => [
          String(visible),
        ]),
        handed: route.get('/c', { access: list, response }, (ctx) => pick([String(ctx)])),
        before: route.get('/d', { access: list, use: [uses], response }, () => []),
      } as never),
    ).toEqual(['warning policy-list-whole whole'])
  })

  it('warns of a guarded column that the response shows and pick does not make', () => {
    const one = { id: '1', margin: '2' }
    expect(
      found({
        shown: route.get('/a', { access: guarded, response: Row }, () => one),
        listed: route.get('/b', { access: guarded, response: t.Object({ items: t.Array(Row) }) }, () => ({
          items: [one],
        })),
        mapped: route.get('/c', { access: guarded, response: { 201: Row } } as never, () => one),
        picked: route.get('/d', { access: guarded, response: Row }, () => pick(one)),
        narrow: route.get('/e', { access: guarded, response: t.Object({ id: t.String() }) }, () => one),
        page: route.get(
          '/f',
          { access: guarded, response: t.Object({ total: t.Number(), pages: t.Number() }) },
          () => ({ total: 1, pages: 1 }),
        ),
        refused: route.get(
          '/g',
          { access: guarded, response: { 200: t.Object({}), 409: Row } } as never,
          () => ({}),
        ),
      } as never),
    ).toEqual([
      'warning policy-field-shown shown',
      'warning policy-field-shown listed',
      'warning policy-field-shown mapped',
    ])
  })

  it('says which columns, and takes an acknowledgement', () => {
    const access = asking(false, ['margin'], undefined)
    const acknowledge = { 'policy-field-shown': 'The service picks.' }
    const open = { a: route.get('/a', { access, response: Row }, () => ({ id: '1' })) }
    const known = { a: route.get('/a', { access, response: Row, acknowledge }, () => ({ id: '1' })) }
    const [first] = checkApp(createApp({ routes: open })).findings
    expect(first?.message).toContain('shows margin, which fields of the rule read of Order guard')
    expect(checkApp(createApp({ routes: known })).findings).toEqual([])
  })
})
