import * as client from '@keelson/client'
import * as fetch from '@keelson/client/fetch'
import * as streams from '@keelson/client/streams'
import { expect, it } from 'vitest'

it('exports these names', () => {
  const names = Object.entries({ client, fetch, streams }).map(([subpath, module]) => [
    subpath,
    Object.keys(module).sort().join(' '),
  ])
  expect(Object.fromEntries(names)).toMatchInlineSnapshot(`
    {
      "client": "ClientError createClient fetchTransport frameHeaders retry undiciTransport violationsOf",
      "fetch": "ClientError createClient fetchTransport retry violationsOf",
      "streams": "events lines parseEvents parseLines",
    }
  `)
})
