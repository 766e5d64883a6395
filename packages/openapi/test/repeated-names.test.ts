import { createApp, route, router, t } from '@keelson/core'
import { expect, it } from 'vitest'
import { toOpenApi } from '../src/index.ts'

const CODE = 'ERR_CORE_JSON_DUPLICATE_NAME'
const refusing = { json: { duplicates: 'refuse' } } as const
const Note = t.Object({ text: t.String() })

it('the document lists repeated names where the app, a router or the route refuses them', () => {
  const codesOf = (app: object, place: object, own: object): readonly string[] => {
    const options = { access: 'public', body: Note, response: Note, ...own } as const
    const add = route.post('/', options, ({ body }) => body)
    const document = toOpenApi(
      createApp({ routes: { api: router('/api', place, { add }) }, log: false, ...app }),
    )
    return Object.values(document.components.responses ?? {}).flatMap((one) => one['x-error-codes'] ?? [])
  }
  expect(codesOf({}, {}, {})).toContain('ERR_CORE_JSON_SYNTAX')
  expect(codesOf({}, {}, {})).not.toContain(CODE)
  expect(codesOf(refusing, {}, {})).toContain(CODE)
  expect(codesOf({}, refusing, {})).toContain(CODE)
  expect(codesOf({}, {}, refusing)).toContain(CODE)
  expect(codesOf({}, refusing, { json: { duplicates: 'last' } })).not.toContain(CODE)
})
