import { route } from '@keelson/core'
import { cookieJar, csrf, redirect } from '@keelson/http'

const shopper = route.use(cookieJar({ cart: {}, 'last-seen': { protection: 'signed' } }))

shopper.get('/', { access: 'public' }, ({ jar }) => {
  const cart: string | undefined = jar.cart.read()
  jar['last-seen'].set('today')
  // @ts-expect-error -- the jar has no cookie of this name
  jar.carts
  // @ts-expect-error -- a value is a text
  jar.cart.set(7)
  // @ts-expect-error -- no `any`: a value may be missing
  const missing: number = jar.cart.read()
  return [cart, missing]
})

// @ts-expect-error -- there is no attribute of this name
cookieJar({ cart: { maxAge: 60 } })

route.use(csrf({ token: {} })).get('/form', { access: 'public' }, ({ csrfToken }): string => csrfToken())
// @ts-expect-error -- without the option there is no token
route.use(csrf()).get('/form', { access: 'public' }, ({ csrfToken }) => csrfToken)

route.get('/moved', { access: 'public', response: { 308: null } }, () => redirect('/', { status: 308 }))
// @ts-expect-error -- 303 is not declared
route.get('/moved', { access: 'public', response: { 308: null } }, () => redirect('/'))
