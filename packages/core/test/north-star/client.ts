import { createClient, type Manifest } from '@keelson/client'
import type { orders } from './orders.ts'

type Api = { orders: typeof orders }

export const connect = (baseUrl: string, manifest: Manifest, token: string) =>
  createClient<Api>({ baseUrl, manifest, headers: { authorization: `Bearer ${token}` } })
