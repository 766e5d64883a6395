import { describe, expect, it } from 'vitest'
import { checkArgument, checkOptions, integer, optionTable, refuseCall, type CallProblem } from './options.ts'
import { SetupError } from './setup-error.ts'

const TABLE = optionTable<{ readonly port?: number | undefined }>({ port: integer('Port.') })

function thrownBy(work: () => void): SetupError {
  try {
    work()
  } catch (error) {
    if (SetupError.is(error)) return error
  }
  throw new Error('No SetupError was thrown.')
}

describe('options of a public function', () => {
  it('stop the start with every problem and the line of the call', () => {
    const example = (options: unknown): void =>
      checkOptions(TABLE, options, { name: 'example', below: example })
    const { problems } = thrownBy(() => example({ port: -1, prot: 2 }))
    expect(problems.map(({ code }) => code)).toEqual(['ERR_CORE_OPTION', 'ERR_CORE_OPTION'])
    expect(problems[0]?.place).toMatch(/^example \(.*errors\/options\.test\.ts:\d+\)$/)
    expect(() => example({ port: 1 })).not.toThrow()
  })

  it('are refused one by one as well', () => {
    const place = { name: 'example', argument: 'The port' }
    expect(thrownBy(() => checkArgument(integer('Port.'), 'x', place)).problems[0]?.message).toMatch(
      /^The port must be an integer/,
    )
  })

  it('are refused for what no table says, in the same words', () => {
    const words = { message: 'It has neither.', remedy: 'Give one.' }
    const example = (): void =>
      refuseCall([words, { ...words, code: 'ERR_OTHER', place: 'there' }], {
        name: 'example',
        below: example,
      })
    const error = thrownBy(example)
    expect(error.title).toBe('Invalid call of example')
    expect(error.problems).toMatchObject([
      {
        ...words,
        code: 'ERR_CORE_OPTION',
        place: expect.stringMatching(/^example \(.*options\.test\.ts:\d+\)$/),
      },
      { ...words, code: 'ERR_OTHER', place: 'there' },
    ])
    const none: readonly CallProblem[] = []
    expect(() => refuseCall(none, { name: 'example' })).not.toThrow()
    // A call with a problem never returns, which the compiler knows.
    const never = (): string => refuseCall([words], { name: 'example', code: 'ERR_OWN' })
    expect(thrownBy(never).problems).toMatchObject([{ code: 'ERR_OWN', place: 'example' }])
  })
})
