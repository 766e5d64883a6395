import { describe, expect, it } from 'vitest'
import { bodyFormat, defineError, route, token, validator } from '../index.ts'
import { SetupError } from './setup-error.ts'

describe('the title of a setup error', () => {
  it.each([
    ["token('clock')", () => token('clock', { share: true } as never)],
    ['validator', () => validator(7 as never)],
    ['bodyFormat', () => bodyFormat({} as never)],
    ['route.use', () => route.use(7 as never)],
    ['route.at', () => route.at(7 as never)],
    ['route.inject', () => route.inject(7 as never)],
    ["defineError('X')", () => defineError('X', { status: 200, title: 'x' })],
  ])('names the function that was called: %s', (name, call) => {
    expect(titleOf(call)).toBe(`Invalid call of ${name}`)
  })
})

function titleOf(call: () => unknown): string | undefined {
  try {
    call()
  } catch (error) {
    if (SetupError.is(error)) return error.title
  }
  return undefined
}
