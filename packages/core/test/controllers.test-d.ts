import { createApp, route, t, type ContextOf } from '@keelson/core'
import { controller, controllerRoutes, get } from '@keelson/core/controllers'

const SHOW = route.define({ params: { id: t.Integer() }, response: t.String(), access: 'public' })
const OPEN = route.define({ params: { id: t.Integer() } })

@controller('/orders')
class Orders {
  @get('/:id', SHOW)
  show({ params }: ContextOf<typeof SHOW>): string {
    return params.id.toFixed(2)
  }
}

@controller('/open')
class Open {
  @get('/:id', OPEN)
  show({ params }: ContextOf<typeof OPEN>): string {
    return params.id.toFixed(2)
  }
}

// The routes of a controller have the types of their definitions, for an app and for who calls it.
const app = createApp({ routes: { orders: controllerRoutes(Orders, { show: SHOW }) } })
export const called = () => app.invoke('orders.show', { params: { id: 7 } })
// @ts-expect-error the id is an integer
export const misspelt = () => app.invoke('orders.show', { params: { id: 'seven' } })
// @ts-expect-error nobody says who may call it
export const closed = createApp({ routes: { open: controllerRoutes(Open, { show: OPEN }) } })
