import * as testing from '@keelson/testing'
import { expect, it } from 'vitest'

it('exports these names', () => {
  expect(Object.keys(testing).sort().join(' ')).toMatchInlineSnapshot(
    `"ContractTestError admission contractTest createFakeClock createMemoryLogger createSeededRandom testApp"`,
  )
})
