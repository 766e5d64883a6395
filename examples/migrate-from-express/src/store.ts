/** An order, as clients know it. */
export interface Order {
  readonly id: number
  readonly customer: string
  readonly total: number
}

/** What both apps work on while the service moves over: here in memory, in your app a database. */
export class Store {
  readonly #orders: Order[] = [{ id: 1, customer: 'ada', total: 12.5 }]

  list(): readonly Order[] {
    return this.#orders
  }

  find(id: number): Order | undefined {
    return this.#orders.find((order) => order.id === id)
  }

  add(customer: string, total: number): Order {
    const order = { id: this.#orders.length + 1, customer, total }
    this.#orders.push(order)
    return order
  }
}
