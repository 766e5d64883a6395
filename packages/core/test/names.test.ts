import * as core from '@keelson/core'
import { expect, it } from 'vitest'

it('has at most 100 names at its root: those that an application is written with', () => {
  expect(Object.keys(core).length).toBeLessThanOrEqual(100)
})
