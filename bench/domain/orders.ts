// The business of W2: what every server calls once it has validated a request. No framework here.

/** Body of `POST /api/v1/users/:id/orders`. */
export interface OrderInput {
  readonly customer: { readonly name: string; readonly email: string }
  readonly shipTo: Address
  readonly currency: 'EUR' | 'USD' | 'GBP'
  readonly note?: string
  readonly items: readonly OrderItemInput[]
}

export interface Address {
  readonly street: string
  readonly city: string
  readonly zip: string
  readonly country: string
}

export interface OrderItemInput {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
}

/** An order as the service holds it: `riskScore` and `costPrice` are internal and must not be answered. */
export interface OrderRecord {
  readonly id: string
  readonly userId: string
  readonly status: 'draft' | 'placed'
  readonly customer: { readonly name: string; readonly email: string }
  readonly currency: string
  readonly items: OrderLineRecord[]
  readonly subtotal: number
  readonly tax: number
  readonly total: number
  readonly createdAt: string
  readonly riskScore: number
}

export interface OrderLineRecord {
  readonly line: number
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
  readonly lineTotal: number
  readonly costPrice: number
}

/** What clients may see of an order. */
export type OrderView = Omit<OrderRecord, 'riskScore' | 'items'> & {
  readonly items: readonly Omit<OrderLineRecord, 'costPrice'>[]
}

const TAX_RATE = 0.19

/** Prices an order; `isDryRun` makes a draft of it. */
export function placeOrder(userId: string, isDryRun: boolean, input: OrderInput): OrderRecord {
  let subtotal = 0
  const items = input.items.map((item, index) => {
    const lineTotal = cents(item.quantity * item.unitPrice)
    subtotal += lineTotal
    const { sku, name, quantity, unitPrice } = item
    return { line: index + 1, sku, name, quantity, unitPrice, lineTotal, costPrice: cents(unitPrice * 0.6) }
  })
  subtotal = cents(subtotal)
  const tax = cents(subtotal * TAX_RATE)
  return {
    id: `ord-${userId.slice(0, 8)}`,
    userId,
    status: isDryRun ? 'draft' : 'placed',
    customer: input.customer,
    currency: input.currency,
    items,
    subtotal,
    tax,
    total: cents(subtotal + tax),
    createdAt: '2026-11-20T09:30:00.000Z',
    riskScore: subtotal > 5000 ? 0.8 : 0.1,
  }
}

/** The mapping that servers without a response schema do by hand. */
export function toOrderView(order: OrderRecord): OrderView {
  return {
    id: order.id,
    userId: order.userId,
    status: order.status,
    customer: order.customer,
    currency: order.currency,
    items: order.items.map(toLineView),
    subtotal: order.subtotal,
    tax: order.tax,
    total: order.total,
    createdAt: order.createdAt,
  }
}

function toLineView(line: OrderLineRecord): Omit<OrderLineRecord, 'costPrice'> {
  const { line: number, sku, name, quantity, unitPrice, lineTotal } = line
  return { line: number, sku, name, quantity, unitPrice, lineTotal }
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}
