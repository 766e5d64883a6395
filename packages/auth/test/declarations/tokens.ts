import { generateKeyPairSync } from 'node:crypto'
import { route } from '@keelson/core'
import { ISSUED_TOKENS, signedIn, Tokens, tokens } from '@keelson/auth'

export const shop = tokens({
  keys: [{ key: generateKeyPairSync('ed25519').privateKey }],
  issuer: 'https://shop.example.com',
  audience: 'shop',
  user: ({ sub }) => ({ id: sub, isBuyer: true }),
})
export const api = route.use(shop.scheme)
export const me = api.get('/me', { access: signedIn() }, ({ user }) => user)
export const signIn = route
  .inject({ issuer: Tokens })
  .post('/sign-in', { access: 'public', response: ISSUED_TOKENS }, ({ issuer }) => issuer.issue('ada'))
export const { routes } = shop
