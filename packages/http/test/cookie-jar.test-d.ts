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

const staff = route
  .use(cookieJar({ cart: {} }))
  .use(cookieJar({ shift: {} }, { as: 'staffJar', purpose: 'staff' }))
staff.get('/', { access: 'public' }, ({ jar, staffJar }) => {
  const shift: string | undefined = staffJar.shift.read()
  // @ts-expect-error -- that is a cookie of the other jar
  staffJar.cart
  // @ts-expect-error -- and this one of that
  jar.shift
  return [jar.cart.read(), shift]
})
// @ts-expect-error -- two of one name, which the option `as` tells apart
route.use(cookieJar({ cart: {} })).use(cookieJar({ shift: {} }))
// @ts-expect-error -- under another name there is no `jar`
route.use(cookieJar({ cart: {} }, { as: 'shopJar' })).get('/', { access: 'public' }, ({ jar }) => jar)

route
  .use(csrf({ token: { as: 'orderToken' } }))
  .get('/form', { access: 'public' }, ({ orderToken }): string => orderToken())
const order = route.use(csrf({ token: { as: 'orderToken' } }))
// @ts-expect-error -- under another name there is no `csrfToken`
order.get('/form', { access: 'public' }, ({ csrfToken }) => csrfToken)

route.use(csrf({ token: {} })).get('/form', { access: 'public' }, ({ csrfToken }): string => csrfToken())
// @ts-expect-error -- without the option there is no token
route.use(csrf()).get('/form', { access: 'public' }, ({ csrfToken }) => csrfToken)

route.get('/moved', { access: 'public', response: { 308: null } }, () => redirect('/', { status: 308 }))
// @ts-expect-error -- 303 is not declared
route.get('/moved', { access: 'public', response: { 308: null } }, () => redirect('/'))
