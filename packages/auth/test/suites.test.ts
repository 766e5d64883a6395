import { apiKeyStoreSuite, refreshTokenStoreSuite, sessionStoreSuite } from '@keelson/auth/suites'
import type { SuiteTools } from '@keelson/core/suites'
import { expect, it } from 'vitest'

const SUITES = { apiKeyStoreSuite, refreshTokenStoreSuite, sessionStoreSuite }
const CASE = 'takes ids of users of any characters'

it.each(Object.entries(SUITES))('%s lists what is skipped with its reason', (name, suite) => {
  const listed: string[] = []
  const skipped: string[] = []
  const tools: SuiteTools = {
    describe: (title, body) => {
      expect(title).toBe(`${name}: mine`)
      body()
    },
    it: Object.assign((title: string) => listed.push(title), {
      skip: (title: string) => skipped.push(title),
    }),
    expect,
  }
  suite(tools, { name: 'mine', make: () => ({}) as never, skip: { [CASE]: 'its users have numbers' } })
  expect(skipped).toEqual([`${CASE} (its users have numbers)`])
  expect(listed.length).toBeGreaterThan(5)
  expect(listed).not.toContain(CASE)
})

it.each(Object.entries(SUITES))('%s refuses a store without its methods', async (name, suite) => {
  const cases: (() => Promise<void>)[] = []
  const tools: SuiteTools = {
    describe: (_, body) => body(),
    it: (_, body) => cases.push(body),
    expect,
  }
  suite(tools, { name: 'mine', make: () => ({ store: {} }) as never })
  await expect(cases[0]?.()).rejects.toThrow(`${name}, what make returns: Option store must be a store of`)
})

it.each(Object.entries(SUITES))('%s refuses an option that does not exist', (_, suite) => {
  expect(() => suite({ describe: () => {}, it: () => {}, expect }, { naem: 'mine' } as never)).toThrow(
    "Did you mean 'name'?",
  )
})
