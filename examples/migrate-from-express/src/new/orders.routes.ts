import { bind, NotFoundError, reply, route, router, t, token, UnauthorizedError } from '@keelson/core'
import { scheme, signedIn } from '@keelson/auth'
import { Store, type Order as Stored } from '../store.ts'
import { oldErrors } from './errors.ts'

/** What both apps work on. */
const STORE = token<Store>('store')
export const storeOf = (store: Store) => bind(STORE, { value: store })

/** All clients have one key, so it is all that is known of them. Who sends none is answered as before, too. */
const sharedKey = scheme({
  name: 'sharedKey',
  security: { name: 'key', scheme: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
  challenge: 'ApiKey',
  find: ({ header }) => {
    if (header('x-api-key') !== 'secret') throw new UnauthorizedError('Send your key in x-api-key.')
    return { user: { id: 'client' }, principal: { id: 'client', kind: 'key' } }
  },
})

// What the old checks let pass is stored, and stays: `total: 1e999` was taken, and has always been shown as null.
const Order = t.Object(
  { id: t.Integer(), customer: t.String(), total: t.Union([t.Number(), t.Null()]) },
  { $id: 'Order' },
)
const shown = (order: Stored) => ({ ...order, total: Number.isFinite(order.total) ? order.total : null })
const api = route.use(sharedKey).inject({ store: STORE })

const list = api.get('/', { response: t.Array(Order), access: signedIn() }, ({ store }) =>
  store.list().map(shown),
)

const show = api.get(
  '/:id',
  { params: { id: t.Integer() }, response: Order, errors: [NotFoundError], access: signedIn() },
  ({ params, store }) => {
    const order = store.find(params.id)
    if (order === undefined) throw new NotFoundError('There is no such order.')
    return shown(order)
  },
)

const create = api.post(
  '/',
  {
    body: t.Object({ customer: t.String({ minLength: 1 }), total: t.Number({ minimum: 0 }) }),
    // The old app let everything else pass.
    unknown: { body: 'ignore' },
    response: { 201: Order },
    access: signedIn(),
  },
  ({ body, store }) => reply(201, store.add(body.customer, body.total)),
)

/** Step 2: what only reads. */
export const ordersRead = router('/orders', { errorFormat: oldErrors }, { list, show })
/** Step 3: all of it. */
export const orders = router('/orders', { errorFormat: oldErrors }, { list, show, create })
