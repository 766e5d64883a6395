import {
  defineError,
  errorFormat,
  middleware,
  reply,
  route,
  router,
  t,
  UnauthorizedError,
} from '@keelson/core'
import { ClientError } from '@keelson/client'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'

const Note = t.Object({ id: t.Integer(), by: t.String() })
const NoteGone = defineError('NOTE_GONE', { status: 410, title: 'Gone' })

const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => {
    const user = ctx.header('x-user')
    if (user === undefined) throw new UnauthorizedError('Who are you?', { challenge: 'User' })
    return { user }
  },
  describe: { errors: [UnauthorizedError] },
})
const member = route.use(session)
const access = 'public' as const

const notes = router('/notes', {
  show: member.get(
    '/:id',
    { params: { id: t.Integer() }, response: Note, errors: [NoteGone], access },
    ({ params, user }) => {
      if (params.id === 0) throw new NoteGone()
      return { id: params.id, by: user }
    },
  ),
  create: member.post(
    '/',
    { body: t.Object({ by: t.String() }), response: { 201: Note }, access },
    ({ body }) => reply(201, { id: 1, by: body.by }),
  ),
})
const asAda = { headers: { 'x-user': 'Ada' } }

describe.each(['memory', 'socket'] as const)("a test's client, over %s", (transport) => {
  it('calls routes by their names, with their types', async () => {
    await using test = await testApp({ routes: { notes }, transport })
    const note = await test.client.notes.show({ params: { id: 7 } }, asAda)
    expectTypeOf(note).toEqualTypeOf<{ id: number; by: string }>()
    expect(note).toEqual({ id: 7, by: 'Ada' })
    expect(await test.client.notes.create({ body: { by: 'Bob' } }, asAda)).toEqual({ id: 1, by: 'Bob' })
  })

  it('throws what the route declares, or gives it as a value', async () => {
    await using test = await testApp({ routes: { notes }, transport })
    const { show } = test.client.notes
    const thrown: unknown = await show({ params: { id: 0 } }, asAda).catch((error: unknown) => error)
    expect(ClientError.is(thrown) && thrown.code).toBe('NOTE_GONE')
    const result = await show.result({ params: { id: 7 } })
    if (result.ok) throw new Error('It was let in.')
    expectTypeOf(result.error.code).toEqualTypeOf<'NOTE_GONE' | 'ERR_CORE_UNAUTHORIZED' | 'UNEXPECTED'>()
    expect([result.status, result.error.code]).toEqual([401, 'ERR_CORE_UNAUTHORIZED'])
  })
})

describe("a test's client of an app with formats of errors of its own", () => {
  const short = errorFormat({
    mediaType: 'application/json',
    schema: t.Object({ error: t.String() }),
    write: ({ code }) => ({ error: code }),
    read: (body, status) => {
      const { error } = (body ?? {}) as { error?: unknown }
      if (typeof error !== 'string') return undefined
      return {
        code: error,
        status,
        title: error,
        detail: undefined,
        details: undefined,
        requestId: undefined,
      }
    },
  })
  const gone = (path: string) =>
    route.get(path, { access, response: Note, errors: [NoteGone] }, () => {
      throw new NoteGone()
    })

  it('reads errors in the format of their router', async () => {
    await using test = await testApp({
      routes: { own: router('/own', { errorFormat: short }, { show: gone('/') }), show: gone('/') },
    })
    for (const show of [test.client.own.show, test.client.show])
      expect(await show.result()).toMatchObject({ status: 410, error: { code: 'NOTE_GONE' } })
  })

  it('reads errors in the format of the app', async () => {
    await using test = await testApp({ routes: { show: gone('/') }, errorFormat: short, health: false })
    expect(await test.client.show.result()).toMatchObject({ status: 410, error: { code: 'NOTE_GONE' } })
  })
})
