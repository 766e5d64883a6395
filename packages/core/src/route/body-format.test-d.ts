import { z } from 'zod'
import type { Client } from '@keelson/client'
import { t } from '../schema/index.ts'
import { bodyFormat, bytes, form, json, oneOf, text } from './body-format.ts'
import { route } from './factory.ts'
import type { UploadBody } from '@keelson/contract'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => undefined
const open = { access: 'public' } as const
const Order = t.Object({ total: t.Number(), note: t.String({ default: '' }) })

const routes = {
  form: route.post('/', { ...open, body: form(Order) }, ({ body }) => {
    same<typeof body, { total: number; note: string }>(true)
  }),
  shape: route.post('/', { ...open, body: form({ a: t.Optional(t.Array(t.Boolean())) }) }, ({ body }) => {
    same<typeof body, { a?: boolean[] }>(true)
  }),
  zod: route.post('/', { ...open, body: form(z.object({ at: z.coerce.date() })) }, ({ body }) => {
    same<typeof body, { at: Date }>(true)
  }),
  may: route.post('/', { ...open, body: form(t.Optional(Order)) }, ({ body }) => {
    same<typeof body, { total: number; note: string } | undefined>(true)
  }),
  bare: route.post('/', { ...open, body: t.Optional(Order) }, ({ body }) => {
    same<typeof body, { total: number; note: string } | undefined>(true)
  }),
  text: route.post('/', { ...open, body: text() }, ({ body }) => {
    same<typeof body, string>(true)
  }),
  word: route.post(
    '/',
    { ...open, body: text({ schema: t.Union([t.Literal('a'), t.Literal('b')]) }) },
    ({ body }) => {
      same<typeof body, 'a' | 'b'>(true)
    },
  ),
  bytes: route.post('/', { ...open, body: bytes() }, ({ body }) => {
    same<typeof body, Uint8Array>(true)
  }),
  any: route.post('/', { ...open, body: oneOf(json(Order), text()) }, ({ body }) => {
    same<typeof body, string | { total: number; note: string }>(true)
  }),
  own: route.post(
    '/',
    {
      ...open,
      body: bodyFormat({ mediaTypes: ['text/x-n'], schema: t.Array(t.Integer()), read: () => [1] }),
    },
    ({ body }) => {
      same<typeof body, number[]>(true)
    },
  ),
  ownJson: route.post(
    '/',
    {
      ...open,
      body: bodyFormat({
        mediaTypes: ['application/x+json', 'text/x'],
        schema: Order,
        read: (_bytes, params) => params['charset'],
        write: (value) => value.note,
      }),
    },
    () => 1,
  ),
}

type Call<K extends keyof typeof routes> = NonNullable<Parameters<Client<typeof routes>[K]>[0]>
same<Call<'form'>['body'], { total: number; note?: string }>(true)
same<Call<'text'>['body'], string>(true)
same<Call<'word'>['body'], 'a' | 'b'>(true)
same<Call<'bytes'>['body'], UploadBody>(true)
same<Call<'any'>['body'], string | { total: number; note?: string }>(true)
same<Call<'own'>['body'], UploadBody>(true)
same<Call<'ownJson'>['body'], { total: number; note?: string }>(true)
same<{} extends Call<'may'> ? true : false, true>(true)
same<{} extends Call<'form'> ? true : false, false>(true)

// @ts-expect-error -- not a schema
form(5)
// @ts-expect-error -- schemas of other libraries stand whole
form({ a: z.string() })
// @ts-expect-error -- a schema is no format: json(Order)
oneOf(Order, text())
// @ts-expect-error -- no format
oneOf()
// @ts-expect-error -- a list
text({ mediaTypes: 'text/csv' })
// @ts-expect-error -- at least one
bytes({ mediaTypes: [] })
// @ts-expect-error -- no such option
json(Order, { mediaType: ['a/b'] })
// @ts-expect-error -- what reads it is missing
bodyFormat({ mediaTypes: ['a/b'], schema: Order })
// @ts-expect-error -- the body has no such member
route.post('/', { ...open, body: form(Order) }, ({ body }) => body.totl)
// @ts-expect-error -- a text is not a number
route.post('/', { ...open, body: text() }, ({ body }) => body.toFixed())
