// W3's row from PostgreSQL, W4's from memory: the same in every server.
import { LRUCache } from 'lru-cache'
import pg from 'pg'
import { CACHE_OPTIONS, IS_CACHED, ITEM_QUERY, POOL_OPTIONS, type ItemRow } from '../domain/items.ts'

/** The part of a pool that is used here. */
export interface Queryable {
  query(query: typeof ITEM_QUERY & { values: unknown[] }): Promise<{ rows: ItemRow[] }>
}

/** Reads items through `pool`; by default a pool of its own. */
export function createItemStore(pool: Queryable = new pg.Pool(POOL_OPTIONS)): {
  find(id: number): Promise<ItemRow | undefined> | ItemRow | undefined
} {
  const cache = IS_CACHED ? new LRUCache<number, ItemRow>(CACHE_OPTIONS) : undefined
  const read = async (id: number): Promise<ItemRow | undefined> => {
    const { rows } = await pool.query({ ...ITEM_QUERY, values: [id] })
    const row = rows[0]
    if (row !== undefined) cache?.set(id, row)
    return row
  }
  return { find: (id) => cache?.get(id) ?? read(id) }
}
