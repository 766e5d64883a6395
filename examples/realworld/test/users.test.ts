import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const ADA = { username: 'ada', email: 'ada@example.com', password: 'plum tree' }

describe.each(SYSTEMS)('users on %s', (name) => {
  const on = startingOn(name)

  it(
    'register, and are told who they are with a token, and never their password',
    on(async ({ ask }) => {
      const [status, { user }] = await ask('POST', '/users', { json: { user: ADA } })
      expect(status).toBe(201)
      expect(user).toEqual({
        username: 'ada',
        email: 'ada@example.com',
        bio: '',
        image: '',
        token: expect.any(String),
      })
      const [, shown] = await ask('GET', '/user', { token: user.token })
      expect(shown.user).toMatchObject({ username: 'ada', email: 'ada@example.com' })
      expect(JSON.stringify(shown)).not.toContain('argon2')
    }),
  )

  it(
    'sign in by e-mail and password, whatever the case of the letters of the e-mail',
    on(async ({ ask, join }) => {
      const { email } = await join('ada', ADA.password)
      const user = { email: email.toUpperCase(), password: ADA.password }
      const [status, body] = await ask('POST', '/users/login', { json: { user } })
      expect([status, body.user.username]).toEqual([200, 'ada'])
    }),
  )

  it(
    'get one answer for a wrong password and an unknown e-mail, with a challenge',
    on(async ({ ask, join, send }) => {
      const { email } = await join('ada', ADA.password)
      const wrong = { json: { user: { email, password: 'another' } } }
      const unknown = { json: { user: { email: 'eve@example.com', password: 'another' } } }
      const answer = await ask('POST', '/users/login', wrong)
      expect(answer).toEqual([401, { errors: { body: ['The e-mail or the password is wrong'] } }])
      expect(await ask('POST', '/users/login', unknown)).toEqual(answer)
      const response = await send('POST', '/users/login', wrong)
      const asOthers = (await send('GET', '/user')).headers.get('www-authenticate')
      expect(response.headers.get('www-authenticate')).toBe(asOthers)
    }),
  )

  it(
    'cannot have the name or the e-mail of another, in other letters neither',
    on(async ({ ask, join }) => {
      const ada = await join('ada')
      const { token, email } = await join('eve')
      const register = (user: object) => ask('POST', '/users', { json: { user: { ...ADA, ...user } } })
      const nameTaken = [422, { errors: { body: ['The user name is taken'] } }]
      const emailTaken = [422, { errors: { body: ['The e-mail is taken'] } }]
      expect(await register({ email: 'new@example.com' })).toEqual(nameTaken)
      expect(await register({ username: 'new', email: ada.email })).toEqual(emailTaken)
      expect(await register({ username: 'new', email: ada.email.replace('m', 'M') })).toEqual(emailTaken)
      const change = (user: object) => ask('PUT', '/user', { token, json: { user } })
      expect(await change({ username: 'ada' })).toEqual(nameTaken)
      expect(await change({ email: ada.email })).toEqual(emailTaken)
      const [, { user }] = await ask('GET', '/user', { token })
      expect(user).toMatchObject({ username: 'eve', email })
    }),
  )

  it(
    'change what they say, and nothing else',
    on(async ({ ask, join }) => {
      const { token, email } = await join('ada', ADA.password)
      const [status, { user }] = await ask('PUT', '/user', {
        token,
        json: { user: { bio: 'Counts.', image: 'https://a.example/ada.png' } },
      })
      expect(status).toBe(200)
      expect(user).toMatchObject({
        username: 'ada',
        email,
        bio: 'Counts.',
        image: 'https://a.example/ada.png',
      })
      const [, empty] = await ask('PUT', '/user', { token, json: { user: { bio: '' } } })
      expect(empty.user).toMatchObject({ bio: '', image: 'https://a.example/ada.png' })
      for (const nothing of [{}, { unknown: 'x' }]) {
        expect(await ask('PUT', '/user', { token, json: { user: nothing } })).toEqual([
          422,
          { errors: { body: ['Send at least one of email, password, username, bio and image.'] } },
        ])
      }
      const login = await ask('POST', '/users/login', { json: { user: { email, password: ADA.password } } })
      expect(login[0]).toBe(200)
    }),
  )

  it(
    'change their password, and then the old one is wrong',
    on(async ({ ask, join }) => {
      const { token, email } = await join('ada', ADA.password)
      expect((await ask('PUT', '/user', { token, json: { user: { password: 'pear tree' } } }))[0]).toBe(200)
      const logIn = async (password: string) =>
        (await ask('POST', '/users/login', { json: { user: { email, password } } }))[0]
      expect(await logIn(ADA.password)).toBe(401)
      expect(await logIn('pear tree')).toBe(200)
    }),
  )
})
