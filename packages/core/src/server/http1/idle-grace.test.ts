import { describe, expect, it } from 'vitest'
import { graceEnd } from './idle-grace.ts'

describe('the grace of an idle connection', () => {
  const end = (idleFrom: number, longestGapMs: number, idleGraceMs = 100): number =>
    graceEnd({ idleFrom, longestGapMs }, { since: 10_000, idleGraceMs })

  it.each([
    ['never asked twice', 9_990, 0],
    ['was always quick', 9_990, 20],
    ['has been silent for longer than its gaps explain', 8_000, 300],
  ])('is that of all after the drain began, if the client %s', (_, idleFrom, longestGapMs) => {
    expect(end(idleFrom, longestGapMs)).toBe(10_100)
  })

  it('counts from an answer during the drain', () => {
    expect(end(10_500, 20)).toBe(10_600)
  })

  it('is four of the longest gaps after the last answer, and not more than twenty times that of all', () => {
    expect(end(9_990, 300)).toBe(11_190)
    expect(end(10_500, 300)).toBe(11_700)
    expect(end(9_990, 1_900)).toBe(11_990)
  })

  it('is none where there is none for all', () => {
    expect(end(9_990, 1_900, 0)).toBe(10_000)
  })
})
