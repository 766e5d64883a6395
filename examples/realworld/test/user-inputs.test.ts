import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const ADA = { username: 'ada', email: 'ada@example.com', password: 'plum tree' }

describe.each(SYSTEMS)('what users send on %s', (name) => {
  const on = startingOn(name)

  it(
    'are told each member that is missing, empty or of another type',
    on(async ({ ask, join }) => {
      const { token } = await join('eve')
      const refused = async (method: string, path: string, json: unknown) => {
        const [status, { errors }] = await ask(method, path, { json, token })
        expect(status).toBe(422)
        return errors.body.map((text) => String(text.split(':')[0])).toSorted()
      }
      expect(await refused('POST', '/users', {})).toEqual(['user'])
      expect(await refused('POST', '/users', { user: {} })).toEqual([
        'user.email',
        'user.password',
        'user.username',
      ])
      expect(await refused('POST', '/users', { user: { ...ADA, username: '' } })).toContain('user.username')
      expect(await refused('POST', '/users', { user: { ...ADA, username: ' \t' } })).toEqual([
        'user.username',
      ])
      expect(await refused('POST', '/users', { user: { ...ADA, email: '' } })).toEqual(['user.email'])
      expect(await refused('POST', '/users', { user: { ...ADA, email: 'ada' } })).toEqual(['user.email'])
      expect(await refused('POST', '/users', { user: { ...ADA, password: '' } })).toEqual(['user.password'])
      expect(await refused('POST', '/users', { user: { ...ADA, password: null } })).toEqual(['user.password'])
      expect(await refused('POST', '/users', { user: { ...ADA, username: 7 } })).toEqual(['user.username'])
      expect(await refused('POST', '/users/login', { user: { email: 'ada@example.com' } })).toEqual([
        'user.password',
      ])
      expect(await refused('POST', '/users/login', { user: { email: '', password: 'x' } })).toEqual([
        'user.email',
      ])
      expect(await refused('POST', '/users/login', { user: { email: 'ada', password: 'x' } })).toEqual([
        'user.email',
      ])
      expect(await refused('PUT', '/user', { user: { username: '' } })).toContain('user.username')
    }),
  )

  it(
    'may send more than the document knows, which is ignored',
    on(async ({ ask }) => {
      const json = { user: { ...ADA, id: 7, passwordHash: 'x', roles: ['admin'] }, more: true }
      expect((await ask('POST', '/users', { json }))[0]).toBe(201)
      expect((await ask('POST', '/users/login', { json: { user: { ...ADA, more: 1 }, more: 1 } }))[0]).toBe(
        200,
      )
    }),
  )
})
