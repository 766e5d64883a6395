import { as, localIssuer, policyTable, type AppUnderTest } from '@keelson/auth/testing'
import { definePolicy } from '@keelson/auth'

export const issuerOf = (audience: string) => localIssuer({ audience, algorithm: 'EdDSA' })
export const ada = <TCaller>(app: AppUnderTest<TCaller>) =>
  as(app, { id: 'ada' }, { scopes: ['orders:read'] })

export const policy = definePolicy<{ user: { readonly id: string } }>()((resource) => ({
  Order: resource<{ customerId: string }>()(({ where }) => ({
    read: where(({ user }, order) => order.customerId.is(user.id)),
  })),
}))
export const records = { Order: { hers: { customerId: 'ada' } } }
export const check = (expect: string) =>
  policyTable(policy, { subjects: { ada: { user: { id: 'ada' } } }, records, expect })
