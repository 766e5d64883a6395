import { injectable } from '@keelson/core'
import { UnknownSku } from './orders.dto.ts'

/** What things cost. */
@injectable()
export class PricesService {
  readonly #cents = new Map([
    ['tea', 450],
    ['cup', 1200],
  ])

  centsOf(sku: string): number {
    const cents = this.#cents.get(sku)
    if (cents === undefined) throw new UnknownSku({ details: { sku } })
    return cents
  }
}
