import * as openapi from '@keelson/openapi'
import { expect, it } from 'vitest'

it('exports these names', () => {
  expect(Object.keys(openapi).sort().join(' ')).toMatchInlineSnapshot(
    `"DOCUMENT_OPTIONS diffOpenApi docs openapi servedOptions toClientTypes toOpenApi"`,
  )
})
