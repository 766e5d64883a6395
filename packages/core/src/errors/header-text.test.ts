import { validateHeaderName, validateHeaderValue } from 'node:http'
import { describe, expect, it } from 'vitest'
import { isFieldValue, isToken } from './header-text.ts'

const characters = Array.from({ length: 0x102 }, (_, code) => String.fromCharCode(code))

function isTaken(validate: () => void): boolean {
  try {
    validate()
    return true
  } catch {
    return false
  }
}

describe('texts of headers', () => {
  it('have in their names what Node takes', () => {
    const taken = characters.filter((one) => isTaken(() => validateHeaderName(`x${one}`)))
    expect(characters.filter((one) => isToken(`x${one}`))).toEqual(taken)
    expect(isToken('')).toBe(false)
  })

  it('have in their values what Node takes', () => {
    const taken = characters.filter((one) => isTaken(() => validateHeaderValue('x', one)))
    expect(characters.filter((one) => isFieldValue(one))).toEqual(taken)
    expect(isFieldValue('')).toBe(true)
  })
})
