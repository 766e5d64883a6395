import { describe, expect, it } from 'vitest'
import { assertVersion } from './postgres-version.ts'

describe('the version of a server', () => {
  it('is one that the tables can have', () => {
    for (const version of ['12.0', '15.20 (Debian 15.20-0+deb12u1)', '19beta1', undefined])
      expect(() => assertVersion(version, 'postgres://shop')).not.toThrow()
    expect(() => assertVersion('11.22', 'postgres://shop')).toThrow(
      /postgres:\/\/shop: The server has version 11\.22, which is too old\. Use PostgreSQL 12 or a later one\./,
    )
    expect(() => assertVersion('9.6.24', 'postgres://shop')).toThrow('9.6.24')
  })
})
