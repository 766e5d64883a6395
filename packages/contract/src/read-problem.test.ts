import { describe, expect, it } from 'vitest'
import { readProblem } from './read-problem.ts'

describe('readProblem', () => {
  it('ignores members of the wrong type', () => {
    expect(readProblem({ code: 'X', title: 1, detail: {}, requestId: null }, 404)).toEqual({
      code: 'X',
      status: 404,
      title: 'X',
      detail: undefined,
      details: undefined,
      requestId: undefined,
    })
  })

  it('gives details before the list of what is wrong, also where they are null', () => {
    const errors = [{ in: 'query' }]
    expect(readProblem({ code: 'X', errors }, 400)?.details).toBe(errors)
    expect(readProblem({ code: 'X', errors, details: null }, 400)?.details).toBeNull()
  })

  it.each([undefined, null, 'code', 7, [], {}, { code: '' }, { code: 1 }])('finds no code in %j', (body) => {
    expect(readProblem(body, 500)).toBeUndefined()
  })
})
