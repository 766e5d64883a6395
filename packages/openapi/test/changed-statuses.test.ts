import { createApp, errorFormat, NotFoundError, route, router, t } from '@keelson/core'
import { expect, it } from 'vitest'
import { toOpenApi } from '../src/index.ts'

const short = errorFormat({
  mediaType: 'application/json',
  schema: t.Object({ error: t.String() }),
  status: ({ status }) => (status < 500 ? 422 : status),
  write: ({ code }) => ({ error: code }),
  read: () => undefined,
})
const params = { id: t.Integer() }
const one = (path: string) =>
  route.get(path, { params, errors: [NotFoundError], response: t.Integer(), access: 'public' }, () => 1)

it('names an answer by its status, where a format of errors has changed those of several errors to it', () => {
  const routes = { notes: router('/notes', { errorFormat: short }, { a: one('/a/:id'), b: one('/b/:id') }) }
  const { paths, components } = toOpenApi(createApp({ routes, log: false, health: false }))
  const responses = paths['/notes/a/{id}']?.get?.responses
  expect(responses).not.toHaveProperty('404')
  expect(responses?.['422']).toEqual({ $ref: '#/components/responses/UnprocessableEntity' })
  expect(components.responses?.['UnprocessableEntity']?.['x-error-codes']).toEqual(
    expect.arrayContaining(['ERR_CORE_NOT_FOUND', 'ERR_CORE_VALIDATION']),
  )
})
