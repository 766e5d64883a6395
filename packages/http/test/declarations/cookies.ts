import { route } from '@keelson/core'
import { cookieJar, setCookie } from '@keelson/http'

export const shopper = route.use(cookieJar({ cart: { maxAgeSeconds: 60 }, seen: { protection: 'signed' } }))
export const cart = shopper.get('/cart', { access: 'public' }, ({ jar }) => jar.cart.read() ?? 'empty')
export const theme = route.put('/theme', { access: 'public' }, (ctx) => setCookie(ctx, 'theme', 'dark'))
