// Keyboards and systems write one letter in several ways: what looks the same is the same name, and the same tag.
import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const NFC = 'Zo\u00eb'
const NFD = 'Zoe\u0308'
/** A letter that is two when it is composed. */
const GROWING = '\u0958'.repeat(100)

describe.each(SYSTEMS)('names and tags on %s', (name) => {
  const on = startingOn(name)

  it(
    'are one in every form of their letters',
    on(async ({ ask, join, write }) => {
      const { token, username } = await join(NFD)
      expect(username).toBe(NFC)
      const { token: other } = await join('eve')
      const taken = [422, { errors: { body: ['The user name is taken'] } }]
      for (const form of [NFC, NFD]) {
        const user = { username: form, email: 'new@example.com', password: 'plum tree' }
        expect(await ask('POST', '/users', { json: { user } })).toEqual(taken)
        expect(await ask('PUT', '/user', { token: other, json: { user: { username: form } } })).toEqual(taken)
      }
      const { slug, tagList } = await write(token, { tagList: [NFD, NFC] })
      expect(tagList).toEqual([NFC])
      await ask('POST', `/articles/${slug}/favorite`, { token })
      for (const form of [NFC, NFD]) {
        const part = encodeURIComponent(form)
        expect((await ask('GET', `/profiles/${part}`))[0]).toBe(200)
        expect((await ask('POST', `/profiles/${part}/follow`, { token: other }))[0]).toBe(200)
        for (const by of ['author', 'tag', 'favorited'])
          expect((await ask('GET', `/articles?${by}=${part}`))[1]).toMatchObject({ articlesCount: 1 })
      }
    }),
  )

  it(
    'of letters in two cases are two',
    on(async ({ join }) => {
      await join('Ana')
      expect((await join('ana')).username).toBe('ana')
    }),
  )

  it(
    'are refused where composing makes them too long',
    on(async ({ ask, join }) => {
      const user = { username: GROWING, email: 'new@example.com', password: 'plum tree' }
      expect((await ask('POST', '/users', { json: { user } }))[0]).toBe(422)
      const { token } = await join()
      const article = { title: 'x', description: 'x', body: 'x', tagList: [GROWING] }
      expect((await ask('POST', '/articles', { token, json: { article } }))[0]).toBe(422)
    }),
  )
})
