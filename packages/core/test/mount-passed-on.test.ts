import { mount } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { Router } from 'express'
import { expect, it } from 'vitest'
import { open } from './support.ts'

async function answerTo(error: object): Promise<Response> {
  const router = Router()
  router.get('/fails', (_, __, next) => next(error))
  await using app = await testApp({ routes: { m: mount('/m', router, open) }, transport: 'socket' })
  const response = await app.request('GET', '/m/fails')
  app.takeErrors()
  return response
}

const failure = (more: object): Error => Object.assign(new Error('secretName'), more)

it.each([400, 401, 402, 403, 404, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 425])(
  'answers with status %i what a router passes on with it and exposes',
  async (status) => {
    const response = await answerTo(failure({ status, expose: true }))
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toEqual([status, expect.objectContaining({ status })])
    expect(text).not.toContain('secretName')
  },
)

it.each<[number, object, string, string | null]>([
  [405, { headers: { Allow: 'GET, PUT' } }, 'allow', 'GET, PUT'],
  [405, {}, 'allow', ''],
  [426, { headers: { upgrade: 'websocket' } }, 'upgrade', 'websocket'],
  [428, {}, 'allow', null],
  [429, {}, 'allow', null],
  [431, {}, 'allow', null],
  [451, {}, 'allow', null],
])('answers %i with the headers that belong to it: %o', async (status, more, header, value) => {
  const response = await answerTo(failure({ status, expose: true, ...more }))
  expect([response.status, response.headers.get(header)]).toEqual([status, value])
})

it.each([418, 424, 426, 499])('answers 400 for status %i, which it cannot say itself', async (status) => {
  expect((await answerTo(failure({ status, expose: true }))).status).toBe(400)
})

it.each<[string, object]>([
  ['a status and no leave to expose it', { status: 409 }],
  ['a status that may not be exposed', { status: 404, expose: false }],
  ['a leave that is not a boolean', { status: 404, expose: 'true' }],
  ['a status that is a text', { status: '404', expose: true }],
  ['a status of a server', { status: 503, expose: true }],
  ['a status of a success', { status: 200, expose: true }],
])('answers 500 for an error with %s', async (_, more) => {
  const response = await answerTo(failure(more))
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('secretName')
})
