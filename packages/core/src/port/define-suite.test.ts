import { describe, expect, it } from 'vitest'
import { callable, optionTable, required } from '../errors/index.ts'
import { defineSuite, type SuiteOptions, type SuiteTools } from './suites.ts'

interface GreeterSubject {
  readonly greet: (name: string) => string
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const greeterSuite = defineSuite<GreeterSubject>({
  name: 'greeterSuite',
  subject: optionTable<GreeterSubject>({
    greet: required(callable('Greets.')),
    dispose: callable('Called after each case.'),
  }),
  cases: {
    'says the name': async ({ greet }, equals) => void equals(greet('Ada').includes('Ada')).toEqual(true),
    'ends with a full stop': async ({ greet }, equals) => void equals(greet('Ada').at(-1)).toEqual('.'),
  },
})

/** What a runner is told, with the outcome of each case. */
async function told(options: SuiteOptions<GreeterSubject>): Promise<string[]> {
  const lines: string[] = []
  const cases: [string, () => Promise<void>][] = []
  const tools: SuiteTools = {
    describe: (name, body) => {
      lines.push(name)
      body()
    },
    it: Object.assign((name: string, body: () => Promise<void>) => cases.push([name, body]), {
      skip: (name: string) => lines.push(`skipped: ${name}`),
    }),
    expect,
  }
  greeterSuite(tools, options)
  for (const [name, run] of cases)
    lines.push(
      await run().then(
        () => `passed: ${name}`,
        (error: Error) => `failed: ${name}: ${error.message}`,
      ),
    )
  return lines
}

describe('defineSuite', () => {
  it('makes a suite that runs each case on a subject of its own, which is disposed of', async () => {
    let made = 0
    let disposed = 0
    const make = (): GreeterSubject => {
      made++
      return { greet: (name) => `Hello ${name}`, dispose: () => void disposed++ }
    }
    const [title, first, second] = await told({ name: 'plain', make })
    expect(title).toBe('greeterSuite: plain')
    expect(first).toBe('passed: says the name')
    expect(second).toMatch(/^failed: ends with a full stop: /)
    expect([made, disposed]).toEqual([2, 2])
  })

  it('lists what is skipped with its reason, and refuses to skip what there is not', async () => {
    const make = (): GreeterSubject => ({ greet: (name) => name })
    const skip = { 'ends with a full stop': 'it never does' }
    expect(await told({ name: 'bare', make, skip })).toEqual([
      'greeterSuite: bare',
      'skipped: ends with a full stop (it never does)',
      'passed: says the name',
    ])
    await expect(told({ name: 'bare', make, skip: { other: 'why' } })).rejects.toThrow('no case "other"')
  })

  it('names itself and the line of its caller where options or a subject are wrong', async () => {
    expect(() => greeterSuite({ describe, it, expect }, { nam: 'x' } as never)).toThrow(
      /greeterSuite \(.*define-suite\.test\.ts:\d+\).*Did you mean 'name'\?/,
    )
    const make = (): GreeterSubject => ({ greets: 1 }) as never
    const [, first] = await told({ name: 'wrong', make })
    expect(first).toContain('greeterSuite, what make returns')
  })
})
