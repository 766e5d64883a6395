import { bind, createApp, KEYS, optional, route, Secret, SetupError, token, type Keys } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

const FIRST = 'the first secret, 32 bytes or more'
const SECOND = 'the second secret, 32 bytes or more'

const base = route.inject({ keys: KEYS })
const routes = {
  sign: base.get('/sign', open, ({ keys }) => keys.derive('test').sign('x')),
  verify: base.get('/verify/:signature', open, ({ keys, params }) => {
    const test = keys.derive('test')
    return `${test.verify('x', params.signature)} ${test.isOld(params.signature)}`
  }),
}
const textOf = async (app: { request(method: string, path: string): Promise<Response> }, path: string) =>
  (await app.request('GET', path)).text()
const problemsOf = (make: () => { check(): void }) => {
  try {
    make().check()
  } catch (error) {
    if (error instanceof SetupError) return error.problems
    throw error
  }
  return []
}

describe('keys of an app', () => {
  it('are made of its secrets: texts and Secrets, of which the first makes and all verify', async () => {
    await using before = await testApp({ routes, secrets: [FIRST] })
    const signature = await textOf(before, '/sign')
    await using after = await testApp({ routes, secrets: [new Secret(SECOND), FIRST] })
    expect(await textOf(after, `/verify/${signature}`)).toBe('true true')
    expect(await textOf(after, `/verify/${await textOf(after, '/sign')}`)).toBe('true false')
    await using gone = await testApp({ routes, secrets: [SECOND] })
    expect(await textOf(gone, `/verify/${signature}`)).toBe('false false')
  })

  it('are random without secrets, and say so once in development alone', async () => {
    const log = createMemoryLogger()
    const app = createApp({ routes, mode: 'development', log: log.log })
    await app.start()
    const said = () => log.lines.filter(({ msg }) => String(msg).includes('no secrets'))
    expect(said()).toMatchObject([
      { msg: expect.stringContaining('createApp({ secrets: [config.APP_SECRET] })') },
    ])
    await app.fetch(new Request('http://app.test/sign'))
    await app.fetch(new Request('http://app.test/sign'))
    expect(said()).toHaveLength(1)
    await app.stop()

    await using one = await testApp({ routes })
    await using other = await testApp({ routes })
    const signature = await textOf(one, '/sign')
    expect(await textOf(one, `/verify/${signature}`)).toBe('true false')
    expect(await textOf(other, `/verify/${signature}`)).toBe('false false')
    expect(
      [...one.log.lines, ...other.log.lines].filter(({ msg }) => String(msg).includes('secrets')),
    ).toEqual([])
  })

  it('are not made, and nothing is said, where nobody needs them', async () => {
    const log = createMemoryLogger()
    const plain = { a: route.get('/', open, () => 'ok') }
    const app = createApp({ routes: plain, mode: 'development', log: log.log })
    await app.start()
    await app.stop()
    expect(log.lines.filter(({ msg }) => String(msg).includes('secrets'))).toEqual([])
  })

  it('are missing in production without secrets: the start names who needs them', () => {
    const production = { mode: 'production', log: false } as const
    expect(problemsOf(() => createApp({ ...production, routes: { sign: routes.sign } }))).toEqual([
      {
        code: 'ERR_CORE_DI_MISSING',
        place: expect.stringMatching(/^route sign \(GET \/sign.*, ctx\.keys$/),
        message: "Nothing provides the token 'keelson.keys', needed by route sign -> KEYS.",
        remedy: 'Give createApp({ secrets: [config.APP_SECRET] }).',
      },
    ])
    expect(problemsOf(() => createApp({ ...production, routes, secrets: [FIRST] }))).toEqual([])
    // Whoever can do without is not kept from starting.
    const NAME = token<string>('name')
    const providers = [
      bind(NAME, { needs: [optional(KEYS)], make: (keys: Keys | undefined) => String(keys === undefined) }),
    ]
    const plain = { a: route.inject({ name: NAME }).get('/', open, ({ name }) => name) }
    expect(problemsOf(() => createApp({ ...production, routes: plain, providers }))).toEqual([])
  })

  it.each<[string, readonly unknown[], RegExp]>([
    [
      'too short',
      ['hunter2'],
      /^Option secrets\[0\] must be a secret of at least 256 bits, not a text\. It has 56 bits\./,
    ],
    ['too short a Secret', [new Secret('hunter2')], /not a value in a Secret\. It has 56 bits\./],
    ['a Secret that is no text', [new Secret(7)], /Pass a text, or the Secret/],
    ['the same twice', [FIRST, new Secret(FIRST)], /^secrets\[1\] is the same as secrets\[0\]\./],
    ['none', [], /^Option secrets is an empty list\./],
  ])('are refused for a secret that is %s, in words that do not hold it', async (_, secrets, message) => {
    const error = await failureOf(testApp({ routes, secrets: secrets as never }))
    const [problem] = (error as SetupError).problems
    expect(problem).toMatchObject({ place: expect.stringMatching(/^(createApp|testApp)/) })
    expect(`${problem?.message} ${problem?.remedy}`).toMatch(message)
    expect((error as Error).message).not.toMatch(/hunter2|the first secret/)
  })

  it('may be replaced in a test', async () => {
    const fake = { derive: () => ({ sign: () => 'signed' }) } as never
    await using app = await testApp({ routes, overrides: [bind(KEYS, { value: fake })] })
    expect(await textOf(app, '/sign')).toBe('signed')
  })
})
