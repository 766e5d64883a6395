// The other routes of W2's app: lists, reads and removals of made-up resources.

export interface Filler {
  readonly method: 'GET' | 'DELETE'
  /** Pattern with `:id` where it has one. */
  readonly path: string
  readonly resource: string
  readonly hasId: boolean
}

/** What a filler answers. */
export interface FillerView {
  readonly resource: string
  readonly id: string | null
}

/** How many routes the app has beside W2's own: `ROUTES` counts that one too. */
export function fillerCount(): number {
  return Number(process.env['ROUTES'] ?? 40) - 1
}

/** Routes in groups of three: `GET /r`, `GET /r/:id`, `DELETE /r/:id`. */
export function fillers(count: number = fillerCount()): readonly Filler[] {
  return Array.from({ length: count }, (_, index) => {
    const resource = `resource${Math.floor(index / 3)}`
    const kind = index % 3
    return {
      method: kind === 2 ? 'DELETE' : 'GET',
      path: kind === 0 ? `/api/v1/${resource}` : `/api/v1/${resource}/:id`,
      resource,
      hasId: kind !== 0,
    }
  })
}
